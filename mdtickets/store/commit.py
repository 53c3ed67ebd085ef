"""A commit to make, as a value. Loads nothing of git."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field


class Commit(Struct, frozen=True, kw_only=True):
    """One commit to make. Paths are relative to the store.

    `files` holds each path's bytes at that moment; None means that the file is an article, which never changes: it is
    read from the disk while it is committed, so that a mail of 64 MB is never in memory.
    """

    author_name: str
    author_email: str
    at: datetime  # aware; of author and committer
    message: str
    files: Mapping[str, bytes | None] = field(default_factory=dict)
    removed: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path that the commit touches."""
        return (*self.files, *self.removed)
