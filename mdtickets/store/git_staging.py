"""Staging without git: what was committed goes into the index file, under git's own lock."""

import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from msgspec import Struct

from mdtickets.store.blobs import blob_id, blob_id_of_file, has_bytes
from mdtickets.store.durable import write_all
from mdtickets.store.fast_import import mode_of, mode_on_disk
from mdtickets.store.git_files import GitDirectory
from mdtickets.store.git_index import Change, Entry, fixed_part, revise_index
from mdtickets.store.git_locks import drop_own_lock, hold_lock
from mdtickets.store.git_plain import NotPlainError

# In place of a blob's id: an article, which is on the disk what it is in the commit.
ON_DISK: Final = ""

# What the last commit has at a path: its bytes, or a blob's id, or ON_DISK; None when it was removed.
Version = bytes | str | None

_MARK: Final = "mdtickets.index"
_MAP: Final = "mdtickets.index-map"

# A larger index is quicker written by git.
_LARGEST = 1 << 20


def stage_versions(root: Path, directory: GitDirectory, versions: Mapping[str, Version], digits: int) -> None:
    """Make the index agree with the new commit, for these paths alone.

    A file that is on the disk as it was committed is staged with its times. One that was edited since is staged as
    committed: the edit stays the user's, unstaged. Raises NotPlainError when git has to do it, FileExistsError when
    the index is locked.
    """
    found = ((path, _found(f"{root}/{path}", version, digits)) for path, version in versions.items())
    changes = {os.fsencode(path): each.entry(os.fsencode(path)) for path, each in found if each}
    place = directory.own / "index"
    with hold_lock(directory.index_lock, directory.own / _MARK) as descriptor:
        data, second = _read(place)
        revised = revise_index(
            data,
            _read_map(directory),
            changes,
            second=second,
            digest_size=digits // 2,
            is_edited=lambda entry: _is_edited(root, entry, digits),
        )
        write_all(descriptor, revised.data)
        os.rename(directory.index_lock, place)
    _write_map(directory, revised.noted)


def drop_own_index_lock(directory: GitDirectory) -> None:
    """Remove the lock on the index that a killed process of ours left."""
    drop_own_lock(directory.index_lock, directory.own / _MARK)


class _Found(Struct, frozen=True):
    """What is to be in the index for one path: a blob ("" = nothing), and what the disk says of the file, if it is that."""

    blob: str = ""
    mode: bytes = b""
    status: os.stat_result | None = None

    def entry(self, name: bytes) -> Change:
        return fixed_part(name, self.mode, self.blob, self.status) if self.blob else None


def _found(place: str, version: Version, digits: int) -> _Found | None:
    """None: leave the index as it is, for the article is not there any more."""
    if version is None:
        return _Found()
    blob = blob_id(version, digits) if isinstance(version, bytes) else version
    try:
        # before the bytes are read: what is changed later has other times
        status = os.lstat(place)
        if stat.S_ISREG(status.st_mode):
            on_disk = blob if _has(place, version) else blob_id_of_file(place, digits)
            if blob in {ON_DISK, on_disk}:
                return _Found(on_disk, mode_of(status.st_mode), status)
    except OSError:
        pass
    return _Found(blob, mode_on_disk(place)) if blob else None


def _has(place: str, version: bytes | str) -> bool:
    return isinstance(version, bytes) and has_bytes(place, version)


def _read(place: Path) -> tuple[bytes, int]:
    """The bytes of the index, and the second in which it was written."""
    try:
        descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise NotPlainError from error
    try:
        status = os.fstat(descriptor)
        if status.st_size > _LARGEST:
            raise NotPlainError
        return os.read(descriptor, status.st_size), status.st_mtime_ns // 1_000_000_000
    finally:
        os.close(descriptor)


def _read_map(directory: GitDirectory) -> bytes:
    try:
        return (directory.own / _MAP).read_bytes()
    except OSError:
        return b""


def _write_map(directory: GitDirectory, noted: bytes) -> None:
    """For the next one who stages. Needs no care: its checksum tells whether it is about the index that is there."""
    with suppress(OSError):
        (directory.own / _MAP).write_bytes(noted)


def _is_edited(root: Path, entry: Entry, digits: int) -> bool:
    """Whether a file is not what the index says, although its size is."""
    place = os.path.join(os.fsencode(root), entry.name)
    try:
        status = os.lstat(place)
        if not stat.S_ISREG(status.st_mode):
            return True
        return status.st_size == entry.size and blob_id_of_file(os.fsdecode(place), digits) != entry.blob
    except OSError:
        return True
