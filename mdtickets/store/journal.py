"""The journal: which commits are still to be made, so that a crash costs none and a commit may come later.

A directory in `.mdtickets/run/` with one file for each batch of commits: written before the files are put in place,
removed once git has the commits. It names paths and digests, not contents: what can be made up is what lies on the
disk. It need not be durable. A torn or deleted journal is made up for from the histories: see `unrecorded`.

Line 1 is `{"commits": N}`, then one object for each commit. Batches are in the order of their names.
"""

import hashlib
import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from mdtickets.domain.settings import Agent
from mdtickets.errors import TryAgainError
from mdtickets.store.durable import Disk
from mdtickets.store.git import Commit, Committed, Committer, GitError, Outcome, Postponed, Repository
from mdtickets.store.layout import Layout
from mdtickets.store.outstanding import ARTICLE, Noted, find_outstanding
from mdtickets.store.unrecorded import find_unrecorded

_DIRECTORY = "journal"


class Batch(Struct, frozen=True, kw_only=True):
    """Commits that stand in the journal and, with all their bytes, in memory."""

    path: Path
    commits: tuple[Commit, ...]


class MadeUp(Struct, frozen=True, kw_only=True):
    """What became of the commits that an earlier run left behind."""

    outcome: Outcome
    edited: tuple[str, ...] = ()  # paths of ours that were changed by hand since, so they are left to the user


class Journal:
    """The journal of one store. Whoever adds to it, or calls `make_up`, holds the store's filing lock."""

    def __init__(self, layout: Layout, disk: Disk, repository: Repository) -> None:
        self._layout = layout
        self._disk = disk
        self._repository = repository
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

    def commit(self, batches: Sequence[Batch]) -> Outcome:
        """Make the commits of these batches, the oldest first, after those of earlier ones, all in one round of git.

        Postponed: they stay in the journal. Nothing is left to do (`count` = 0) when another process has made them up.
        """
        try:
            with self._repository.alone() as committer:
                return self._commit(committer, batches)
        except (TryAgainError, GitError, OSError) as error:
            return Postponed(reason=str(error))

    def make_up(
        self, *, thorough: bool = False, agents: Mapping[str, Agent] | None = None, besides: Collection[Batch] = ()
    ) -> MadeUp:
        """Make the commits that are still missing, after a crash or a postponement.

        Those of `besides` are in good hands: they are made only where others, made up now, come after them. What the
        journal cannot tell (`thorough`, or it is torn or gone) is found by `git status` and told by the tickets'
        histories; `agents` then names the authors. Call it when interrupted renames are finished.
        """
        try:
            with self._repository.alone() as committer:
                return self._make_up(committer, thorough, agents or {}, {batch.path for batch in besides})
        except (TryAgainError, GitError, OSError) as error:
            return MadeUp(outcome=Postponed(reason=str(error)))

    def is_made_up(self, besides: Collection[Batch]) -> bool:
        """Whether nothing but `besides` is left to be made, by a look at names alone. False when the journal is gone."""
        return self._directory.is_dir() and {batch.path.name for batch in besides}.issuperset(self._names())

    def waiting(self) -> int:
        """How many commits are still to be made."""
        return sum(len(_read(path)[0]) for path in self._files())

    def paths(self) -> frozenset[str]:
        """The paths in commits that are still to be made: if git shows them as changed, that is our doing."""
        return frozenset(path for noted in self._noted(self._files()) for path in noted.commit_paths)

    def _commit(self, committer: Committer, batches: Sequence[Batch]) -> Outcome:
        files = self._files()
        left = [batch for batch in batches if batch.path in files or not self._directory.is_dir()]
        if not left:
            return committer.recover()
        ours = [batch.path for batch in left]
        others = [path for path in files if path < ours[-1] and path not in ours]
        if others:
            # in the order of the changes: where others' came between ours, all of it is told by the files
            is_mixed = others[-1] > ours[0]
            made_up = self._make_up_batches(committer, sorted({*others, *ours}) if is_mixed else others)
            if is_mixed or isinstance(made_up.outcome, Postponed):
                return made_up.outcome
        outcome = committer.commit([commit for batch in left for commit in batch.commits])
        if isinstance(outcome, Committed):
            for path in ours:
                self._disk.remove(path)
        return outcome

    def _make_up(
        self, committer: Committer, thorough: bool, agents: Mapping[str, Agent], besides: Collection[Path]
    ) -> MadeUp:
        files = self._files()
        while files and files[-1] in besides:
            files.pop()
        unsure = thorough or not self._directory.is_dir() or not all(_read(path)[1] for path in files)
        made_up = self._make_up_batches(committer, files)
        if isinstance(made_up.outcome, Postponed) or not unsure:
            return made_up
        outcome = committer.commit(find_unrecorded(self._repository, self._layout, agents))
        self._disk.make_directory(self._directory)
        return _sum(made_up, outcome)

    def _make_up_batches(self, committer: Committer, files: Sequence[Path]) -> MadeUp:
        """Make up these batches, each of them older than any other, and forget them."""
        obstacle = self._repository.obstacle()
        outcome = Postponed(reason=obstacle) if obstacle else committer.recover()
        if isinstance(outcome, Postponed) or not files:
            return MadeUp(outcome=outcome)
        others = [path for path in self._files() if path not in files]
        found = find_outstanding(self._repository, self._layout, self._noted(files), self._noted(others))
        outcome = committer.commit(found.commits)
        if isinstance(outcome, Committed):
            for path in files:
                self._disk.remove(path)
        return MadeUp(outcome=outcome, edited=found.edited)

    def _noted(self, files: Iterable[Path]) -> list[Noted]:
        return [noted for path in files for noted in _read(path)[0]]

    def _files(self) -> list[Path]:
        return [self._directory / name for name in self._names()]

    def _names(self) -> list[str]:
        try:
            return sorted(name for name in os.listdir(self._directory) if name.endswith(".jsonl"))
        except FileNotFoundError:
            return []


def _sum(made_up: MadeUp, outcome: Outcome) -> MadeUp:
    if isinstance(outcome, Postponed) or isinstance(made_up.outcome, Postponed):
        return MadeUp(outcome=outcome, edited=made_up.edited)
    count = made_up.outcome.count + outcome.count
    return MadeUp(outcome=Committed(tip=outcome.tip, count=count), edited=made_up.edited)


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
    return ARTICLE if data is None else hashlib.sha256(data).hexdigest()


def _read(path: Path) -> tuple[list[Noted], bool]:
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
