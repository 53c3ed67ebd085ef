"""Durable writes: the one module that changes tickets, the outbox, Maildirs and settings.

Every change is one numbered step that `before_step` can look at, or stop at: the crash tests do. Nothing here knows
what the files mean. Git, SQLite and lock files are kept by their own modules.

What POSIX promises and what not: a rename is atomic for other processes at once, but it survives a power cut only once
the directory is synced; a file's bytes only once the file is. So: write under a temporary name, sync, rename, sync.

This module imports `os` alone, so that `deliver` can answer before anything else is loaded.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False  # typing and collections cost a quarter of Python's start
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

StrPath = str | os.PathLike[str]

# Names that begin so are unfinished: readers skip them, the next writer of the same name replaces them.
TEMPORARY = ".tmp-"

_CHUNK = 1 << 20
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def temporary_name(path: StrPath) -> str:
    """The name under which a file or directory is made before it is renamed to `path`."""
    directory, slash, name = os.fspath(path).rpartition("/")
    return f"{directory}{slash}{TEMPORARY}{name[-200:]}"


def fsync_each(paths: Iterable[str]) -> None:
    """Make files and directories durable one by one; the right way for a handful."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of the bytes, in as many pieces as the system takes."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


class Disk:
    """The hand that writes. `before_step` gets the operation and the path before each one is carried out."""

    def __init__(
        self,
        before_step: Callable[[str, str], None] | None = None,
        sync_paths: Callable[[Iterable[str]], None] = fsync_each,
    ) -> None:
        self._before_step = before_step or _carry_on
        self._sync_paths = sync_paths
        # both until the next sync: a slice writes thousands of files into few directories
        self._directories: dict[str, int] = {}  # the mode of each
        self._wanted: dict[tuple[str, bool], int] = {}  # the mode its new files need, 0 when they have it anyway

    def make_directory(self, path: StrPath) -> None:
        """Make a directory and its parents, each as open to the group as the one above it."""
        path = os.fspath(path)
        if os.path.isdir(path):
            return
        parent = os.path.dirname(path)
        if parent and not os.path.isdir(parent):
            self.make_directory(parent)
        self.make_new_directory(path)

    def make_new_directory(self, path: str) -> bool:
        """The same for one whose parent is there, without a look whether it is there too: then False."""
        self._before_step("mkdir", path)
        try:
            os.mkdir(path)
        except FileExistsError:
            return False
        wanted = self._mode_of(os.path.dirname(path) or ".") & 0o070
        mode = os.stat(path).st_mode & 0o7777
        if wanted & ~mode:
            mode |= wanted
            os.chmod(path, mode)
        self._directories[path] = mode
        return True

    def write(self, path: StrPath, chunks: bytes | Iterable[bytes], *, private: bool = False) -> None:
        """Write a new file, replacing a temporary one that a crash left. Not durable before `sync`.

        A private one is for its owner's eyes, and for the group's where the group works in the directory.
        """
        path = os.fspath(path)
        mode = 0o600 if private else 0o666
        self._before_step("write", path)
        try:
            descriptor = os.open(path, _NEW_FILE, mode)
        except FileExistsError:
            os.unlink(path)
            descriptor = os.open(path, _NEW_FILE, mode)
        try:
            for chunk in (chunks,) if isinstance(chunks, bytes) else chunks:
                write_all(descriptor, chunk)
            self._share(descriptor, path.rpartition("/")[0] or ".", private=private)
        except BaseException:
            # half a file helps nobody; a full disk must not stay full because of it
            os.unlink(path)
            raise
        finally:
            os.close(descriptor)

    def sync(self, paths: Iterable[StrPath]) -> None:
        """Return when these files and directories survive a power cut."""
        names = [os.fspath(path) for path in paths]
        self._directories.clear()
        self._wanted.clear()
        if names:
            self._before_step("sync", names[0])
            self._sync_paths(names)

    def rename(self, old: StrPath, new: StrPath) -> None:
        """Put a finished file or directory in its place, replacing a file of that name."""
        self._before_step("rename", os.fspath(new))
        os.rename(old, new)

    def remove(self, path: StrPath) -> None:
        """Remove a file; one that is gone already is no error."""
        self._before_step("unlink", os.fspath(path))
        try:
            os.unlink(path)
        except FileNotFoundError:
            return

    def replace_file(self, path: StrPath, data: bytes, *, private: bool = False) -> None:
        """Give one file new bytes, durably: readers see the old or the new ones, never half."""
        temporary = temporary_name(path)
        self.write(temporary, data, private=private)
        self.sync([temporary])
        self.rename(temporary, path)
        self.sync([os.path.dirname(os.fspath(path)) or "."])

    def _share(self, descriptor: int, directory: str, *, private: bool) -> None:
        """Open a new file to the group as far as its directory is (git's core.sharedRepository does the same)."""
        wanted = self._wanted.get((directory, private))
        if wanted is None:
            group = self._mode_of(directory)
            bits = group & 0o060 if not private else 0o040 if group & 0o020 else 0
            mode = os.fstat(descriptor).st_mode & 0o7777
            wanted = mode | bits if bits & ~mode else 0
            self._wanted[directory, private] = wanted
        if wanted:
            os.fchmod(descriptor, wanted)

    def _mode_of(self, directory: str) -> int:
        mode = self._directories.get(directory)
        if mode is None:
            mode = self._directories[directory] = os.stat(directory).st_mode & 0o7777
        return mode


def is_shared(directory: StrPath) -> bool:
    """Whether a directory is a group's to work in."""
    return bool(os.stat(directory).st_mode & 0o020)


def read_chunks(path: StrPath) -> Iterable[bytes]:
    """The bytes of a regular file in pieces of a megabyte. A symbolic link raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        while chunk := os.read(descriptor, _CHUNK):
            yield chunk
    finally:
        os.close(descriptor)


def _carry_on(_operation: str, _path: str) -> None:
    """Stop at nothing."""
