"""Events that come without a mail: what became of our own, what a person decided. Written and committed together."""

from collections.abc import Sequence
from itertools import groupby

from mdtickets.app.committing import make_commits, put_in_place, recover
from mdtickets.app.session import Session
from mdtickets.app.staging import Action, Staging
from mdtickets.domain.event import Event
from mdtickets.errors import NotFoundError


def record_events(session: Session, events: Sequence[tuple[str, Event]]) -> str:
    """Add events to the histories of their tickets; takes the filing lock.

    Events of a ticket that is gone are dropped: there is nothing left to say it of. Returns why the commit is still to
    come, "" when it is made. Raises OSError when the disk does not take them; then none is there.
    """
    with session.filing():
        recover(session)
        return _record(session, events)


def _record(session: Session, events: Sequence[tuple[str, Event]]) -> str:
    def stage(staging: Staging) -> None:
        for number, of_ticket in groupby(sorted(events, key=lambda pair: pair[0]), key=lambda pair: pair[0]):
            _stage(staging, number, tuple(event for _number, event in of_ticket))
        staging.join_commits()

    return make_commits(session, put_in_place(session, stage))


def _stage(staging: Staging, number: str, events: tuple[Event, ...]) -> None:
    try:
        staging.stage(Action(number=number, events=events))
    except NotFoundError:
        return
