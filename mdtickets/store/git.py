"""The store's git repository: commits of ours beside the user's own work, and what git can tell.

git.py            the Repository: who may commit when, and all the questions
  committing.py   objects → index → branch: the only way in
    fast_import.py  commits as a stream, for git
    loose_commits.py  a few commits without git: git_trees.py, git_objects.py, git_packs.py
    git_staging.py    the index without git: git_index.py, git_index_map.py, git_index_extensions.py
    git_refs.py       the branch without git: git_locks.py
    git_numbers.py    numbers as packs and the index have them
    git_plain.py      where that may be done
  noticing.py     what changed behind our back
  git_upkeep.py   making a repository, and keeping it fast
    blobs.py        git's names for contents
    git_files.py    HEAD, refs and what is in progress, read without a process
    git_process.py  running git
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from mdtickets.errors import TryAgainError
from mdtickets.store import git_upkeep, noticing
from mdtickets.store.blobs import SHA1_DIGITS, blob_id, blobs_in_head
from mdtickets.store.commit import Commit
from mdtickets.store.committing import Committed, Committer, Outcome, Patience, Postponed, head_commit
from mdtickets.store.durable import Disk, read_chunks
from mdtickets.store.git_files import find_git_directory, obstacle_in
from mdtickets.store.git_process import Git, GitError
from mdtickets.store.lockfile import hold
from mdtickets.store.noticing import Change

__all__ = ["Change", "Commit", "Committed", "Committer", "GitError", "Outcome", "Patience", "Postponed", "Repository"]

# Who commits what no person and no mail is the author of.
OURSELVES: Final = ("mdtickets", "mdtickets@localhost")


class Repository:
    """One store's repository. `lock` is the file by which our processes commit one after another."""

    def __init__(self, root: Path, lock: Path, patience: Patience | None = None) -> None:
        self.root = root
        self._lock = lock
        self._patience = patience or Patience()
        self._git = Git(root, self._patience.git)

    @contextmanager
    def alone(self) -> Iterator[Committer]:
        """The only Committer on this machine while the block runs. Raises TryAgainError when the lock is not to be had."""
        Disk().make_directory(self._lock.parent)
        with hold(self._lock, wait=self._patience.lock):
            yield Committer(self.root, self._patience)

    def commit(self, commits: Sequence[Commit]) -> Outcome:
        """Make these commits, all or none; few take no git process, any number at most four. Never raises for git's reasons."""
        try:
            with self.alone() as committer:
                return committer.commit(commits)
        except (TryAgainError, OSError) as error:
            return Postponed(reason=str(error))

    def recover(self) -> Outcome:
        """Finish commits that a crash left half made. What the journal lists is `Journal.make_up`'s work."""
        return self.commit(())

    def commit_paths(
        self, paths: Iterable[str], message: str, *, at: datetime, author: tuple[str, str] | None = None
    ) -> Outcome:
        """One commit of exactly these files as they are now, by the git user; none when nothing differs.

        A path that is gone is removed. What else is staged or changed is left alone.
        """
        try:
            return self._commit_paths(dict.fromkeys(paths), message, at, author or self.identity())
        except (GitError, OSError) as error:
            return Postponed(reason=str(error))

    def obstacle(self) -> str | None:
        """Why nothing could be committed now (a merge is in progress, …); None when nothing is known to be in the way."""
        return obstacle_in(self.root)

    def head_commit(self) -> str | None:
        """The commit that is checked out; None before the first. Starts no process as long as refs are files."""
        directory = find_git_directory(self.root)
        return head_commit(self._git, directory) if directory else None

    def blobs_in_head(self, paths: Sequence[str]) -> dict[str, str]:
        """Git's ids of what the last commit has at these paths; what it does not have is left out."""
        return blobs_in_head(self._git, paths)

    def changed_paths(self, old: str, new: str) -> list[str] | None:
        """The paths that differ between two commits; None when one is not there any more (history was rewritten)."""
        return noticing.changed_paths(self._git, old, new)

    def changes(self, *paths: str) -> list[Change]:
        """What is not committed, file by file, within these paths (none: whatever mdtickets reads)."""
        return noticing.find_changes(self._git, *paths)

    def dirty_paths(self, *paths: str) -> list[str]:
        """The paths of `changes`."""
        return [change.path for change in self.changes(*paths)]

    def identity(self) -> tuple[str, str]:
        """The git user's name and address, or mdtickets itself where git knows none."""
        return noticing.find_identity(self._git) or OURSELVES

    def size_bytes(self) -> int:
        """What the history takes on the disk."""
        return noticing.size_bytes(self._git)

    def last_commit_at(self) -> datetime | None:
        """When the last commit was made; None before the first."""
        return noticing.last_commit_at(self._git)

    def housekeeping(self, now: datetime) -> tuple[str, ...]:
        """Keep git fast: what was done, in words. May take a second; another process at it means nothing to do."""
        try:
            with hold(self._lock.with_name("housekeeping.lock"), wait=0):
                return git_upkeep.keep(self._git, now)
        except TryAgainError:
            return ()

    def _commit_paths(self, paths: Iterable[str], message: str, at: datetime, author: tuple[str, str]) -> Outcome:
        found = {path: _read(self.root / path) for path in paths}
        before = self.blobs_in_head(list(found))
        digits = max(map(len, before.values()), default=SHA1_DIGITS)
        files = {
            path: data for path, data in found.items() if data is not None and blob_id(data, digits) != before.get(path)
        }
        removed = tuple(path for path, data in found.items() if data is None and path in before)
        if not files and not removed:
            return self.recover()
        name, email = author
        commit = Commit(author_name=name, author_email=email, at=at, message=message, files=files, removed=removed)
        return self.commit([commit])


def _read(path: Path) -> bytes | None:
    try:
        return b"".join(read_chunks(path))
    except (FileNotFoundError, NotADirectoryError):
        return None
