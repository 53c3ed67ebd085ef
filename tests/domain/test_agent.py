"""What agents' commands make of a ticket."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from mdtickets.domain.agent import LockChange, Situation, assign, close, move, reopen, tag, take, unlock, wait_until
from mdtickets.domain.event import What
from mdtickets.domain.model import State, TicketLock
from mdtickets.domain.settings import Agent
from mdtickets.errors import RefusedError
from tests.domain.builders import NOW, NUMBER, make_settings, make_ticket

ANNA = Agent(key="anna", name="Anna", email="anna@mustermann-video.example")
BERTS = TicketLock(agent="bert", host="desk-3", since=NOW, until=NOW + timedelta(hours=1))


def _situation(lock: TicketLock | None = None, **ticket: object) -> Situation:
    return Situation(ticket=make_ticket(**ticket), agent=ANNA, now=NOW, settings=make_settings(), lock=lock)


def test_closing_tells_the_state_and_gives_the_lock_free() -> None:
    """The history has one line, from what to what."""
    change = close(_situation(), minutes=5)
    [event] = change.events
    assert (event.what, event.details, event.minutes) == (
        What.STATE,
        {"from": "open", "to": "closed successful"},
        5,
    )
    assert (change.ticket.closed_at, change.lock) == (NOW, LockChange.RELEASE)


def test_closing_twice_is_no_event() -> None:
    """What is so already needs no line in the history."""
    change = close(_situation(state=State.CLOSED_SUCCESSFUL, closed_at=NOW))
    assert change.events == ()


@pytest.mark.parametrize("command", [close, reopen, take, unlock, lambda found: move(found, "Support")])
def test_a_ticket_that_another_agent_holds_is_refused(command: Callable[[Situation], object]) -> None:
    """The refusal names the holder and how to take it over."""
    with pytest.raises(RefusedError, match=f"{NUMBER} is locked by bert since .* on desk-3.*steal"):
        command(_situation(lock=BERTS))


def test_stealing_tells_from_whom_and_why() -> None:
    """Nobody loses a ticket without a trace."""
    change = take(_situation(lock=BERTS), steal=True, reason="bert is ill")
    [changed, locked] = change.events
    assert (changed.details, locked.what) == ({"changes": {"owner": ["", "anna"]}}, What.LOCKED)
    assert (locked.details, change.lock) == ({"from": "bert", "reason": "bert is ill"}, LockChange.TAKE)


def test_pending_needs_a_time_to_come() -> None:
    """Yesterday cannot be waited for."""
    with pytest.raises(RefusedError, match="is over"):
        wait_until(_situation(), NOW - timedelta(days=1))


def test_pending_until_closed() -> None:
    """The ticket closes by itself unless the customer writes."""
    change = wait_until(_situation(), NOW + timedelta(days=3), "close")
    assert (change.ticket.state, change.ticket.pending_until) == (
        State.PENDING_AUTO_CLOSE_SUCCESSFUL,
        NOW + timedelta(days=3),
    )


def test_moving_gives_the_lock_free() -> None:
    """The other queue's people must be able to take it (OTRS ForceUnlockOnMove)."""
    assert move(_situation(), "Support").lock is LockChange.RELEASE


def test_a_queue_that_is_not_there_is_refused() -> None:
    """With the names of those that are."""
    with pytest.raises(RefusedError, match="Support"):
        move(_situation(), "Suport")


def test_an_agent_who_is_not_there_is_refused() -> None:
    """A ticket must not be given to nobody by a slip."""
    with pytest.raises(RefusedError, match="anna"):
        assign(_situation(), "ana")


def test_tags_are_added_once_and_removed() -> None:
    """The order is that of their coming."""
    tagged = tag(_situation(tags=("a",)), ("b", "a")).ticket
    assert tagged.tags == ("a", "b")
    assert tag(_situation(tags=("a", "b")), ("a",), remove=True).ticket.tags == ("b",)


def test_a_merged_ticket_is_not_reopened() -> None:
    """Its articles are looked at in the one that took over."""
    with pytest.raises(RefusedError, match="unmerge"):
        reopen(_situation(state=State.MERGED, merged_into="2026112410000028"))
