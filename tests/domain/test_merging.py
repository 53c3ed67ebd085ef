"""Two tickets become one and come apart again."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from mdtickets.domain.agent import LockChange, Situation
from mdtickets.domain.event import Event, What
from mdtickets.domain.merging import give_back, merge, take_over, unmerge
from mdtickets.domain.model import Link, State, Ticket, TicketLock
from mdtickets.domain.settings import Agent
from mdtickets.errors import RefusedError
from tests.domain.builders import KIM, NEXT, NOW, NUMBER, make_settings, make_ticket

ANNA = Agent(key="anna", name="Anna", email="anna@mustermann-video.example")
MAX = "max@mueller.example"
OLD = make_ticket(number=NEXT, participants=(MAX,), watchers=("bert",))
MAIN = make_ticket()


def _situation(ticket: Ticket, **fields: Any) -> Situation:
    return Situation(ticket=ticket, agent=ANNA, now=NOW, settings=make_settings(), **fields)


def test_the_old_ticket_points_to_the_main_one() -> None:
    """Follow-ups find their way, and the history tells it."""
    change = merge(_situation(OLD), MAIN)
    after = change.ticket
    assert (after.state, after.merged_into, after.closed_at) == (State.MERGED, NUMBER, NOW)
    assert after.links == (Link(type="parent", number=NUMBER),)
    assert [event.what for event in change.events] == [What.STATE, What.CHANGED, What.MERGED]
    assert change.events[-1].details == {"into": NUMBER}


def test_the_main_ticket_gets_everybody_of_the_old_one() -> None:
    """Participants and watchers join; each of several old tickets is told."""
    third = make_ticket(number="2026112410000037", participants=(KIM,))
    change = take_over(_situation(MAIN), [OLD, third], minutes=4)
    after = change.ticket
    assert (after.participants, after.watchers) == ((KIM, MAX), ("bert",))
    assert after.links == (Link(type="child", number=NEXT), Link(type="child", number=third.number))
    merged = [event.details for event in change.events if event.what == What.MERGED]
    assert merged == [{"from": NEXT, "joined": [MAX]}, {"from": third.number}]
    assert sum(event.minutes or 0 for event in change.events) == 4


def test_merging_again_changes_nothing() -> None:
    """A command that a crash interrupted may be given again."""
    merged = replace(OLD, state=State.MERGED, merged_into=NUMBER)
    assert merge(_situation(merged), MAIN).events == ()
    assert take_over(_situation(MAIN), [merged]).events == ()


def test_the_lock_of_the_old_ticket_ends() -> None:
    """Nobody works on it any more."""
    lock = TicketLock(agent="anna", host="desk-3", since=NOW, until=None)
    assert merge(_situation(OLD, lock=lock), MAIN).lock is LockChange.RELEASE
    assert merge(_situation(OLD), MAIN).lock is LockChange.RELEASE  # its file, when its time is over


@pytest.mark.parametrize(
    ("old", "into", "told"),
    [
        (OLD, OLD, "into itself"),
        (OLD, replace(MAIN, state=State.MERGED, merged_into=NEXT), f"itself merged into {NEXT}"),
        (replace(OLD, state=State.MERGED, merged_into="2026112410000037"), MAIN, "already.*unmerge"),
        (OLD, replace(MAIN, state=State.REMOVED), "was removed"),
    ],
    ids=["itself", "circle", "twice", "removed"],
)
def test_what_makes_no_sense_is_refused(old: Ticket, into: Ticket, told: str) -> None:
    """Above all no circles: mail would never arrive."""
    with pytest.raises(RefusedError, match=told):
        merge(_situation(old), into)


def test_another_agents_lock_on_either_ticket_refuses() -> None:
    """He may be answering right now."""
    lock = TicketLock(agent="bert", host="desk-3", since=NOW, until=None)
    with pytest.raises(RefusedError, match="locked by bert"):
        merge(_situation(OLD, lock=lock), MAIN)
    with pytest.raises(RefusedError, match="locked by bert"):
        take_over(_situation(MAIN, lock=lock), [OLD])


@pytest.mark.parametrize(
    "before",
    [
        OLD,
        replace(OLD, state=State.CLOSED_SUCCESSFUL, closed_at=NOW - timedelta(days=1)),
        replace(OLD, state=State.PENDING_REMINDER, pending_until=NOW + timedelta(days=2), pending_then="reopen"),
    ],
    ids=["open", "closed", "pending"],
)
def test_unmerging_gives_back_the_state_before(before: Ticket) -> None:
    """Everything is as it was, but for the time of the last change."""
    merged = merge(_situation(before), MAIN)
    apart = unmerge(_situation(merged.ticket, events=merged.events))
    assert replace(apart.ticket, updated_at=before.updated_at) == before
    assert apart.events[-1].what == What.UNMERGED


def test_who_came_with_the_old_ticket_leaves_with_it() -> None:
    """Unless he has written to the main one since: then he belongs to it."""
    main = take_over(_situation(MAIN), [OLD])
    back = give_back(_situation(main.ticket, events=main.events), [NEXT])
    assert (back.ticket.participants, back.ticket.links) == ((KIM,), ())
    wrote = Event(at=NOW, by=MAX, what=What.FOLLOW_UP, article="20261124T101500Z-3f2a9c1d-customer.eml")
    back = give_back(_situation(main.ticket, events=(*main.events, wrote)), [NEXT])
    assert back.ticket.participants == (KIM, MAX)


def test_a_ticket_that_is_not_merged_cannot_come_apart() -> None:
    """The slip of a digit is told."""
    with pytest.raises(RefusedError, match="is not merged"):
        unmerge(_situation(OLD))
