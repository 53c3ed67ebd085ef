"""What undoing makes of a ticket, and what stands in its way."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from mdtickets.domain import agent
from mdtickets.domain.agent import Change, LockChange, Situation
from mdtickets.domain.event import Event, What, format_event, parse_event
from mdtickets.domain.holding import find_holding
from mdtickets.domain.model import Link, Priority, State, Ticket
from mdtickets.domain.noting import note
from mdtickets.domain.settings import Agent, Queue
from mdtickets.domain.states import TicketLock
from mdtickets.domain.undo import undo
from mdtickets.errors import RefusedError
from tests.domain.builders import NOW, make_settings, make_ticket

ANNA = Agent(key="anna", name="Anna", email="anna@mustermann-video.example")
NOTE = "20261124T101500Z-a01f44c9-note.md"

Command = Callable[[Situation], Change]


class Story:
    """A ticket and what agents do to it, an hour apart."""

    def __init__(self, **ticket: object) -> None:
        self.ticket = make_ticket(**ticket)
        self.events: tuple[Event, ...] = (_event(What.NEW, NOW - timedelta(days=1), by="kim@lee.example"),)
        self.now: datetime = NOW

    @property
    def situation(self) -> Situation:
        settings = make_settings()
        settings = replace(settings, queues={**settings.queues, "Sales": Queue(name="Sales")})
        return Situation(ticket=self.ticket, agent=ANNA, now=self.now, settings=settings, events=self.events)

    def do(self, *commands: Command) -> "Story":
        """Carry the commands out."""
        for command in commands:
            self.now += timedelta(hours=1)
            self.take_over(command(self.situation))
        return self

    def happen(self, *events: Event) -> "Story":
        """What is not an agent's doing."""
        self.events += tuple(replace(event, details={**event.details, "ticket_md": "0"}) for event in events)
        return self

    def take_over(self, change: Change) -> None:
        self.ticket = change.ticket
        written = [parse_event(format_event(event)) for event in change.events]
        written[-1] = replace(written[-1], details={**written[-1].details, "ticket_md": str(self.now)})
        self.events += tuple(written)


def _event(what: What, at: datetime = NOW, by: str = "anna", **details: Any) -> Event:
    return Event(at=at, by=by, what=what, details={**details, "ticket_md": "0"})


def _told(what: What, details: dict[str, str], by: str = "anna") -> Event:
    return Event(at=NOW, by=by, what=what, details=details)


def _without_time(ticket: Ticket) -> Ticket:
    return replace(ticket, updated_at=NOW)


COMMANDS: dict[str, Command] = {
    "close": agent.close,
    "pending": lambda found: agent.wait_until(found, NOW + timedelta(days=3), "close"),
    "assign": lambda found: agent.assign(found, "anna"),
    "priority": lambda found: agent.prioritise(found, Priority.HIGH),
    "tag": lambda found: agent.tag(found, ("a", "b")),
    "untag": lambda found: agent.tag(found, ("tape",), remove=True),
    "problem": lambda found: agent.name_problem(found, "belt"),
    "title": lambda found: agent.rename(found, "Other"),
    "link": lambda found: agent.link(found, [Link(type="normal", number="2026112410000028")]),
    "remove": agent.remove,
    "take": agent.take,
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())
def test_the_last_action_is_undone_by_its_inverse(command: Command) -> None:
    """Every key has the value it had; the history says so and keeps both."""
    story = Story(tags=("tape",))
    before = story.ticket
    story.do(command)
    assert story.ticket != before
    change = undo(story.situation)
    assert _without_time(before) == _without_time(change.ticket)
    assert change.events[0].what == What.UNDONE
    assert all(event.details["inverse"] is True for event in change.events[1:])


def test_undoing_goes_on_to_the_action_before() -> None:
    """Twice `undo` takes two actions back, not one to and fro."""
    story = Story().do(COMMANDS["tag"], COMMANDS["priority"], undo, undo)
    assert (story.ticket.tags, story.ticket.priority) == ((), Priority.NORMAL)
    with pytest.raises(RefusedError, match="Mail that came in"):
        undo(story.situation)


