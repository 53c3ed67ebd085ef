"""Timed work: pending tickets whose time has come, locks whose time is over, targets that are missed. Each once.

The catalog says which tickets to look at; what becomes of them is decided under the filing lock on files just read, so
what an agent changed meanwhile counts. That it happened stands in the history, in the same durable step.
"""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from mdtickets.app.committing import make_commits, put_in_place, recover
from mdtickets.app.reckoning import deadlines_of
from mdtickets.app.session import Session
from mdtickets.app.staging import Action, Staging
from mdtickets.domain.agent import Change, LockChange
from mdtickets.domain.escalating import when_escalating
from mdtickets.domain.event import Event
from mdtickets.domain.model import Ticket
from mdtickets.domain.timed import when_due, when_lock_is_over
from mdtickets.errors import NotFoundError, UnavailableError
from mdtickets.store.listing import due_tickets, open_numbers
from mdtickets.store.ticket_lock import find_lock

_MOST = 200  # tickets at once: an agent's command waits no longer


class TimedReport(Struct, frozen=True, kw_only=True):
    """What the clock did, and why its commit is still to come ("" when it is made)."""

    done: tuple[tuple[str, Event], ...] = ()
    postponed: str = ""


def work_off(session: Session) -> TimedReport:
    """Do what is due now. Cheap when nothing is. A clone without a system_id leaves it to the machine that files."""
    if not session.settings.system_id:
        return TimedReport()
    done: list[tuple[str, Event]] = []
    postponed = ""
    due = _due(session)
    for start in range(0, len(due), _MOST):
        numbers = due[start : start + _MOST]
        with session.filing():
            recover(session)
            postponed = _work(session, numbers, done) or postponed
    return TimedReport(done=tuple(done), postponed=postponed)


def _due(session: Session) -> list[str]:
    now = session.now()
    over = [number for number in open_numbers(session.catalog) if _is_over(session, number)]
    return list(dict.fromkeys((*due_tickets(session.catalog, now), *over)))


def _is_over(session: Session, number: str) -> bool:
    lock = find_lock(session.layout, number)
    return lock is not None and lock.until is not None and lock.until <= session.now()


def _work(session: Session, numbers: Sequence[str], done: list[tuple[str, Event]]) -> str:
    changes: list[Change] = []

    def stage(staging: Staging) -> None:
        changes.extend(_stage(session, staging, numbers))
        staging.join_commits()

    batch = put_in_place(session, stage)
    done += [(change.ticket.number, event) for change in changes for event in change.events]
    return make_commits(session, batch)


def _stage(session: Session, staging: Staging, numbers: Iterable[str]) -> Iterator[Change]:
    for number in numbers:
        try:
            files = staging.load(number)
        except NotFoundError:
            continue
        if files.ticket is None:
            continue  # broken: its time comes when it is mended
        for change in _changes(session, files.ticket, files.events):
            if change.events:
                changed = change.ticket if change.ticket != files.ticket else None
                staging.stage(Action(number=number, events=change.events, ticket=changed))
            if change.lock is LockChange.RELEASE:
                staging.stage_unlock(number)
            yield change


def _changes(session: Session, ticket: Ticket, events: Sequence[Event]) -> Iterator[Change]:
    now = session.now()
    lock = find_lock(session.layout, ticket.number)
    over = when_lock_is_over(ticket, events, lock, now) if lock else None
    if over:
        yield over
    due = when_due(ticket, events, now)
    # a ticket that changes now has other times: the next round tells
    change = due or _escalation(session, ticket, events)
    if change:
        yield change


def _escalation(session: Session, ticket: Ticket, events: Sequence[Event]) -> Change | None:
    if not ticket.is_open or not (session.settings.targets or ticket.due_at):
        return None
    try:
        deadlines = deadlines_of(session.calendars, ticket, events)
    except UnavailableError:
        return None  # told when its holidays are known
    return when_escalating(ticket, events, deadlines, session.now())
