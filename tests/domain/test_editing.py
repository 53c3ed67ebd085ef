"""What an editor made of a ticket: joined, checked, told."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from mdtickets.domain.agent import LockChange, Situation
from mdtickets.domain.editing import completed, edited, find_wrong_value, join_fields
from mdtickets.domain.event import What
from mdtickets.domain.model import State, Ticket, TicketLock
from mdtickets.domain.settings import Agent
from mdtickets.errors import RefusedError
from tests.domain.builders import NOW, make_settings, make_ticket

ANNA = Agent(key="anna", name="Anna", email="anna@mustermann-video.example")


def _situation(lock: TicketLock | None = None, **ticket: object) -> Situation:
    return Situation(ticket=make_ticket(**ticket), agent=ANNA, now=NOW, settings=make_settings(), lock=lock)


@pytest.mark.parametrize(
    ("mine", "theirs", "changes", "conflicts"),
    [
        ({"a": "1"}, {"a": "1"}, {}, ()),
        ({"a": "2"}, {"a": "1"}, {"a": "2"}, ()),
        ({"a": "1"}, {"a": "2"}, {}, ()),
        ({"a": "2"}, {"a": "2"}, {}, ()),
        ({"a": "2"}, {"a": "3"}, {}, ("a",)),
        ({}, {"a": "1"}, {"a": None}, ()),
        ({}, {"a": "2"}, {}, ("a",)),
        ({"a": "1", "b": "1"}, {"a": "2"}, {"b": "1"}, ()),
        ({"a": "1", "updated_at": "x"}, {"a": "1", "updated_at": "y"}, {"updated_at": "x"}, ()),
    ],
)
def test_changes_are_joined_key_by_key(
    mine: dict[str, object], theirs: dict[str, object], changes: dict[str, object], conflicts: tuple[str, ...]
) -> None:
    """Only the same key changed to different values is a conflict."""
    joined = join_fields({"a": "1"}, mine, theirs)
    assert (joined.changes, joined.conflicts) == (changes, conflicts)


@pytest.mark.parametrize(
    ("after", "key"),
    [
        (make_ticket(owner="ana"), "owner"),
        (make_ticket(responsible="ana"), "responsible"),
        (make_ticket(queue="Suport"), "queue"),
        (make_ticket(state=State.PENDING_REMINDER), "state"),
        (make_ticket(state=State.MERGED), "state"),
    ],
)
def test_values_that_cannot_be_are_found(after: Ticket, key: str) -> None:
    """With the key, so that the editor opens at its line."""
    found = find_wrong_value(make_ticket(), after, make_settings())
    assert found is not None
    assert found[0] == key


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        ({"state": State.MERGED, "merged_into": "2026112410000028"}, {"state": State.OPEN}, "state"),
        (
            {"state": State.MERGED, "merged_into": "2026112410000028"},
            {"merged_into": "2026112410000037"},
            "merged_into",
        ),
        ({}, {"state": State.MERGED, "merged_into": "2026112410000028"}, "merged_into"),
    ],
)
def test_tickets_are_not_merged_in_the_editor(before: dict[str, object], after: dict[str, object], key: str) -> None:
    """Nor taken apart: the other ticket would not know."""
    ticket = make_ticket(**before)
    found = find_wrong_value(ticket, ticket.change(**after), make_settings())
    assert found is not None
    assert found[0] == key


def test_what_was_there_before_may_stay() -> None:
    """An agent who left still owns old tickets."""
    gone = make_ticket(owner="zoe")
    assert find_wrong_value(gone, replace(gone, title="Other"), make_settings()) is None


def test_an_edit_is_told_with_its_changes() -> None:
    """As the agent's, the state in an event of its own, as always."""
    found = _situation()
    after = completed(found, make_ticket(owner="anna", state=State.CLOSED_SUCCESSFUL))
    change = edited(found, after, text_changed=False)
    [told, state] = change.events
    assert (told.what, told.by, told.details) == (What.EDITED, "anna", {"changes": {"owner": ["", "anna"]}})
    assert (state.details, change.ticket.closed_at) == ({"from": "open", "to": "closed successful"}, NOW)
    assert change.lock is LockChange.RELEASE


def test_an_edit_of_the_text_alone_is_told_as_that() -> None:
    """The words stand in git."""
    [event] = edited(_situation(), make_ticket(), text_changed=True).events
    assert event.details == {"changes": {}, "text": True}


def test_nothing_changed_is_no_event() -> None:
    """Opening an editor is no action."""
    found = _situation()
    assert edited(found, completed(found, make_ticket()), text_changed=False).events == ()


def test_a_ticket_that_no_longer_waits_waits_for_nothing() -> None:
    """As with every other way of opening it."""
    found = _situation(state=State.PENDING_REMINDER, pending_until=NOW + timedelta(days=1))
    assert completed(found, replace(found.ticket, state=State.OPEN)).pending_until is None


def test_a_state_that_another_agent_holds_is_not_edited() -> None:
    """A tag is."""
    lock = TicketLock(agent="bert", host="desk", since=NOW, until=None)
    found = _situation(lock)
    with pytest.raises(RefusedError, match="locked by bert"):
        edited(found, make_ticket(state=State.CLOSED_SUCCESSFUL), text_changed=False)
    assert edited(found, make_ticket(tags=("a",)), text_changed=False).events
