"""Mutual exclusion between our own processes: `flock` on a file that names its holder for people.

The kernel drops the lock when its process ends, however it ends, so nothing is ever stale. The agent's lock on a
ticket is another thing: see `TicketLock`.
"""

import errno
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mdtickets.errors import TryAgainError


@contextmanager
def hold(path: Path, *, wait: float | None = None, on_wait: Callable[[str], None] | None = None) -> Iterator[None]:
    """Hold the lock while the block runs.

    Waits for it at most `wait` seconds (None: as long as it takes; 0: not at all), telling `on_wait` once who holds it.
    Raises TryAgainError, naming the holder, when it was not to be had.
    """
    descriptor = _open(path)
    try:
        _acquire(descriptor, path, wait, on_wait)
        _sign(descriptor)
        yield
    finally:
        os.close(descriptor)


def holder(path: Path) -> str | None:
    """Who holds the lock now, in words; None when nobody does."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        return None if _try(descriptor) else _text(path)
    finally:
        os.close(descriptor)


def _open(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
    group = os.stat(path.parent).st_mode & 0o060
    mode = os.fstat(descriptor).st_mode & 0o7777
    if group & ~mode and os.fstat(descriptor).st_uid == os.geteuid():
        os.fchmod(descriptor, mode | group)
    return descriptor


def _acquire(descriptor: int, path: Path, wait: float | None, on_wait: Callable[[str], None] | None) -> None:
    if _try(descriptor):
        return
    if on_wait:
        on_wait(_text(path))
    if wait is None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        return
    deadline = time.monotonic() + wait
    while time.monotonic() < deadline:
        time.sleep(0.02)
        if _try(descriptor):
            return
    raise TryAgainError(f"{path.name} is held by {_text(path)}.", "Wait for it to finish, then try again.")


def _sign(descriptor: int) -> None:
    # for people only: a full disk must not keep us from the lock
    text = f"pid {os.getpid()} on {os.uname().nodename}\n".encode()
    with suppress(OSError):
        # a daemon takes its locks four times a mail: the second time its name is there already
        if os.pread(descriptor, len(text) + 1, 0) != text:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, text, 0)


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in {errno.EWOULDBLOCK, errno.EACCES}:
            return False
        raise
    return True


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip() or "another process"
    except OSError:
        return "another process"