def test_a_pending_ticket_that_was_closed_waits_again() -> None:
    """For the same time."""
    story = Story().do(COMMANDS["pending"], agent.close, undo)
    assert (story.ticket.state, story.ticket.pending_until, story.ticket.closed_at) == (
        State.PENDING_AUTO_CLOSE_SUCCESSFUL,
        NOW + timedelta(days=3),
        None,
    )


def test_a_reopened_ticket_was_closed_when_it_was() -> None:
    """Undoing does not close it anew."""
    story = Story().do(agent.close)
    closed_at = story.ticket.closed_at
    story.do(agent.reopen, undo)
    assert story.ticket.closed_at == closed_at


def test_an_earlier_action_is_undone_by_its_event() -> None:
    """What was done since stays."""
    story = Story().do(COMMANDS["tag"], COMMANDS["priority"])
    change = undo(story.situation, 2)
    assert (change.ticket.tags, change.ticket.priority) == ((), Priority.HIGH)


def test_a_later_change_of_the_same_key_stands_in_the_way() -> None:
    """It is named, so that it can be undone first; then nothing is in the way any more."""
    story = Story().do(
        COMMANDS["tag"], lambda found: agent.tag(found, ("b",), remove=True), lambda found: agent.tag(found, ("c",))
    )
    with pytest.raises(
        RefusedError, match=r"event 3 \(changed by anna, .*\) rests on it: it changed tags again.*--event 3"
    ):
        undo(story.situation, 2)
    assert undo(story.do(undo, undo).situation, 2).ticket.tags == ()


def test_an_answer_stands_in_the_way_of_what_it_leans_on() -> None:
    """A state or a note before it; a tag is no matter for the customer."""
    story = Story().do(COMMANDS["tag"], lambda found: note(found, NOTE), agent.close)
    story.happen(_event(What.ANSWERED, story.now + timedelta(hours=1)))
    for position in (3, 4):
        with pytest.raises(RefusedError, match="the customer was answered since"):
            undo(story.situation, position)
    assert undo(story.situation, 2).ticket.tags == ()


@pytest.mark.parametrize("what", [What.ANSWERED, What.AUTO_REPLY])
def test_mail_that_has_left_cannot_be_undone(what: What) -> None:
    """And it says so, whatever became of its delivery."""
    story = Story().happen(_event(what), _event(What.SENT, by="mdtickets"))
    with pytest.raises(RefusedError, match="Mail that has left cannot be undone"):
        undo(story.situation)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (_event(What.MERGED, into="2026112410000028"), "unmerge"),
        (_told(What.LOCKED, {"from": "bert"}), "stolen"),
        (_told(What.STATE, {"from": "pending reminder", "to": "open"}, by="mdtickets"), "by itself"),
        (_event(What.EDITED, by="mdtickets"), "not known any more"),
        (replace(_event(What.NOTE), what="sung"), "sung"),
    ],
)
def test_what_has_no_inverse_is_refused(event: Event, reason: str) -> None:
    """With what to do instead."""
    with pytest.raises(RefusedError, match=reason):
        undo(Story().happen(event).situation)


def test_a_note_is_named_by_what_undoes_it() -> None:
    """So that it is known which file went."""
    [event] = undo(Story().do(lambda found: note(found, NOTE)).situation).events
    assert (event.what, event.article, event.details["of"]) == (What.UNDONE, NOTE, ["note"])


def test_a_ticket_that_is_as_the_action_left_it_comes_back_whole() -> None:
    """With the keys that no event names."""
    story = Story()
    before = story.ticket
    story.do(agent.close)
    assert undo(story.situation, former=before).ticket == before


# --- the lock

LOCK = TicketLock(agent="anna", host="desk1", since=NOW, until=None, reason="reply")
BERT = Agent(key="bert", name="Bert", email="bert@mustermann-video.example")


def _held(story: Story) -> Situation:
    return replace(story.situation, lock=LOCK)


def _lock_events(change: Change) -> list[tuple[str, object]]:
    return [(event.what, event.details.get("inverse")) for event in change.events if "locked" in event.what]


