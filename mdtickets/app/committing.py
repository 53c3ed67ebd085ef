"""Commits follow the files: noted before they are in place, made afterwards, made up when git was in the way."""

from collections.abc import Callable, Iterable

from mdtickets.app.dropped import has_dropped
from mdtickets.app.freshness import dirty_tickets, index_paths, refresh
from mdtickets.app.repository import journal_of
from mdtickets.app.session import Session
from mdtickets.app.staging import ChangedMeanwhileError, Staging
from mdtickets.app.staleness import SEEN_COMMIT, is_scan_due
from mdtickets.errors import NotFoundError
from mdtickets.store.changes import finish_interrupted, forget_interrupted
from mdtickets.store.git import Committed, Outcome
from mdtickets.store.journal import Batch


def put_in_place(session: Session, stage: Callable[[Staging], None]) -> Batch | None:
    """Make true what `stage` stages, all of it or nothing; the commits to make of it.

    Under the filing lock. The order: files durable, in place, the catalog's transaction, the redo log gone. What is
    raised before the redo log is written leaves nothing behind; afterwards `recover` finishes it.
    """
    staging = Staging(session)
    journal = journal_of(session)
    batch: Batch | None = None
    try:
        with session.catalog.transaction():
            stage(staging)
            batch = journal.add(staging.commits) if staging.commits else None
            staging.put_in_place()
    except BaseException:
        if not staging.is_settled:
            staging.discard()
            if batch:
                journal.drop(batch)
        raise
    staging.finish()
    return batch


def make_commits(session: Session, batch: Batch | None) -> str:
    """Make the commits of a batch, or put them off; in words why they are still to come, "" when nothing is wrong."""
    if batch is None:
        return ""
    if session.backlog is None:
        return _note_outcome(session, journal_of(session).commit([batch]))
    session.backlog.add(batch)
    return ""


def make_commits_put_off(session: Session) -> str:
    """Make what was put off, in one round of git; in words why it is still to come, "" when nothing is.

    Needs no filing lock. What git does not take now stays in the journal for `recover`.
    """
    if session.backlog is None:
        return ""
    with session.backlog.in_hand() as batches:
        return _note_outcome(session, journal_of(session).commit(batches)) if batches else ""


def recover(session: Session) -> str:
    """Finish what a crash left: renames first, then commits. Under the filing lock; cheap when there is nothing.

    Returns why commits are still to come, "" when none are but those put off.
    """
    interrupted = finish_interrupted(session.disk, session.layout)
    if interrupted:
        index_paths(session, interrupted)
        forget_interrupted(session.disk, session.layout)
    postponed = _make_up(session)
    refresh(session)
    return take_up_notes(session, dirty_tickets(session, ".md")) or postponed


def _make_up(session: Session) -> str:
    journal = journal_of(session)
    agents = session.settings.agents
    if session.backlog is None:
        return _note_outcome(session, journal.make_up(agents=agents).outcome)
    if is_scan_due(session):
        make_commits_put_off(session)  # else git would show them as edits
    put_off = session.backlog.batches
    if journal.is_made_up(put_off):
        return ""
    return _note_outcome(session, journal.make_up(agents=agents, besides=put_off).outcome)


def take_up_notes(session: Session, numbers: Iterable[str]) -> str:
    """Put notes that lie in these tickets, put there by hand, into their histories. Under the filing lock.

    Returns why their commit is still to come, "" when it is made or there are none.
    """
    wanted = [number for number in numbers if has_dropped(session, number)]
    if not wanted:
        return ""

    def stage(staging: Staging) -> None:
        for number in wanted:
            staging.load(number)

    try:
        return make_commits(session, put_in_place(session, stage))
    except (ChangedMeanwhileError, NotFoundError):
        return ""  # somebody is at it this very moment; the next run sees it


def _note_outcome(session: Session, outcome: Outcome) -> str:
    if not isinstance(outcome, Committed):
        return outcome.reason
    # our own commits are in the catalog already; anybody else's must still be looked at
    if outcome.base and outcome.base == session.catalog.get(SEEN_COMMIT):
        session.catalog.put(SEEN_COMMIT, outcome.tip)
    return ""
