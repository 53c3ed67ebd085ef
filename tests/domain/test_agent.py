"""What agents' commands make of a ticket."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from mdtickets.domain.agent import (
    Change,
    LockChange,
    Situation,
    assign,
    close,
    junk,
    make_responsible,
    move,
    name_problem,
    prioritise,
    remove,
    reopen,
    tag,
    take,
    unlock,
    wait_until,
    watch,
)
from mdtickets.domain.event import What
from mdtickets.domain.links import linking, unlinking
from mdtickets.domain.model import Link, Priority, State, Ticket, TicketLock
from mdtickets.domain.settings import Agent, Queue
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


def test_a_tag_has_words_and_no_comma() -> None:
    """So that a list of them can be read again."""
    assert tag(_situation(), ("belt,  of batch 7",)).ticket.tags == ("belt", "of batch 7")
    with pytest.raises(RefusedError, match="must have words"):
        tag(_situation(), (" ,",))


@pytest.mark.parametrize(
    "command",
    [close, reopen, junk, remove, lambda found: wait_until(found, NOW + timedelta(days=1))],
    ids=["close", "reopen", "junk", "remove", "pending"],
)
def test_a_merged_ticket_gets_no_state_of_its_own(command: Callable[[Situation], object]) -> None:
    """It would lie in a list, and its mail still go to the ticket that took over."""
    with pytest.raises(RefusedError, match=r"was merged into 2026112410000028.*unmerge"):
        command(_situation(state=State.MERGED, merged_into="2026112410000028"))


OTHER = "2026112410000028"


@pytest.mark.parametrize(
    ("command", "key", "old", "new"),
    [
        (lambda found: assign(found, "anna"), "owner", "", "anna"),
        (lambda found: make_responsible(found, "anna"), "responsible", "", "anna"),
        (lambda found: prioritise(found, Priority.HIGH), "priority", "3 normal", "4 high"),
        (lambda found: name_problem(found, "belt"), "problem", "", "belt"),
        (watch, "watchers", [], ["anna"]),
    ],
)
def test_a_change_tells_what_was_and_what_is(
    command: Callable[[Situation], Change], key: str, old: object, new: object
) -> None:
    """One line for each command, and the lock as it was."""
    change = command(_situation())
    assert [event.details for event in change.events] == [{"changes": {key: [old, new]}}]
    assert change.lock is LockChange.KEEP


def test_watching_ends() -> None:
    """For this agent alone."""
    assert watch(_situation(watchers=("bert", "anna")), remove=True).ticket.watchers == ("bert",)


def test_a_link_stands_in_both_tickets() -> None:
    """Each says what the other one is to it."""
    decide = linking([NUMBER], OTHER, "parent")
    assert decide(_situation()).ticket.links == (Link(type="parent", number=OTHER),)
    assert decide(_situation(number=OTHER)).ticket.links == (Link(type="child", number=NUMBER),)


def test_links_are_taken_out_of_both() -> None:
    """Of whatever type; others stay."""
    decide = unlinking([NUMBER], OTHER)
    links = (Link(type="parent", number=OTHER), Link(type="normal", number="2026112410000037"))
    assert decide(_situation(links=links)).ticket.links == links[1:]
    assert decide(_situation(number=OTHER, links=(Link(type="child", number=NUMBER),))).ticket.links == ()


def test_a_ticket_is_not_linked_to_itself() -> None:
    """Not even among others."""
    with pytest.raises(RefusedError, match="itself"):
        linking([OTHER, NUMBER], NUMBER, "normal")(_situation())


def _junked(**settings: object) -> Ticket:
    return junk(replace(_situation(), settings=make_settings(**settings))).ticket


def test_junk_is_removed_and_tagged() -> None:
    """It moves where the team has a queue for it (OTRS queue Junk)."""
    assert (_junked().state, _junked().tags, _junked().queue) == (State.REMOVED, ("junk",), "Support")
    queues = {name: Queue(name=name) for name in ("Support", "Junk")}
    assert _junked(queues=queues).queue == "Junk"


def test_what_is_reopened_is_no_junk() -> None:
    """Its other tags stay."""
    change = reopen(_situation(state=State.REMOVED, tags=("junk", "belt"), closed_at=NOW))
    assert (change.ticket.state, change.ticket.tags, change.ticket.closed_at) == (State.OPEN, ("belt",), None)


def test_removing_gives_the_lock_free() -> None:
    """Nobody works on what is out of sight."""
    assert remove(_situation()).lock is LockChange.RELEASE


def test_taking_again_begins_the_time_anew_without_a_line() -> None:
    """The history tells of the first time."""
    change = take(_situation(lock=replace(BERTS, agent="anna"), owner="anna"))
    assert (change.events, change.lock) == ((), LockChange.TAKE)


def test_stealing_needs_a_reason() -> None:
    """Whoever loses a ticket wants to know why."""
    with pytest.raises(RefusedError, match="--reason"):
        take(_situation(lock=BERTS), steal=True, reason=" ")


def test_a_merged_ticket_is_not_taken() -> None:
    """The one that took over is."""
    with pytest.raises(RefusedError, match=OTHER):
        take(_situation(state=State.MERGED, merged_into=OTHER))


def test_a_lock_never_ends_without_a_line() -> None:
    """Closing what is closed already changes nothing but the lock: the history says that it ended."""
    own = TicketLock(agent="anna", host="desk-1", since=NOW, until=None)
    change = close(_situation(lock=own, state=State.CLOSED_SUCCESSFUL, closed_at=NOW))
    assert [event.what for event in change.events] == [What.UNLOCKED]
    assert (change.ticket.updated_at, change.lock) == (make_ticket().updated_at, LockChange.RELEASE)
