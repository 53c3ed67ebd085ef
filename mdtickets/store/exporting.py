"""Copies of articles for other programs, outside the store: a Maildir, or one file. Nothing there is ever replaced."""

import os
from collections.abc import Iterable
from pathlib import Path

from mdtickets.store.delivery import make_maildir
from mdtickets.store.durable import Disk, read_chunks, temporary_name

_INFO = ":2,"
_SEEN = ":2,S"


class MaildirExport:
    """A Maildir that gets copies or hard links of articles. Which are there already, their names say, wherever they lie."""

    def __init__(self, directory: Path, *, linked: bool) -> None:
        self._directory = directory
        self._linked = linked
        self._disk = Disk(sync_paths=lambda _paths: None)  # an export can be made again
        self._there = {name.partition(_INFO)[0] for folder in ("new", "cur") for name in _names(directory / folder)}

    def has(self, unique: str) -> bool:
        """Whether the mail of that unique name is there, with whatever flags a mail program gave it."""
        return unique in self._there

    def make(self) -> None:
        """Make the Maildir if need be. Raises OSError."""
        make_maildir(self._disk, self._directory)

    def add(self, article: Path, unique: str) -> None:
        """Put an article into `cur/`, as read. Raises OSError; then nothing of it is there."""
        target = self._directory / "cur" / f"{unique}{_SEEN}"
        if self._linked:
            os.link(article, target, follow_symlinks=False)
        else:
            temporary = self._directory / "tmp" / unique
            self._disk.write(temporary, read_chunks(article))
            self._disk.rename(temporary, target)
        self._there.add(unique)


def write_whole(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a new file, which has its name when all is in it. Raises OSError, FileExistsError when there is one."""
    disk = Disk()
    temporary = Path(temporary_name(path))
    disk.write(temporary, chunks)
    try:
        disk.sync([temporary])
        # unlike a rename it replaces nothing
        os.link(temporary, path)
    finally:
        disk.remove(temporary)


def _names(directory: Path) -> list[str]:
    try:
        return os.listdir(directory)
    except FileNotFoundError:
        return []
