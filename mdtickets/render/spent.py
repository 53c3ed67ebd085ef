"""A ticket's time account, and timers."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from mdtickets.app.timers import Timer
from mdtickets.domain.spent import TimeEntry
from mdtickets.domain.timestamps import format_time
from mdtickets.render import times
from mdtickets.render.table import Cell, Column, format_wrapped
from mdtickets.render.terminal import Screen, Style

_COLUMNS = [
    Column(title="#", right=True),
    Column(title="DAY"),
    Column(title="AGENT"),
    Column(title="MIN", right=True),
    Column(title="ACTIVITY"),
    Column(title="ART.", right=True),
    Column(title="TEXT", narrowest=20),
]


def format_time_account(entries: Sequence[TimeEntry], positions: Mapping[str, int], screen: Screen) -> str:
    """One line an entry, the sum below. `positions` has the place of each article by file name."""
    rows = [[Cell(text) for text in _texts(entry, positions)] for entry in entries]
    heading = [Cell(column.title, Style.DIM) for column in _COLUMNS]
    lines = format_wrapped(_COLUMNS, [heading, *rows] if screen.is_terminal else rows, screen) if rows else []
    total = f"{sum(entry.minutes for entry in entries)} min in all"
    return "".join(f"{line}\n" for line in [*lines, total])


def time_account_as_json(number: str, entries: Sequence[TimeEntry], positions: Mapping[str, int]) -> dict[str, Any]:
    """What `time --json` prints."""
    return {
        "number": number,
        "minutes": sum(entry.minutes for entry in entries),
        "entries": [
            {
                "entry": entry.position,
                "agent": entry.agent,
                "minutes": entry.minutes,
                "activity": entry.activity,
                "day": entry.day.isoformat(),
                "what": entry.event.what,
                "article": positions.get(entry.event.article or ""),
                "text": entry.text,
                "corrects": entry.corrects,
                "at": format_time(entry.event.at),
            }
            for entry in entries
        ],
    }


def format_timer(timer: Timer | None, minutes: int, now: datetime, zone: tzinfo) -> str:
    """What runs, since when by the team's clock."""
    if timer is None:
        return "No timer of yours runs.\n"
    return f"{timer.number}  timer of {timer.agent} since {times.moment(timer.since, now, zone)} ({minutes} min)\n"


def timer_as_json(timer: Timer | None, minutes: int) -> dict[str, Any]:
    """The timer as programs read it; null when none runs."""
    if timer is None:
        return {"timer": None}
    since = format_time(timer.since)
    return {"timer": {"agent": timer.agent, "number": timer.number, "since": since, "minutes": minutes}}


def _texts(entry: TimeEntry, positions: Mapping[str, int]) -> list[str]:
    told = f"corrects {entry.corrects}" if entry.corrects else entry.text
    what = entry.activity or ("" if entry.event.what == "time" else entry.event.what.replace("_", " "))
    article = str(positions.get(entry.event.article or "", ""))
    return [str(entry.position), entry.day.isoformat(), entry.agent, str(entry.minutes), what, article, told]
