"""What the clock does to a ticket: pure functions from what is true now to what shall be.

A pending ticket is reminded of once, or closed, or opened; a lock whose time is over ends. That it happened stands in the
history, so that it happens once whatever crashes.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from mdtickets.domain.agent import Change, LockChange, events_of
from mdtickets.domain.event import Event, What
from mdtickets.domain.model import Ticket
from mdtickets.domain.states import OPEN_STATE_TYPES, State, StateType, TicketLock
from mdtickets.domain.timestamps import format_time

CLOCK = "mdtickets"
TIMEOUT = "timeout"
REOPEN = "reopen"

_CLOSES_AS = {
    State.PENDING_AUTO_CLOSE_SUCCESSFUL: State.CLOSED_SUCCESSFUL,
    State.PENDING_AUTO_CLOSE_UNSUCCESSFUL: State.CLOSED_UNSUCCESSFUL,
}


def timed_at(ticket: Ticket, events: Sequence[Event]) -> datetime | None:
    """When the clock has something to do with this ticket; None when never, or when it is done."""
    if ticket.state.type not in {StateType.PENDING_REMINDER, StateType.PENDING_AUTO}:
        return None
    return None if _was_reminded(ticket, events) else ticket.pending_until


def when_due(ticket: Ticket, events: Sequence[Event], now: datetime) -> Change | None:
    """What becomes of a pending ticket whose time has come; None when it has not, or when all is done."""
    due_at = timed_at(ticket, events)
    if due_at is None or due_at > now:
        return None
    if ticket.state in _CLOSES_AS:
        after = _ended(ticket, _CLOSES_AS[ticket.state], now)
        return _changed(ticket, after, now, lock=LockChange.RELEASE)
    reminded = Event(at=now, by=CLOCK, what=What.REMINDED, details={"until": format_time(due_at)})
    if ticket.pending_then != REOPEN:
        return Change(ticket=ticket, events=(reminded,))
    change = _changed(ticket, _ended(ticket, State.OPEN, now), now)
    return replace(change, events=(reminded, *change.events))


def when_lock_is_over(ticket: Ticket, events: Sequence[Event], lock: TicketLock, now: datetime) -> Change | None:
    """The end of a lock whose time is over; None while it lasts. Its end is told once, however often it is asked."""
    if lock.until is None or lock.until > now:
        return None
    details = {"from": lock.agent, "since": format_time(lock.since), "reason": TIMEOUT}
    told = any(event.what == What.UNLOCKED and details.items() <= event.details.items() for event in events)
    if told or ticket.state.type not in OPEN_STATE_TYPES:
        return Change(ticket=ticket, lock=LockChange.RELEASE)
    event = Event(at=now, by=CLOCK, what=What.UNLOCKED, details=details)
    return Change(ticket=ticket, events=(event,), lock=LockChange.RELEASE)


def _was_reminded(ticket: Ticket, events: Sequence[Event]) -> bool:
    if ticket.pending_until is None or ticket.state.type is not StateType.PENDING_REMINDER:
        return False
    until = format_time(ticket.pending_until)
    return any(event.what == What.REMINDED and event.details.get("until") == until for event in events)


def _ended(ticket: Ticket, state: State, now: datetime) -> Ticket:
    closed_at = now if state.type is StateType.CLOSED else None
    return replace(ticket, state=state, pending_until=None, pending_then="", closed_at=closed_at)


def _changed(before: Ticket, after: Ticket, now: datetime, lock: LockChange = LockChange.KEEP) -> Change:
    events = events_of(before, after, by=CLOCK, now=now)
    return Change(ticket=replace(after, updated_at=max(now, before.updated_at)), events=events, lock=lock)
