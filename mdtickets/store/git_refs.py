"""Moving the branch, and our own ref, without git: gitrepository-layout(5), and locks as git takes them."""

import os
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from mdtickets.store.fast_import import COMMITTER
from mdtickets.store.git_files import GitDirectory
from mdtickets.store.git_locks import drop_own_lock, hold_lock
from mdtickets.store.git_plain import NotPlainError

# The names by which our locks are known as ours; in the git directory of the work tree.
_MARK_OF_HEAD: Final = "mdtickets.head"
_MARK_OF_BRANCH: Final = "mdtickets.branch"
_HEAD = "HEAD"


def write_ref(place: Path, commit: str) -> None:
    """Let a ref of ours, that nobody else writes, name a commit. It need not survive a power cut."""
    lock = f"{place}.lock"
    try:
        _write(lock, commit)
    except FileNotFoundError:
        place.parent.mkdir(parents=True, exist_ok=True)
        _write(lock, commit)
    os.rename(lock, place)


def move_branch(directory: GitDirectory, branch: str, old: str, new: str) -> bool:
    """Let the branch that is checked out name `new` in place of `old`, durably; False when it is no more as it was.

    Raises NotPlainError when git has to do it: somebody holds a lock, or the ref is no ordinary file.
    """
    place, head = directory.place(branch), directory.own / _HEAD
    if head.is_symlink() or place.is_symlink() or not place.parent.is_dir():
        raise NotPlainError
    try:
        with ExitStack() as locks:
            locks.enter_context(hold_lock(_lock_of(head), directory.own / _MARK_OF_HEAD))
            descriptor = locks.enter_context(hold_lock(_lock_of(place), directory.own / _MARK_OF_BRANCH))
            if directory.branch() != branch or directory.read_ref(branch) != old:
                return False
            os.write(descriptor, f"{new}\n".encode())
            os.fsync(descriptor)
            _log(directory, branch, f"{old} {new}", int(os.fstat(descriptor).st_mtime))
            os.rename(_lock_of(place), place)
    except FileExistsError as error:
        raise NotPlainError from error
    return True


def drop_own_locks(directory: GitDirectory, branch: str) -> None:
    """Remove the locks on HEAD and the branch that a killed process of ours left."""
    drop_own_lock(_lock_of(directory.own / _HEAD), directory.own / _MARK_OF_HEAD)
    drop_own_lock(_lock_of(directory.place(branch)), directory.own / _MARK_OF_BRANCH)


def _lock_of(place: Path) -> Path:
    return place.with_name(f"{place.name}.lock")


def _write(path: str, commit: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        os.write(descriptor, f"{commit}\n".encode())
    finally:
        os.close(descriptor)


def _log(directory: GitDirectory, branch: str, change: str, second: int) -> None:
    """Into the reflogs that git keeps: one that is not there was not wanted."""
    line = f"{change} {COMMITTER.decode()} {second} +0000\tmdtickets\n".encode()
    for place in (directory.own / "logs" / _HEAD, directory.common / "logs" / branch):
        try:
            descriptor = os.open(place, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        try:
            os.write(descriptor, line)
        finally:
            os.close(descriptor)
