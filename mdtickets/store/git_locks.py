"""Lock files of git's, taken as git takes them, and marked as ours.

Git never removes a lock that a killed process left, for it cannot know whose it is. Ours is a second name of a file
that only the holder of our own lock makes (the mark): what has that file's inode was left by one of us.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mdtickets.store.git_plain import NotPlainError

_NEW_FILE = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def hold_lock(lock: Path, mark: Path) -> Iterator[int]:
    """Hold one of git's locks while the block runs: a descriptor of its file, empty at first.

    Whoever renames the lock has put it in place; one that is still there is removed. Signals that would end us wait.
    Raises FileExistsError when somebody holds it, NotPlainError where files cannot have two names.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        mark.unlink(missing_ok=True)
        descriptor = os.open(mark, _NEW_FILE, 0o666)
        try:
            _link(mark, lock)
            try:
                yield descriptor
            finally:
                drop_own_lock(lock, mark)
        finally:
            os.close(descriptor)
            mark.unlink(missing_ok=True)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def drop_own_lock(lock: Path, mark: Path) -> None:
    """Remove the lock if it is ours; for what a killed process left, while we hold our own lock."""
    try:
        if os.lstat(mark).st_ino == os.lstat(lock).st_ino:
            os.unlink(lock)
    except FileNotFoundError:
        return


def _link(mark: Path, lock: Path) -> None:
    try:
        os.link(mark, lock)
    except (FileExistsError, FileNotFoundError):
        raise
    except OSError as error:
        raise NotPlainError from error
