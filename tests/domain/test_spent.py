"""Time accounts: entered, corrected, summed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from mdtickets.domain.agent import Situation
from mdtickets.domain.event import Event, What
from mdtickets.domain.settings import Agent, Queue
from mdtickets.domain.spent import (
    add_time,
    correct_time,
    parse_day,
    require_minutes,
    settled_entries,
    time_entries,
    whole_minutes,
)
from mdtickets.errors import RefusedError, UsageError
from tests.domain.builders import NOW, make_settings, make_ticket

ANNA = Agent(key="anna", name="Anna", email="anna@mustermann-video.example")
TODAY = date(2026, 11, 24)


def _situation(*events: Event, required: bool = False) -> Situation:
    settings = make_settings(queue=Queue(name="Support", time_required=required))
    return Situation(ticket=make_ticket(), agent=ANNA, now=NOW, settings=settings, events=events)


def _entered(minutes: int, *before: Event) -> Event:
    [event] = add_time(_situation(*before), minutes, TODAY, activity="repair").events
    return event


def test_an_entry_has_agent_minutes_activity_and_day() -> None:
    """All that a bill is made from."""
    [entry] = time_entries([_entered(45)], UTC)
    assert (entry.agent, entry.minutes, entry.activity, entry.day) == ("anna", 45, "repair", TODAY)


def test_minutes_of_other_actions_count() -> None:
    """On the day on which they were done."""
    note = Event(at=NOW, by="anna", what=What.NOTE, minutes=5)
    [entry] = time_entries([note, Event(at=NOW, by="anna", what=What.STATE)], UTC)
    assert (entry.minutes, entry.day) == (5, TODAY)


@pytest.mark.parametrize("right", [0, 20, 60])
def test_a_correction_makes_the_sum_right(right: int) -> None:
    """Both entries stay; what they add up to is what was meant."""
    first = _entered(45)
    [correction] = correct_time(_situation(first), 1, right, UTC).events
    entries = time_entries([first, correction], UTC)
    assert (sum(entry.minutes for entry in entries), entries[1].corrects) == (right, 1)


def test_an_entry_is_corrected_twice() -> None:
    """The second correction counts from what the first one made of it."""
    first = _entered(45)
    [second] = correct_time(_situation(first), 1, 20, UTC).events
    [third] = correct_time(_situation(first, second), 1, 30, UTC).events
    assert sum(entry.minutes for entry in time_entries([first, second, third], UTC)) == 30


def test_a_settled_entry_has_its_corrections() -> None:
    """It is still that of the agent who worked, and no line has minutes below zero."""
    first = _entered(45)
    [correction] = correct_time(_situation(first), 1, 20, UTC).events
    by_bert = replace(correction, by="bert")
    settled = settled_entries([first, by_bert, _entered(7, first)], UTC)
    assert [(entry.position, entry.agent, entry.minutes) for entry in settled] == [(1, "anna", 20), (3, "anna", 7)]


def test_a_note_whose_minutes_were_edited_counts_once() -> None:
    """The edit has the difference, and the note's article."""
    note = Event(at=NOW, by="anna", what=What.NOTE, article="a-note.md", minutes=30)
    edit = Event(at=NOW, by="bert", what=What.EDITED, article="a-note.md", minutes=-10)
    [settled] = settled_entries([note, edit], UTC)
    assert (settled.agent, settled.minutes) == ("anna", 20)


def test_an_entry_of_no_minutes_is_not_settled() -> None:
    """Corrected to nothing, it costs nothing, not even a line."""
    first = _entered(45)
    [correction] = correct_time(_situation(first), 1, 0, UTC).events
    assert settled_entries([first, correction], UTC) == ()


def test_corrections_of_nothing_are_refused() -> None:
    """The refusal says which entries there are."""
    with pytest.raises(RefusedError, match=r"no time entry 2.*1 … 1"):
        correct_time(_situation(_entered(5)), 2, 1, UTC)


@pytest.mark.parametrize("minutes", [0, -5, 100_000])
def test_odd_minutes_are_refused(minutes: int) -> None:
    """A slip of the finger must not become a bill."""
    with pytest.raises(RefusedError, match="no number of minutes"):
        _entered(minutes)


def test_tomorrows_time_is_refused() -> None:
    """Nobody has spent it yet."""
    with pytest.raises(RefusedError, match="still to come"):
        add_time(_situation(), 5, TODAY + timedelta(days=2))


def test_a_timer_counts_once() -> None:
    """A crash between the entry and the end of the timer enters nothing twice."""
    since = "2026-11-24T09:00:00Z"
    [event] = add_time(_situation(), 5, TODAY, timer=since).events
    assert add_time(_situation(event), 5, TODAY, timer=since).events == ()


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 1), (29, 1), (89, 1), (90, 2), (3600, 60)])
def test_timers_are_rounded(seconds: int, minutes: int) -> None:
    """To whole minutes, at least one."""
    assert whole_minutes(NOW, NOW + timedelta(seconds=seconds)) == minutes


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-20", date(2026, 11, 20)),
        ("today", TODAY),
        ("gestern", date(2026, 11, 23)),
        ("20.11.", date(2026, 11, 20)),
        ("24.12.", date(2025, 12, 24)),
        ("1.2.2026", date(2026, 2, 1)),
    ],
)
def test_days_as_people_say_them(text: str, day: date) -> None:
    """A day without a year is the last one of that date."""
    assert parse_day(text, TODAY) == day


@pytest.mark.parametrize("text", ["", "soon", "31.2.", "2026-13-01"])
def test_what_is_no_day(text: str) -> None:
    """Is said so."""
    with pytest.raises(UsageError, match="is no day"):
        parse_day(text, TODAY)


def test_a_queue_may_demand_minutes() -> None:
    """Nothing told is refused; none spent is an answer."""
    with pytest.raises(RefusedError, match="--minutes"):
        require_minutes(_situation(required=True), None)
    require_minutes(_situation(required=True), 0)
    require_minutes(_situation(), None)


def test_an_entry_of_a_later_version_is_read() -> None:
    """A day that is none counts as the day of the event."""
    event = Event(
        at=datetime(2026, 11, 24, 23, 30, tzinfo=UTC), by="anna", what=What.TIME, minutes=3, details={"day": 7}
    )
    assert time_entries([event], UTC)[0].day == TODAY
