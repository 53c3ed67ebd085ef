"""When a ticket is due: by its history, against a slow count minute by minute."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mdtickets.domain.escalating import upcoming, when_escalating
from mdtickets.domain.escalation import Deadline, find_deadlines, used_seconds
from mdtickets.domain.event import Event, What
from mdtickets.domain.model import State, Ticket
from mdtickets.domain.settings import CalendarRules, Target
from mdtickets.domain.states import StateType
from mdtickets.domain.targets import Kind
from mdtickets.domain.timestamps import format_time
from mdtickets.domain.undone import mark_of
from mdtickets.domain.working_time import Calendar
from tests.domain.builders import make_settings, make_ticket

BERLIN = ZoneInfo("Europe/Berlin")
CALENDAR = Calendar(zone=BERLIN)  # Monday to Friday, eight to six
SETTINGS = make_settings(targets=(Target(first_response=60, update=240, solution=600),))
TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=BERLIN)
MINUTE = timedelta(minutes=1)

ASKED, REPLIED, PENDING, CLOSED, OPENED = "asked", "replied", "pending", "closed", "opened"
_STATES = {PENDING: State.PENDING_REMINDER, CLOSED: State.CLOSED_SUCCESSFUL, OPENED: State.OPEN}


def history(*told: tuple[int, str]) -> tuple[Ticket, tuple[Event, ...]]:
    """A ticket that a mail opened on Tuesday at nine, and what happened how many minutes later."""
    start = TUESDAY.astimezone(UTC)
    state = State.NEW
    events = [Event(at=start, by="kim@lee.example", what=What.NEW)]
    for minutes, word in told:
        at = start + minutes * MINUTE
        if word in _STATES:
            details = {"from": state.value, "to": _STATES[word].value}
            events.append(Event(at=at, by="anna", what=What.STATE, details=details))
            state = _STATES[word]
        else:
            what = {ASKED: What.FOLLOW_UP, REPLIED: What.ANSWERED}.get(word, word)
            events.append(Event(at=at, by="somebody", what=what))
    return make_ticket(state=state, created_at=start, updated_at=events[-1].at), tuple(events)


def deadlines_of(ticket: Ticket, events: Sequence[Event]) -> dict[Kind, Deadline]:
    return {each.kind: each for each in find_deadlines(ticket, events, SETTINGS, lambda _queue: CALENDAR)}


def due(ticket: Ticket, events: Sequence[Event]) -> dict[str, str]:
    """By target: when it is due, on the team's clock; of those that are still to be reached."""
    found = deadlines_of(ticket, events).items()
    return {str(kind): _shown(each.due_at) for kind, each in found if each.is_open}


def _shown(moment: int | None) -> str:
    return datetime.fromtimestamp(moment, BERLIN).strftime("%a %H:%M") if moment is not None else "-"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([], {"first_response": "Tue 10:00", "update": "Tue 13:00", "solution": "Wed 09:00"}),
        ([(30, REPLIED)], {"update": "Tue 13:30", "solution": "Wed 09:00"}),
        ([(30, REPLIED), (60, ASKED), (90, ASKED)], {"update": "Tue 14:00", "solution": "Wed 09:00"}),
        ([(30, What.AUTO_REPLY)], {"first_response": "Tue 10:00", "update": "Tue 13:00", "solution": "Wed 09:00"}),
        ([(30, What.NOTE)], {"first_response": "Tue 10:00", "update": "Tue 13:00", "solution": "Wed 09:00"}),
        ([(30, What.FORWARDED)], {"first_response": "Tue 10:00", "update": "Tue 13:00", "solution": "Wed 09:00"}),
        ([(30, What.CALL)], {"update": "Tue 13:30", "solution": "Wed 09:00"}),
        ([(30, REPLIED), (60, What.AUTOMATIC)], {"update": "Tue 13:30", "solution": "Wed 09:00"}),
        ([(30, REPLIED), (30, PENDING)], {"update": "-", "solution": "-"}),
        ([(30, REPLIED), (30, PENDING), (150, OPENED)], {"update": "Tue 15:30", "solution": "Wed 11:00"}),
        ([(30, REPLIED), (30, CLOSED)], {}),
        ([(30, CLOSED)], {}),
        (
            [(30, REPLIED), (30, CLOSED), (120, ASKED), (120, OPENED)],
            {"update": "Tue 15:00", "solution": "Wed 11:00"},
        ),
        (
            [(30, CLOSED), (120, OPENED)],
            {"first_response": "Tue 12:00", "update": "Tue 15:00", "solution": "Wed 11:00"},
        ),
    ],
    ids=[
        "new", "answered", "asked twice", "acknowledged", "noted", "forwarded", "called", "a vacation note",
        "waiting for the customer", "no longer waiting", "closed", "closed without an answer", "reopened by mail",
        "reopened without an answer",
    ],
)  # fmt: skip
def test_when_it_is_due(told: list[tuple[int, str]], expected: dict[str, str]) -> None:
    """OTRS's rules, but the clock stands still while the ticket is pending and begins anew when it is opened again."""
    assert due(*history(*told)) == expected