def _held_and(*commands: Command) -> Story:
    """A ticket that Anna took, and what she did while she held it."""
    story = Story().do(lambda found: agent.take(found, reason="reply"))
    for command in commands:
        story.now += timedelta(hours=1)
        story.take_over(command(_held(story)))
    return story


ENDS: dict[str, Command] = {
    "close": agent.close,
    "remove": agent.remove,
    "junk": agent.junk,
    "unlock": agent.unlock,
    "move": lambda found: agent.move(found, "Sales"),
}


def test_taking_a_ticket_is_undone_with_its_lock() -> None:
    """Owner and lock are as before."""
    undone = undo(_held(Story().do(agent.take)))
    assert (undone.ticket.owner, undone.lock, _lock_events(undone)) == ("", LockChange.RELEASE, [("unlocked", True)])


def test_a_lock_that_is_over_goes_with_the_take_that_is_undone() -> None:
    """Its file is there still, whoever undoes; that it ended needs no line."""
    found = Story().do(agent.take).situation
    undone = undo(replace(found, agent=BERT))
    assert (undone.lock, _lock_events(undone)) == (LockChange.RELEASE, [])


@pytest.mark.parametrize("who", [ANNA, BERT], ids=["anna", "bert"])
def test_a_lock_that_was_over_does_not_come_back(who: Agent) -> None:
    """Bert took what Anna had held too long: his `take` undone, the ticket is free, and the history has no holder."""
    story = Story().do(agent.take)
    story.take_over(agent.take(replace(story.situation, agent=BERT)))
    undone = undo(replace(story.situation, agent=who))
    assert (undone.lock, _lock_events(undone)) == (LockChange.RELEASE, [("unlocked", None)])
    story.take_over(undone)
    assert find_holding(story.events) is None


@pytest.mark.parametrize("command", ENDS.values(), ids=ENDS.keys())
def test_who_held_the_ticket_holds_it_again(command: Command) -> None:
    """With the reason he had, and the history says so."""
    undone = undo(_held_and(command).situation)
    assert (undone.lock, undone.lock_reason, _lock_events(undone)) == (LockChange.TAKE, "reply", [("locked", True)])


@pytest.mark.parametrize("command", ENDS.values(), ids=ENDS.keys())
def test_nobody_is_given_a_lock_by_somebody_else(command: Command) -> None:
    """Bert undoes what Anna did: the ticket is free, and the history has no holder."""
    story = _held_and(command)
    undone = undo(replace(story.situation, agent=BERT))
    assert (undone.lock, _lock_events(undone)) == (LockChange.RELEASE, [("unlocked", None)])
    story.take_over(undone)
    assert find_holding(story.events) is None


def test_a_lock_whose_time_is_over_ends_with_the_queue() -> None:
    """Its file goes, and the history has no holder any more, though no clock told its end."""
    story = Story().do(agent.take, ENDS["move"])
    assert find_holding(story.events) is None


def test_an_earlier_lock_stays_over() -> None:
    """Undoing an old `take` or `unlock` leaves alone who holds the ticket now."""
    story = _held_and(agent.unlock).do(lambda found: note(found, NOTE), agent.take)
    for position in (3, 4):
        assert story.events[position - 1].what in {What.LOCKED, What.UNLOCKED}
        assert undo(_held(story), position).lock is LockChange.KEEP


def test_what_has_nothing_to_do_with_the_lock_leaves_it() -> None:
    """A tag is undone while the ticket is held."""
    undone = undo(_held(_held_and(COMMANDS["tag"])))
    assert (undone.lock, _lock_events(undone)) == (LockChange.KEEP, [])


# --- by event


def test_an_event_that_is_not_there() -> None:
    """The refusal says how many there are; one that was undone is not undone again."""
    story = Story().do(COMMANDS["tag"], undo)
    with pytest.raises(RefusedError, match="no event 9"):
        undo(story.situation, 9)
    with pytest.raises(RefusedError, match="undone already"):
        undo(story.situation, 2)
