"""Making commits that stand in the journal: after a command's result, and what earlier runs left.

The only part of an agent's command that needs git, so `committing` loads it when there is something to commit.
"""

from collections.abc import Collection, Sequence

from mdtickets.app.repository import journal_of
from mdtickets.app.session import Session
from mdtickets.app.staleness import SEEN_COMMIT
from mdtickets.store.git import Committed, Outcome
from mdtickets.store.journal_files import Batch


def commit_batches(session: Session, batches: Sequence[Batch]) -> str:
    """Make the commits of these batches; in words why they are still to come, "" when nothing is wrong."""
    return _note_outcome(session, journal_of(session).commit(batches))


def make_up(session: Session, besides: Collection[Batch] = ()) -> str:
    """Make what earlier runs left in the journal, but for `besides`; in words why it is still to come."""
    made_up = journal_of(session).make_up(agents=session.settings.agents, besides=besides)
    return _note_outcome(session, made_up.outcome)


def _note_outcome(session: Session, outcome: Outcome) -> str:
    if not isinstance(outcome, Committed):
        return outcome.reason
    # our own commits are in the catalog already; anybody else's must still be looked at
    if outcome.base and outcome.base == session.catalog.get(SEEN_COMMIT):
        session.catalog.put(SEEN_COMMIT, outcome.tip)
    return ""