def test_a_target_that_was_missed_stays_missed() -> None:
    """Waiting for the customer afterwards does not help."""
    found = deadlines_of(*history((600, PENDING)))
    assert _shown(found[Kind.FIRST_RESPONSE].due_at) == "Tue 10:00"
    assert found[Kind.FIRST_RESPONSE].is_open


def test_what_was_undone_counts_no_longer() -> None:
    """A closing that was taken back never stopped the clock."""
    ticket, events = history((30, CLOSED))
    undone = Event(at=events[-1].at + MINUTE, by="anna", what=What.UNDONE, details={"undoes": [mark_of(events[-1])]})
    back = {"from": "closed successful", "to": "new", "inverse": True}
    inverse = Event(at=undone.at, by="anna", what=What.STATE, details=back)
    found = due(replace(ticket, state=State.NEW), (*events, undone, inverse))
    assert found == due(*history())


def test_a_state_set_by_hand_counts_from_the_edit() -> None:
    """Also where the event does not say what was changed."""
    ticket, events = history()
    edit = Event(at=events[0].at + 30 * MINUTE, by="mdtickets", what=What.EDITED)
    found = deadlines_of(replace(ticket, state=State.PENDING_REMINDER), (*events, edit))
    clock = found[Kind.SOLUTION].clock
    assert clock
    assert used_seconds(clock, int(edit.at.timestamp()) + 9999, CALENDAR) == 30 * 60


def test_a_clock_that_ran_backwards_gives_no_negative_time() -> None:
    """A machine whose clock was a day ahead wrote the second line."""
    found = deadlines_of(*history((1440, REPLIED), (30, ASKED), (60, PENDING)))
    for each in found.values():
        assert each.clock
        assert all(until is None or since <= until for since, until in each.clock.runs)


def test_a_date_set_by_hand_is_a_target_of_its_own() -> None:
    """The earliest counts; without an end of its own it is due until the ticket is closed."""
    ticket, events = history((30, PENDING))
    promised = replace(ticket, due_at=TUESDAY + timedelta(days=3))
    found = find_deadlines(promised, events, make_settings(), lambda _queue: CALENDAR)
    assert [(each.kind, _shown(each.due_at), each.is_open) for each in found] == [("agreed", "Fri 09:00", True)]
    assert find_deadlines(replace(promised, state=State.CLOSED_SUCCESSFUL), events, SETTINGS, lambda _q: CALENDAR)


def test_a_ticket_of_the_year_one_is_long_overdue_or_never() -> None:
    """A wrong date in `ticket.md` is no trouble."""
    ticket, events = history()
    old = replace(ticket, created_at=datetime.min.replace(tzinfo=UTC))  # meant
    assert deadlines_of(old, events).keys() == {Kind.FIRST_RESPONSE, Kind.UPDATE, Kind.SOLUTION}


def test_without_a_working_minute_nothing_is_due() -> None:
    """Nor is anybody warned."""
    never = Calendar(rules=CalendarRules(week=((),) * 7))
    found = find_deadlines(*history(), SETTINGS, lambda _queue: never)
    assert {(each.due_at, each.warn_at) for each in found} == {(None, None)}
    assert upcoming(found, ()).next_at is None


# --- against a slow count


def _state_after(events: Sequence[Event], place: int) -> StateType:
    told = [event.details["to"] for event in events[: place + 1] if event.what == What.STATE]
    return State(told[-1]).type if told else StateType.NEW


def _slowly(events: Sequence[Event], since: datetime, wanted: int) -> datetime | None:
    """When so many minutes have passed since then, in which the team was at work and the ticket new or open."""
    moment = since
    for _minute in range(14 * 24 * 60):
        place = max(place for place, event in enumerate(events) if event.at <= moment)
        local = moment.astimezone(BERLIN)
        counts = local.weekday() < 5 and 8 <= local.hour < 18
        if counts and _state_after(events, place) in {StateType.NEW, StateType.OPEN}:
            wanted -= 1
        moment += MINUTE
        if not wanted:
            return moment
    return None


