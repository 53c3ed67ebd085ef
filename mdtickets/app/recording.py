"""Events that come without a mail: what became of our own, what a person decided. Written and committed together."""

from collections.abc import Sequence
from itertools import groupby

from mdtickets.app.committing import drop_commits, make_commits, note_commits, recover
from mdtickets.app.session import Session
from mdtickets.app.staging import Action, Staging
from mdtickets.domain.event import Event
from mdtickets.errors import NotFoundError
from mdtickets.store.journal import Batch


def record_events(session: Session, events: Sequence[tuple[str, Event]]) -> str:
    """Add events to the histories of their tickets; takes the filing lock.

    Events of a ticket that is gone are dropped: there is nothing left to say it of. Returns why the commit is still to
    come, "" when it is made. Raises OSError when the disk does not take them; then none is there.
    """
    with session.filing():
        recover(session)
        return _record(session, events)


def _record(session: Session, events: Sequence[tuple[str, Event]]) -> str:
    staging = Staging(session)
    batch: Batch | None = None
    try:
        with session.catalog.transaction():
            for number, of_ticket in groupby(sorted(events, key=lambda pair: pair[0]), key=lambda pair: pair[0]):
                _stage(staging, number, tuple(event for _number, event in of_ticket))
            staging.join_commits()
            batch = note_commits(session, staging.commits)
            staging.put_in_place()
    except BaseException:
        if not staging.is_settled:
            staging.discard()
            drop_commits(session, batch)
        raise
    staging.finish()
    return make_commits(session, batch)


def _stage(staging: Staging, number: str, events: tuple[Event, ...]) -> None:
    try:
        staging.stage(Action(number=number, events=events))
    except NotFoundError:
        return
