"""What the clock does to a ticket."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from mdtickets.domain.agent import LockChange
from mdtickets.domain.event import What
from mdtickets.domain.model import State, Ticket, TicketLock
from mdtickets.domain.timed import timed_at, when_due, when_lock_is_over
from tests.domain.builders import NOW, make_ticket

DUE = make_ticket(state=State.PENDING_REMINDER, pending_until=NOW)
LOCK = TicketLock(agent="anna", host="desk-3", since=NOW - timedelta(hours=1), until=NOW)


@pytest.mark.parametrize(
    ("state", "closed"),
    [
        (State.PENDING_AUTO_CLOSE_SUCCESSFUL, State.CLOSED_SUCCESSFUL),
        (State.PENDING_AUTO_CLOSE_UNSUCCESSFUL, State.CLOSED_UNSUCCESSFUL),
    ],
)
def test_pending_auto_close_closes(state: State, closed: State) -> None:
    """In the state that its name says, with its lock given free (OTRS)."""
    change = when_due(replace(DUE, state=state), (), NOW)
    assert change
    assert (change.ticket.state, change.ticket.closed_at, change.ticket.pending_until) == (closed, NOW, None)
    assert (change.lock, change.events[0].what, change.events[0].by) == (LockChange.RELEASE, What.STATE, "mdtickets")


def test_a_reminder_comes_once() -> None:
    """The state stays; the event is what says that it came."""
    change = when_due(DUE, (), NOW)
    assert change
    assert change.ticket == DUE
    [event] = change.events
    assert (event.what, event.details) == (What.REMINDED, {"until": "2026-11-24T10:15:00Z"})
    assert when_due(DUE, change.events, NOW + timedelta(days=1)) is None
    assert timed_at(DUE, change.events) is None


def test_another_time_reminds_again() -> None:
    """An agent who puts it off is reminded of it at the new time."""
    told = when_due(DUE, (), NOW)
    assert told
    later = replace(DUE, pending_until=NOW + timedelta(hours=1))
    assert timed_at(later, told.events) == later.pending_until
    assert when_due(later, told.events, NOW + timedelta(hours=1))


def test_a_ticket_that_shall_reopen_opens() -> None:
    """`pending DATE --then reopen`: reminded, and open again."""
    change = when_due(replace(DUE, pending_then="reopen"), (), NOW)
    assert change
    assert (change.ticket.state, change.ticket.pending_then) == (State.OPEN, "")
    assert [event.what for event in change.events][:2] == [What.REMINDED, What.STATE]


@pytest.mark.parametrize(
    "ticket",
    [
        replace(DUE, pending_until=NOW + timedelta(seconds=1)),
        replace(DUE, state=State.OPEN),
        replace(DUE, pending_until=None),
    ],
    ids=["not yet", "not pending any more", "without a time"],
)
def test_what_is_not_due_stays(ticket: Ticket) -> None:
    """An agent who opened it meanwhile is not overruled."""
    assert when_due(ticket, (), NOW) is None


def test_a_lock_ends_with_its_time() -> None:
    """Told once, naming the holder; told already, only its file goes."""
    change = when_lock_is_over(make_ticket(), (), LOCK, NOW)
    assert change
    [event] = change.events
    assert (event.what, event.details["from"], event.details["reason"]) == (What.UNLOCKED, "anna", "timeout")
    again = when_lock_is_over(make_ticket(), change.events, LOCK, NOW)
    assert again
    assert (again.events, again.lock) == ((), LockChange.RELEASE)


@pytest.mark.parametrize("until", [None, NOW + timedelta(seconds=1)])
def test_a_lock_lasts_until_then(until: datetime | None) -> None:
    """One without an end lasts for ever."""
    assert when_lock_is_over(make_ticket(), (), replace(LOCK, until=until), NOW) is None
