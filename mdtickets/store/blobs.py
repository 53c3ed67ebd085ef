"""Git's names for contents: of bytes, of files, and of what the last commit holds."""

import hashlib
import os
import stat
from collections.abc import Iterable, Sequence

from mdtickets.store.durable import StrPath, read_chunks
from mdtickets.store.git_process import Git

SHA1_DIGITS = 40
_SHA256_DIGITS = 64


def git_digest(data: bytes, digits: int) -> "hashlib._Hash":
    """The hash by which the repository names things, of these bytes; `digits` = length of its ids (40 SHA-1, 64 SHA-256)."""
    return hashlib.new("sha256" if digits == _SHA256_DIGITS else "sha1", data, usedforsecurity=False)


def blob_id(data: bytes, digits: int) -> str:
    """The object id that git gives these bytes; `digits` as for `git_digest`."""
    return _hash((data,), len(data), digits)


def blob_id_of_file(path: StrPath, digits: int) -> str:
    """The same for a file, read in pieces. Raises OSError; a symbolic link counts as one that cannot be read."""
    return _hash(read_chunks(path), os.lstat(path).st_size, digits)


def has_bytes(path: StrPath, data: bytes) -> bool:
    """Whether the regular file holds exactly these bytes. Raises OSError; a symbolic link cannot be read."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size != len(data):
            return False
        # a regular file gives all that is asked for, up to 2 GB
        return os.read(descriptor, len(data)) == data
    finally:
        os.close(descriptor)


def blobs_in_head(git: Git, paths: Sequence[str]) -> dict[str, str]:
    """The blobs that the last commit has at these paths; what it does not have is left out.

    Paths with a line end are left out too: nothing that mdtickets names has one.
    """
    asked = [path for path in paths if "\n" not in path]
    if not asked:
        return {}
    lines = b"".join(b"HEAD:" + os.fsencode(path) + b"\n" for path in asked)
    answers = git.run("cat-file", "--batch-check=%(objecttype) %(objectname)", stdin=lines).split(b"\n")
    return {
        path: answer[5:].decode() for path, answer in zip(asked, answers, strict=False) if answer.startswith(b"blob ")
    }


def _hash(chunks: Iterable[bytes], size: int, digits: int) -> str:
    digest = git_digest(b"blob %d\0" % size, digits)
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()
