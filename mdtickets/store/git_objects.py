"""Objects of a plain repository, read and written without git: gitrepository-layout(5).

Everything read is compared with its id. What is written is durable before anybody can find it.
"""

import os
import zlib
from collections.abc import Sequence
from pathlib import Path
from threading import Thread

from mdtickets.store.blobs import git_digest
from mdtickets.store.durable import fsync_each, write_all
from mdtickets.store.git_packs import Found, find_packed, read_packed
from mdtickets.store.git_plain import NotPlainError

_FASTEST = 1  # git's own level for loose objects
_SMALL_BITS, _SMALL_MEMORY = 12, 5
_HANDS = 4
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class Objects:
    """The objects below one `objects` directory. Ids are binary."""

    def __init__(self, place: Path, digits: int) -> None:
        self._place = os.fspath(place)
        self._digits = digits
        self._new: dict[bytes, tuple[str, str]] = {}  # id → the name it has, the name it gets
        self._kept: dict[bytes, Found] = {}

    def read(self, name: bytes, kind: bytes) -> bytes:
        """An object's bytes. Raises NotPlainError when it is not to be had, or is of another kind."""
        try:
            found, data = self._kept.get(name) or self._read(name)
        except (OSError, zlib.error, IndexError, ValueError) as error:
            raise NotPlainError from error
        if found != kind or self._digest(kind, data) != name:
            raise NotPlainError
        return data

    def add(self, kind: bytes, data: bytes) -> bytes:
        """The id of a new object. It is not there before `settle`."""
        name = self._digest(kind, data)
        if name in self._new:
            return name
        place = self._loose(name)
        if not _is_there(place):
            # git clears away what has such a name when it is old
            temporary = os.path.join(os.path.dirname(place), f"tmp_obj_{os.urandom(6).hex()}")
            _write(temporary, _compress(b"%b %d\0%b" % (kind, len(data), data)))
            self._new[name] = temporary, place
        self._kept[name] = kind, data
        return name

    def settle(self) -> None:
        """Make the new objects durable, then give them their names."""
        _sync_all([temporary for temporary, _place in self._new.values()])
        for temporary, place in self._new.values():
            os.rename(temporary, place)
        self._new.clear()

    def discard(self) -> None:
        """Remove what was not settled."""
        for temporary, _place in self._new.values():
            Path(temporary).unlink(missing_ok=True)
        self._new.clear()

    def _read(self, name: bytes) -> Found:
        try:
            with open(self._loose(name), "rb") as file:
                heading, _, data = zlib.decompress(file.read()).partition(b"\0")
        except FileNotFoundError:
            place = find_packed(Path(self._place, "pack"), name)
            if place is None:
                raise NotPlainError from None
            return read_packed(place, self._read, self._digits // 2)
        return heading.partition(b" ")[0], data

    def _loose(self, name: bytes) -> str:
        text = name.hex()
        return f"{self._place}/{text[:2]}/{text[2:]}"

    def _digest(self, kind: bytes, data: bytes) -> bytes:
        digest = git_digest(b"%b %d\0" % (kind, len(data)), self._digits)
        digest.update(data)
        return digest.digest()


def _is_there(place: str) -> bool:
    """Whether an object is there; it counts as new from now on, so that no clearing up takes it away."""
    try:
        os.utime(place)
    except FileNotFoundError:
        return False
    return True


def _write(path: str, data: bytes) -> None:
    try:
        descriptor = os.open(path, _NEW_FILE, 0o444)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        descriptor = os.open(path, _NEW_FILE, 0o444)
    try:
        write_all(descriptor, data)
    except BaseException:
        os.unlink(path)
        raise
    finally:
        os.close(descriptor)


def _compress(data: bytes) -> bytes:
    """As zlib does it, but a small window is sooner made than searched."""
    bits, memory = (
        (_SMALL_BITS, _SMALL_MEMORY) if len(data) < 1 << _SMALL_BITS else (zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL)
    )
    compress = zlib.compressobj(_FASTEST, zlib.DEFLATED, bits, memory)
    return compress.compress(data) + compress.flush()


def _sync_all(paths: Sequence[str]) -> None:
    """Make files durable, several at a time: the file system then writes its journal for all of them at once."""
    errors: list[OSError] = []
    threads = [Thread(target=_sync_each, args=(paths[first::_HANDS], errors)) for first in range(_HANDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def _sync_each(paths: Sequence[str], errors: list[OSError]) -> None:
    try:
        fsync_each(paths)
    except OSError as error:
        errors.append(error)
