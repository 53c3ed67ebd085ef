"""The files of the journal: which commits are still to be made.

Loads nothing of git, for a command notes its commits before its result and makes them after it; see `journal`. A
directory in `.mdtickets/run/` with one file for each batch of commits. Line 1 is `{"commits": N}`, then one object for
each commit. Batches are in the order of their names.
"""

import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, field

from mdtickets.store.commit import Commit
from mdtickets.store.durable import Disk
from mdtickets.store.layout import Layout

_DIRECTORY = "journal"

# In place of a digest: an article, whose name tells its digest.
ARTICLE: Final = ""


class Noted(Struct, frozen=True, kw_only=True):
    """A commit as the journal has it: digests (SHA-256 in hex, or ARTICLE) in place of contents."""

    author_name: str
    author_email: str
    at: datetime
    message: str
    digests: Mapping[str, str] = field(default_factory=dict)
    removed: tuple[str, ...] = ()

    @property
    def commit_paths(self) -> tuple[str, ...]:
        """Every path that the commit touches."""
        return (*self.digests, *self.removed)


class Batch(Struct, frozen=True, kw_only=True):
    """Commits that stand in the journal and, with all their bytes, in memory."""

    path: Path
    commits: tuple[Commit, ...]


class JournalFiles:
    """The batches of one store. Whoever adds to them holds the store's filing lock."""

    def __init__(self, layout: Layout, disk: Disk) -> None:
        self._layout = layout
        self._disk = disk
        self._directory = layout.run / _DIRECTORY

    def add(self, commits: Sequence[Commit]) -> Batch:
        """Note commits that will be made, before their files are put in place."""
        self._disk.make_directory(self._directory)
        last = _position(max(self._names(), default=""))
        # never a name that was used before: whoever made that batch would take this one for his
        path = self._directory / f"{last + 1:012d}-{os.urandom(4).hex()}.jsonl"
        lines = [json.dumps({"commits": len(commits)}), *(json.dumps(_as_line(commit)) for commit in commits)]
        self._disk.write(path, "".join(f"{line}\n" for line in lines).encode())
        return Batch(path=path, commits=tuple(commits))

    def drop(self, batch: Batch) -> None:
        """Forget commits that will not be made: their files were not put in place."""
        self._disk.remove(batch.path)

    def is_made_up(self, besides: Collection[Batch]) -> bool:
        """Whether nothing but `besides` is left to be made, by a look at names alone. False when the journal is gone."""
        return self._directory.is_dir() and {batch.path.name for batch in besides}.issuperset(self._names())

    def waiting(self) -> int:
        """How many commits are still to be made."""
        return sum(len(read_batch(path)[0]) for path in self.files())

    def paths(self) -> frozenset[str]:
        """The paths in commits that are still to be made: if git shows them as changed, that is our doing."""
        return frozenset(path for noted in self.noted(self.files()) for path in noted.commit_paths)

    def noted(self, files: Iterable[Path]) -> list[Noted]:
        """The commits of these batches, as far as they can be read."""
        return [noted for path in files for noted in read_batch(path)[0]]

    def files(self) -> list[Path]:
        """The batches that stand there, the oldest first."""
        return [self._directory / name for name in self._names()]

    def _names(self) -> list[str]:
        try:
            return sorted(name for name in os.listdir(self._directory) if name.endswith(".jsonl"))
        except FileNotFoundError:
            return []


def _position(name: str) -> int:
    digits = name.partition("-")[0]
    return int(digits) if digits.isdecimal() else 0


def _as_line(commit: Commit) -> dict[str, Any]:
    return {
        "author": [commit.author_name, commit.author_email],
        "at": commit.at.isoformat(),
        "message": commit.message,
        "files": {path: _digest(data) for path, data in commit.files.items()},
        "removed": list(commit.removed),
    }


def _digest(data: bytes | None) -> str:
    if data is None:
        return ARTICLE
    import hashlib

    return hashlib.sha256(data).hexdigest()


def read_batch(path: Path) -> tuple[list[Noted], bool]:
    """The commits of a batch as far as they can be read, and whether that is all of them."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return [], True
    noted = list(_parse(lines[1:]))
    return noted, _expected(lines[0]) == len(noted)


def _expected(line: bytes) -> int | None:
    try:
        count = json.loads(line)["commits"]
    except (ValueError, TypeError, KeyError):
        return None
    return count if isinstance(count, int) else None


def _parse(lines: Iterable[bytes]) -> Iterator[Noted]:
    for line in lines:
        try:
            yield _noted(json.loads(line))
        except (ValueError, TypeError, KeyError, AttributeError):
            continue


def _noted(found: Mapping[str, Any]) -> Noted:
    name, email = found["author"]
    return Noted(
        author_name=str(name),
        author_email=str(email),
        at=datetime.fromisoformat(found["at"]),
        message=str(found["message"]),
        digests={str(path): str(digest) for path, digest in found["files"].items()},
        removed=tuple(map(str, found["removed"])),
    )
