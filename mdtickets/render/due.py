"""When a ticket is due: a line for each target, and the count behind it, day by day."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from mdtickets.app.reckoning import Due
from mdtickets.domain.escalation import Clock, Deadline, used_seconds
from mdtickets.domain.settings import Target
from mdtickets.domain.targets import Kind
from mdtickets.domain.timestamps import at_second, format_time
from mdtickets.domain.working_time import CountedDay, count_by_days
from mdtickets.render import times
from mdtickets.render.table import Cell, Column, format_table
from mdtickets.render.terminal import Screen, Style

_COLUMNS = [
    Column(title="TARGET"),
    Column(title="STATE"),
    Column(title="DUE"),
    Column(title="USED", right=True),
    Column(title="OF", right=True),
    Column(title="SAID BY", flexible=True),
]
_OPEN, _OVERDUE, _WAITS, _REACHED, _MISSED, _ENDED = "open", "overdue", "waits", "reached", "missed", "ended"


def format_due(due: Due, now: datetime, screen: Screen, *, explain: bool) -> str:
    """A line for each target; with `explain` each day that was counted."""
    if not due.deadlines:
        return f"{due.ticket.number}  no target, nothing agreed\n"
    rows = [_row(due, each, now) for each in due.deadlines]
    lines = [f"{due.ticket.number}  {due.ticket.queue}, calendar {due.calendar.name}"]
    lines += format_table(_COLUMNS, rows, screen)
    if explain:
        for each in due.deadlines:
            lines += ["", *_explained(due, each, now)]
    return "".join(f"{line}\n" for line in lines)


def due_as_json(due: Due, now: datetime, *, explain: bool) -> dict[str, Any]:
    """The same as an object: spans are minutes."""
    return {
        "number": due.ticket.number,
        "queue": due.ticket.queue,
        "calendar": due.calendar.name,
        "timezone": str(due.calendar.zone),
        "targets": [_target_as_json(due, each, now, explain=explain) for each in due.deadlines],
    }


def _target_as_json(due: Due, each: Deadline, now: datetime, *, explain: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "target": each.kind.value,
        "state": state_of(each, now),
        "open": each.is_open,
        "since": _json_time(each.since),
        "due_at": _json_time(each.due_at),
        "warn_at": _json_time(each.warn_at),
        "ended_at": _json_time(each.clock.ended if each.clock else None),
        "working_minutes": each.goal.minutes if each.goal else None,
        "used": _used(due, each, now),
    }
    if explain and each.clock:
        found["days"] = [
            {
                "day": day.day.isoformat(),
                "off": day.off,
                "minutes": day.seconds // 60,
                "spans": [[_json_time(since), _json_time(until)] for since, until in day.stretches],
            }
            for run in _runs(each, now)
            for day in count_by_days(*run, due.calendar)
        ]
    return found


def state_of(each: Deadline, now: datetime) -> str:
    """How it stands with a target."""
    at = int(now.timestamp())
    late = each.due_at is not None and each.due_at <= (each.clock.ended if each.clock and each.clock.ended else at)
    if each.is_open:
        stands = each.clock is not None and not each.clock.is_running
        return _OVERDUE if late else _WAITS if stands else _OPEN
    if late:
        return _MISSED
    return _REACHED if each.clock and each.clock.is_reached else _ENDED


def _row(due: Due, each: Deadline, now: datetime) -> list[Cell]:
    state, used = state_of(each, now), _used(due, each, now)
    return [
        Cell(each.kind.value.replace("_", " ")),
        Cell(state, Style.ALARM if state in {_OVERDUE, _MISSED} else Style.NONE),
        Cell(times.moment(at_second(each.due_at), now, due.calendar.zone) if each.due_at is not None else "-"),
        Cell(_length(used) if used is not None else ""),
        Cell(_length(each.goal.minutes) if each.goal else ""),
        Cell(_said(each.goal.said_by) if each.goal else "set by hand"),
    ]


def _explained(due: Due, each: Deadline, now: datetime) -> Iterator[str]:
    title = each.kind.value.replace("_", " ")
    if each.clock is None or each.goal is None:
        yield f"{title}: set by hand, no working time"
        return
    zone = due.calendar.zone
    yield f"{title}: {each.goal.minutes} working minutes from {times.moment(at_second(each.since), now, zone)}"
    counted = 0
    runs = list(_runs(each, now))
    for place, (since, until) in enumerate(runs):
        if place or since > each.since:
            yield f"  {times.moment(at_second(since), now, zone)}  runs again"
        for day in count_by_days(since, until, due.calendar):
            counted += day.seconds
            yield f"  {times.day(_noon(day), now, zone):<11}  {_counted(day, due, counted)}"
        if until != each.due_at and (place + 1 < len(runs) or not each.clock.is_running):
            yield f"  {times.moment(at_second(until), now, zone)}  {_why_stopped(each, until)}"
    yield f"  {_conclusion(due, each, now)}"


def _why_stopped(each: Deadline, until: int) -> str:
    if each.clock is None or each.clock.ended != until:
        return "stands still: pending"
    return "reached" if each.clock.is_reached else "ended"


def _conclusion(due: Due, each: Deadline, now: datetime) -> str:
    if each.due_at is None:
        return "not due as things stand" if each.is_open else "in time"
    return f"due {times.moment(at_second(each.due_at), now, due.calendar.zone)}"


def _counted(day: CountedDay, due: Due, total: int) -> str:
    if day.off is not None and not day.stretches:
        return f"day off: {day.off}" if day.off else "day off"
    if not day.stretches:
        return "no working hours"
    zone = due.calendar.zone
    spans = ", ".join(
        f"{times.clock(at_second(since), zone)}-{times.clock(at_second(until), zone)}" for since, until in day.stretches
    )
    return f"{spans}  {day.seconds // 60} min, together {total // 60}"


def _runs(each: Deadline, now: datetime) -> Iterator[tuple[int, int]]:
    """When its clock ran, until it was or will be due."""
    clock = each.clock or Clock(kind=Kind.AGREED, since=each.since)
    for since, until in clock.runs:
        end = until if until is not None else max(since, each.due_at or int(now.timestamp()))
        if each.due_at is not None and since <= each.due_at <= end:
            yield since, each.due_at
            return
        yield since, end


def _used(due: Due, each: Deadline, now: datetime) -> int | None:
    if each.clock is None:
        return None
    return used_seconds(each.clock, int(now.timestamp()), due.calendar) // 60


def _said(target: Target) -> str:
    parts = [f"{key} {value}" for key in ("company", "priority", "queue") if (value := getattr(target, key))]
    return ", ".join(parts) or "every ticket"


def _length(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def _json_time(moment: int | None) -> str | None:
    return format_time(at_second(moment)) if moment is not None else None


def _noon(day: CountedDay) -> datetime:
    return datetime(day.day.year, day.day.month, day.day.day, 12, tzinfo=UTC)
