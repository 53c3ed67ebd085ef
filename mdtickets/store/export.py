"""Files handed out of the store, into a directory of the user's: never outside it, never over another file."""

import errno
import os
from pathlib import Path

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_MOST_COPIES = 1000


def write_new(directory: Path, name: str, data: bytes) -> Path:
    """The path of a new file with these bytes, numbered when there is one of that name already. Raises OSError.

    `name` must be one safe component; the directory is opened once, so nothing in it can lead elsewhere.
    """
    if name in {"", ".", ".."} or "/" in name or "\0" in name:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), name)
    parent = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        free, descriptor = _create(parent, name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
        except BaseException:
            os.unlink(free, dir_fd=parent)
            raise
    finally:
        os.close(parent)
    return directory / free


def _create(parent: int, name: str) -> tuple[str, int]:
    stem, suffix = os.path.splitext(name)
    for copy in range(1, _MOST_COPIES):
        free = name if copy == 1 else f"{stem}-{copy}{suffix}"
        try:
            return free, os.open(free, _NEW_FILE, 0o666, dir_fd=parent)
        except FileExistsError:
            continue
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), name)
