"""Commits that are put off for a moment, so that some mails share one round of git.

What is put off is durable and stands in the journal: whoever comes after a crash makes it up.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # whoever opens a store to read it needs no journal
    from mdtickets.store.journal_files import Batch

# So many commits are made without waiting for a quiet moment: what a crash may cost in commits of their own.
_MOST = 50


class Backlog:
    """The commits that one process has put off. Its threads share it: each change is one step of a dictionary."""

    def __init__(self) -> None:
        self._batches: dict[str, Batch] = {}  # by their place in the journal

    def add(self, batch: "Batch") -> None:
        """Put these commits off."""
        self._batches[os.fspath(batch.path)] = batch

    @property
    def batches(self) -> tuple["Batch", ...]:
        """What is put off, the oldest first; also what is being committed just now."""
        return tuple(self._batches.values())

    @property
    def is_full(self) -> bool:
        """Whether it is time, quiet or not."""
        return sum(len(batch.commits) for batch in self.batches) >= _MOST

    @contextmanager
    def in_hand(self) -> Iterator[tuple["Batch", ...]]:
        """All that is put off, to be committed in the block; afterwards it is not put off any more."""
        taken = self.batches
        try:
            yield taken
        finally:
            for batch in taken:
                self._batches.pop(os.fspath(batch.path), None)
