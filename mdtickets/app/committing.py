"""Commits follow the files: noted before they are in place, made afterwards, made up when git was in the way."""

from collections.abc import Callable, Iterable, Sequence

from mdtickets.app.dropped import has_dropped
from mdtickets.app.session import Session
from mdtickets.app.staging import ChangedMeanwhileError, Staging
from mdtickets.app.staleness import is_scan_due, is_stale, seen_edits
from mdtickets.errors import NotFoundError
from mdtickets.store.changes import finish_interrupted, forget_interrupted
from mdtickets.store.journal_files import Batch, JournalFiles


def put_in_place(session: Session, stage: Callable[[Staging], None]) -> Batch | None:
    """Make true what `stage` stages, all of it or nothing; the commits to make of it.

    Under the filing lock. The order: files durable, in place, the catalog's transaction, the redo log gone. What is
    raised before the redo log is written leaves nothing behind; afterwards `recover` finishes it.
    """
    staging = Staging(session)
    journal = _journal_files(session)
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
        return _commit(session, [batch])
    session.backlog.add(batch)
    return ""


def make_commits_put_off(session: Session) -> str:
    """Make what was put off, in one round of git; in words why it is still to come, "" when nothing is.

    Needs no filing lock. What git does not take now stays in the journal for `recover`.
    """
    if session.backlog is None:
        return ""
    with session.backlog.in_hand() as batches:
        return _commit(session, batches) if batches else ""


def recover(session: Session) -> str:
    """Finish what a crash left: renames first, then commits. Under the filing lock; cheap when there is nothing.

    Returns why commits are still to come, "" when none are but those put off.
    """
    interrupted = finish_interrupted(session.disk, session.layout)
    if interrupted:
        from mdtickets.app.freshness import index_paths

        index_paths(session, interrupted)
        forget_interrupted(session.disk, session.layout)
    postponed = _make_up(session)
    if is_stale(session):
        from mdtickets.app.freshness import refresh

        refresh(session)
    return take_up_notes(session, _edited_tickets(session)) or postponed


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


def _edited_tickets(session: Session) -> Sequence[str]:
    """The tickets in which files were edited that may be notes."""
    if not any(path.endswith(".md") for path in seen_edits(session)):
        return ()
    from mdtickets.app.freshness import dirty_tickets

    return dirty_tickets(session, ".md")


def _journal_files(session: Session) -> JournalFiles:
    return JournalFiles(session.layout, session.disk)


def _commit(session: Session, batches: Sequence[Batch]) -> str:
    from mdtickets.app.making_commits import commit_batches

    return commit_batches(session, batches)


def _make_up(session: Session) -> str:
    """Make up for what earlier runs left. A look at the journal mostly says that it is nothing."""
    if session.backlog and is_scan_due(session):
        make_commits_put_off(session)  # else git would show them as edits
    put_off = session.backlog.batches if session.backlog else ()
    if _journal_files(session).is_made_up(put_off):
        return ""
    from mdtickets.app.making_commits import make_up

    return make_up(session, put_off)
