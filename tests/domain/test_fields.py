"""What `set` may write, and how its values are read."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mdtickets.domain.agent import LockChange, Situation
from mdtickets.domain.fields import Team, Values, parse_priority, parse_values, set_fields
from mdtickets.domain.model import Priority, State
from mdtickets.domain.settings import Agent
from mdtickets.errors import MdticketsError, RefusedError, UsageError
from tests.domain.builders import NOW, make_settings, make_ticket

ANNA = Agent(key="anna", name="Anna", email="anna@mustermann-video.example")
TEAM = Team(
    settings=make_settings(), now=NOW, zone=ZoneInfo("Europe/Berlin"), cards=("kim-lee", "lee-sons"), acting="anna"
)


def _situation(own: Mapping[str, object] | None = None, **ticket: object) -> Situation:
    return Situation(ticket=make_ticket(**ticket), agent=ANNA, now=NOW, settings=make_settings(), own=own or {})


def _set(*assignments: str, own: Mapping[str, object] | None = None, **ticket: object) -> Any:
    return set_fields(_situation(own, **ticket), parse_values(assignments, TEAM))


@pytest.mark.parametrize(
    ("assignment", "key", "value"),
    [
        ("title= Recorder  eats tapes ", "title", "Recorder eats tapes"),
        ("state=closed", "state", State.CLOSED_SUCCESSFUL),
        ("state=Closed Unsuccessful", "state", State.CLOSED_UNSUCCESSFUL),
        ("queue=Support", "queue", "Support"),
        ("priority=5", "priority", Priority.VERY_HIGH),
        ("owner=anna", "owner", "anna"),
        ("owner=Me", "owner", "anna"),
        ("owner=nobody", "owner", ""),
        ("owner=", "owner", ""),
        ("responsible=anna", "responsible", "anna"),
        ("customer=kim-lee", "customer", "kim-lee"),
        ("company=lee-sons", "company", "lee-sons"),
        ("tags=belt, recall,belt", "tags", ("belt", "recall")),
        ("tags=", "tags", ()),
        ("problem=belt", "problem", "belt"),
        ("due_at=27.11.", "due_at", datetime(2026, 11, 27, 8, 0, tzinfo=UTC)),
        ("due_at=", "due_at", None),
    ],
)
def test_a_value_is_read_by_its_key(assignment: str, key: str, value: object) -> None:
    """Each key has its type."""
    assert parse_values([assignment], TEAM).ours == {key: value}


def test_other_keys_are_the_teams_own() -> None:
    """They are text; nothing takes one out."""
    expected = Values(own={"serial_number": "0042", "customer_no": "7", "contract": None})
    assert parse_values(["serial_number=0042", "customer_no=7", "contract="], TEAM) == expected


@pytest.mark.parametrize(
    ("assignment", "error", "said"),
    [
        ("priority", UsageError, "no KEY=VALUE"),
        ("=high", UsageError, "no KEY=VALUE"),
        ("titel=x", RefusedError, 'mean "title"'),
        ("prio=4", RefusedError, 'mean "priority"'),
        ("due=3d", RefusedError, 'mean "due_at"'),
        ("title= ", RefusedError, "must have words"),
        ("state=opne", RefusedError, 'mean "open"'),
        ("state=merged", RefusedError, "mdtickets merge"),
        ("queue=Suport", RefusedError, 'mean "Support"'),
        ("priority=urgent", RefusedError, "very high"),
        ("owner=ana", RefusedError, 'mean "anna"'),
        ("customer=kim-le", RefusedError, 'mean "kim-lee"'),
        ("due_at=soon", RefusedError, "no date"),
        ("number=1", RefusedError, "not set by hand"),
        ("links=x", RefusedError, "mdtickets link"),
        ("a:b=x", RefusedError, "cannot be a key"),
        ("remark=" + "x" * 2000, RefusedError, "note"),
    ],
)
def test_what_is_wrong_is_told_with_what_is_right(assignment: str, error: type[MdticketsError], said: str) -> None:
    """Nothing is written that means nothing."""
    with pytest.raises(error, match=said):
        parse_values([assignment], TEAM)


@pytest.mark.parametrize(
    ("word", "priority"),
    [
        ("4", Priority.HIGH),
        ("high", Priority.HIGH),
        ("4 high", Priority.HIGH),
        ("Very  Low", Priority.VERY_LOW),
        ("1 very low", Priority.VERY_LOW),
    ],
)
def test_a_priority_is_digit_word_or_both(word: str, priority: Priority) -> None:
    """As people type it."""
    assert parse_priority(word) is priority


def test_what_was_and_what_is_stands_in_the_history() -> None:
    """Our keys and the team's own in one line."""
    change = _set("priority=high", "serial=4711", own={"serial": "4710"})
    [event] = change.events
    changes = {"priority": ["3 normal", "4 high"], "serial": ["4710", "4711"]}
    assert (event.details, change.own) == ({"changes": changes}, {"serial": "4711"})


def test_what_is_so_already_is_no_event() -> None:
    """Of the team's own keys, too."""
    change = _set("priority=3", "serial=4711", own={"serial": "4711"})
    assert (change.events, change.own) == ((), {})


def test_a_state_is_set_as_its_command_would() -> None:
    """Closed has a time, gives the lock free, and waits for nothing."""
    change = _set("state=closed", state=State.PENDING_REMINDER, pending_until=NOW + timedelta(days=1))
    assert (change.ticket.closed_at, change.ticket.pending_until, change.lock) == (NOW, None, LockChange.RELEASE)


def test_pending_needs_a_time() -> None:
    """It is set with it, or was there."""
    with pytest.raises(RefusedError, match="needs a time"):
        _set("state=pending")
    change = _set("state=pending", "pending_until=3d")
    assert change.ticket.pending_until == NOW + timedelta(days=3)


@pytest.mark.parametrize("assignments", [("pending_until=3d",), ("state=pending", "pending_until=today 8:00")])
def test_a_time_to_wait_for_must_make_sense(assignments: tuple[str, ...]) -> None:
    """Of an open ticket it means nothing, and what is over cannot be waited for."""
    with pytest.raises(RefusedError):
        _set(*assignments)
