"""A ticket's history for people: what happened, and why each automatic decision fell as it did."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Any

from mdtickets.domain.event import Event, What, event_as_dict, format_time
from mdtickets.render import times
from mdtickets.render.table import Cell, Column, format_wrapped
from mdtickets.render.terminal import Screen, Style

# Keys that programs need and people do not.
_FOR_PROGRAMS = frozenset({"source", "ticket_md", "message_id", "machine", "answers", "undoes", "corrects", "note_md"})
_BAD = frozenset({What.FAILED, What.UNKNOWN, What.ESCALATED})
_LOG = [
    Column(title="#", right=True),  # what `undo --event` takes
    Column(title="WHEN"),
    Column(title="BY", flexible=True, narrowest=15),
    Column(title="WHAT"),
    Column(title="ART.", right=True),
    Column(title="DETAILS", narrowest=24),
]
_WHY = [
    Column(title="ARTICLE", right=True),
    Column(title="RULE", flexible=True, narrowest=16),
    Column(title="REASON", narrowest=30),
]


def format_log(
    events: Iterable[Event], positions: Mapping[str, int], now: datetime, zone: tzinfo, screen: Screen
) -> str:
    """One numbered line an event. `positions` has the place of each article by file name."""
    rows = [
        [
            Cell(str(place), Style.DIM),
            Cell(times.moment(event.at, now, zone) if screen.is_terminal else format_time(event.at), Style.DIM),
            Cell(event.by),
            Cell(event.what.replace("_", " "), Style.ALARM if event.what in _BAD else Style.NONE),
            Cell(_place(event.article, positions)),
            Cell(" · ".join(_details(event))),
        ]
        for place, event in enumerate(events, 1)
    ]
    heading = [Cell(column.title, Style.DIM) for column in _LOG]
    lines = format_wrapped(_LOG, [heading, *rows] if screen.is_terminal else rows, screen)
    return "".join(f"{line}\n" for line in lines)


def format_why(events: Iterable[Event], positions: Mapping[str, int], screen: Screen) -> str:
    """The reasons of each decision, beside the article it was about."""
    rows: list[list[Cell]] = []
    last = ""
    for event in events:
        # what has no article of its own belongs to the mail before it
        place = _place(_subject_of(event), positions) or last
        for reason in event.why:
            shown = "" if screen.is_terminal and place == last else place
            rows.append([Cell(shown), Cell(reason.rule, Style.HEADING), Cell(reason.reason)])
            last = place
    return "".join(f"{line}\n" for line in format_wrapped(_WHY, rows, screen))


def events_as_json(number: str, events: Iterable[Event]) -> dict[str, Any]:
    """What `log --json` and `why --json` print of one ticket."""
    return {"number": number, "events": [event_as_dict(event) for event in events]}


def _subject_of(event: Event) -> str | None:
    """The article that was decided on: an acknowledgement's reasons are about the mail it answers."""
    answers = event.details.get("answers")
    return answers if isinstance(answers, str) else event.article


def _place(article: str | None, positions: Mapping[str, int]) -> str:
    return str(positions.get(article or "", ""))


def _details(event: Event) -> Iterator[str]:
    if event.minutes:
        yield f"{event.minutes} min"
    details = dict(event.details)
    if event.what == What.STATE:
        yield f"{details.pop('from', '')} → {details.pop('to', '')}"
    if event.what in {What.CHANGED, What.EDITED} and isinstance(changes := details.pop("changes", None), dict):
        yield from (f"{key}: {_change(change)}" for key, change in changes.items())
    for key, value in details.items():
        if key not in _FOR_PROGRAMS and value not in (None, "", [], {}):
            yield _labelled(key, value)


def _labelled(key: str, value: Any) -> str:
    if key == "detail" or value is True:
        return key if value is True else _as_text(value)
    return f"≈ {_as_text(value)}" if key == "duplicates" else f"{key} {_as_text(value)}"


def _change(change: Any) -> str:
    old, new = change if isinstance(change, list) and len(change) == 2 else ("?", change)
    return f"{_as_text(old) or '(none)'} → {_as_text(new) or '(none)'}"


def _as_text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