def _expected(events: Sequence[Event]) -> dict[str, str]:
    """What is due, told from the end of the history backwards."""
    last = len(events) - 1
    if _state_after(events, last) is StateType.CLOSED:
        return {}
    closings = [place for place in range(len(events)) if _state_after(events, place) is StateType.CLOSED]
    began = events[closings[-1] + 1 if closings else 0].at
    answers = [place for place, event in enumerate(events) if event.what == What.ANSWERED]
    asked = [event.at for event in events[answers[-1] if answers else 0 :] if event.what in {What.NEW, What.FOLLOW_UP}]
    update = max(began, asked[0] if asked else events[answers[-1]].at)
    found = {"update": _slowly(events, update, 240), "solution": _slowly(events, began, 600)}
    if not answers:
        found["first_response"] = _slowly(events, began, 60)
    if _state_after(events, last) is StateType.PENDING_REMINDER:
        found["update"] = None
    return {kind: _shown(int(at.timestamp()) if at else None) for kind, at in found.items()}


WORDS = st.sampled_from([ASKED, REPLIED, PENDING, CLOSED, OPENED, What.NOTE, What.AUTO_REPLY])
TOLD = st.lists(st.tuples(st.integers(1, 500), WORDS), max_size=7)


@settings(max_examples=25, deadline=None)
@given(TOLD)
def test_it_agrees_with_a_count_by_minutes(told: list[tuple[int, str]]) -> None:
    """Whatever happened in which order, every minute looked at by itself."""
    minutes = 0
    steps = []
    for gap, word in told:
        minutes += gap
        steps.append((minutes, word))
    ticket, events = history(*steps)
    assert due(ticket, events) == _expected(events)


# --- what is told


def _tell(ticket: Ticket, events: Sequence[Event], minutes: int) -> tuple[Event, ...]:
    """What the clock tells so many minutes after nine."""
    found = find_deadlines(ticket, events, SETTINGS, lambda _queue: CALENDAR)
    change = when_escalating(ticket, events, found, TUESDAY + minutes * MINUTE)
    return change.events if change else ()


def test_it_warns_and_escalates_once() -> None:
    """At four fifths of the time, and at its end."""
    ticket, events = history()
    assert _tell(ticket, events, 47) == ()
    warned = _tell(ticket, events, 48)
    assert [(event.what, event.details) for event in warned] == [
        (
            What.WARNED,
            {
                "target": "first_response",
                "since": "2026-11-24T08:00:00Z",
                "due_at": "2026-11-24T09:00:00Z",
                "working_minutes": 60,
            },
        )
    ]
    assert _tell(ticket, (*events, *warned), 50) == ()
    escalated = _tell(ticket, (*events, *warned), 60)
    assert [event.what for event in escalated] == [What.ESCALATED]
    assert _tell(ticket, (*events, *warned, *escalated), 100) == ()


def test_who_was_away_hears_the_graver_word() -> None:
    """A daemon that did not run for a day does not warn of what is overdue."""
    ticket, events = history()
    assert {event.what for event in _tell(ticket, events, 1440)} == {What.ESCALATED}


def test_it_is_told_again_after_a_new_beginning() -> None:
    """A ticket that was opened again has new targets."""
    ticket, events = history((60, REPLIED), (60, CLOSED), (120, ASKED), (120, OPENED))
    told = Event(
        at=events[0].at,
        by="mdtickets",
        what=What.ESCALATED,
        details={"target": "solution", "since": "2026-11-24T08:00:00Z"},
    )
    assert {event.details["target"] for event in _tell(ticket, (*events, told), 5000)} == {"update", "solution"}


def test_a_pause_tells_nothing_twice() -> None:
    """A later due time is no new one."""
    ticket, events = history((30, REPLIED), (31, PENDING), (90, OPENED))
    told = [
        Event(at=events[-1].at, by="mdtickets", what=What.WARNED, details={"target": kind, "since": format_time(since)})
        for kind, since in (("update", events[1].at), ("solution", events[0].at))
    ]
    assert _tell(ticket, (*events, *told), 200) == ()


def test_the_catalog_notes_what_comes_next() -> None:
    """When the first target is due, and when there is something to tell."""
    ticket, events = history()
    found = upcoming(find_deadlines(ticket, events, SETTINGS, lambda _queue: CALENDAR), events)
    assert found.due_at == TUESDAY + 60 * MINUTE
    assert found.next_at == TUESDAY + 48 * MINUTE
