"""The journal: which commits are still to be made, so that a crash costs none and a commit may come later.

Written before the files are put in place, removed once git has the commits. It names paths and digests, not contents:
what can be made up is what lies on the disk. It need not be durable. A torn or deleted journal is made up for from the
histories: see `unrecorded`. Its files are those of `journal_files`.
"""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from mdtickets.domain.settings import Agent
from mdtickets.errors import TryAgainError
from mdtickets.store.durable import Disk
from mdtickets.store.git import Committed, Committer, GitError, Outcome, Postponed, Repository
from mdtickets.store.journal_files import Batch, JournalFiles, read_batch
from mdtickets.store.layout import Layout
from mdtickets.store.outstanding import find_outstanding
from mdtickets.store.unrecorded import find_unrecorded


class MadeUp(Struct, frozen=True, kw_only=True):
    """What became of the commits that an earlier run left behind."""

    outcome: Outcome
    edited: tuple[str, ...] = ()  # paths of ours that were changed by hand since, so they are left to the user


class Journal(JournalFiles):
    """The journal of one store and the commits it tells of. Whoever calls `make_up` holds the store's filing lock."""

    def __init__(self, layout: Layout, disk: Disk, repository: Repository) -> None:
        super().__init__(layout, disk)
        self._repository = repository

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

    def _commit(self, committer: Committer, batches: Sequence[Batch]) -> Outcome:
        files = self.files()
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
        files = self.files()
        while files and files[-1] in besides:
            files.pop()
        unsure = thorough or not self._directory.is_dir() or not all(read_batch(path)[1] for path in files)
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
        others = [path for path in self.files() if path not in files]
        found = find_outstanding(self._repository, self._layout, self.noted(files), self.noted(others))
        outcome = committer.commit(found.commits)
        if isinstance(outcome, Committed):
            for path in files:
                self._disk.remove(path)
        return MadeUp(outcome=outcome, edited=found.edited)


def _sum(made_up: MadeUp, outcome: Outcome) -> MadeUp:
    if isinstance(outcome, Postponed) or isinstance(made_up.outcome, Postponed):
        return MadeUp(outcome=outcome, edited=made_up.edited)
    count = made_up.outcome.count + outcome.count
    return MadeUp(outcome=Committed(tip=outcome.tip, count=count), edited=made_up.edited)
