"""Seeing when files appear and go: inotify by ctypes, because a polling harness would take the CPU it measures."""

import ctypes
import os
import select
import struct
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from msgspec import Struct

# linux/inotify.h
_MOVED_FROM, _MOVED_TO, _CREATE, _DELETE = 0x40, 0x80, 0x100, 0x200
_EVENT = struct.Struct("iIII")
_LIBC = ctypes.CDLL(None, use_errno=True)


class Seen(Struct, frozen=True, kw_only=True):
    """A name that appeared in a directory or left it, and the monotonic time at which we saw it."""

    at: float
    path: Path
    appeared: bool


class Watch:
    """Watches single directories."""

    def __init__(self) -> None:
        self._descriptor = _checked(_LIBC.inotify_init1(os.O_CLOEXEC))
        self._directories: dict[int, Path] = {}
        self._read: deque[Seen] = deque()  # read together with an event after which somebody stopped listening

    def add(self, directory: Path) -> None:
        """Watch this directory too, not those below it."""
        mask = _MOVED_FROM | _MOVED_TO | _CREATE | _DELETE
        number = _checked(_LIBC.inotify_add_watch(self._descriptor, os.fsencode(directory), mask))
        self._directories[number] = directory

    def events(self, deadline: float) -> Iterator[Seen]:
        """What happens, as it happens, until the monotonic clock reaches the deadline."""
        while self._read or time.monotonic() < deadline:
            while self._read:
                yield self._read.popleft()
            if select.select([self._descriptor], [], [], max(0, deadline - time.monotonic()))[0]:
                at = time.monotonic()
                self._read.extend(self._parse(os.read(self._descriptor, 1 << 16), at))

    def drain(self) -> None:
        """Forget what happened so far."""
        self._read.clear()
        while select.select([self._descriptor], [], [], 0)[0]:
            os.read(self._descriptor, 1 << 16)

    def _parse(self, data: bytes, at: float) -> Iterator[Seen]:
        start = 0
        while start < len(data):
            number, mask, _, length = _EVENT.unpack_from(data, start)
            start += _EVENT.size
            name = data[start : start + length].rstrip(b"\0")
            start += length
            directory = self._directories.get(number)
            if directory is not None and name:
                yield Seen(at=at, path=directory / os.fsdecode(name), appeared=bool(mask & (_MOVED_TO | _CREATE)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _value: BaseException | None, _where: TracebackType | None
    ) -> None:
        os.close(self._descriptor)


def _checked(result: int) -> int:
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result
