"""A ticket's history for people: what happened, and why each automatic decision fell as it did."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from mdtickets.domain.event import Event, What, event_as_dict, format_time
from mdtickets.domain.plain import plain_line
from mdtickets.render import times
from mdtickets.render.table import Cell, Column, format_table
from mdtickets.render.terminal import Screen, Style
from mdtickets.render.width import pad, tame, width_of, wrap

# Keys that programs need and people do not.
_FOR_PROGRAMS = frozenset({"source", "ticket_md", "message_id", "machine", "answers"})
_BAD = frozenset({What.FAILED, What.UNKNOWN})
_LOG = [
    Column(title="WHEN"),
    Column(title="BY", flexible=True, narrowest=8),
    Column(title="WHAT"),
    Column(title="ARTICLE", right=True),
    Column(title="DETAILS", flexible=True, narrowest=20),
]


def format_log(
    events: Iterable[Event], positions: Mapping[str, int], now: datetime, zone: tzinfo, screen: Screen
) -> str:
    """One line an event. `positions` has the place of each article by file name."""
    rows = [
        [
            Cell(times.moment(event.at, now, zone) if screen.is_terminal else format_time(event.at), Style.DIM),
            Cell(event.by),
            Cell(event.what.replace("_", " "), Style.ALARM if event.what in _BAD else Style.NONE),
            Cell(_place(event.article, positions)),
            Cell(" · ".join(_details(event))),
        ]
        for event in events
    ]
    return "\n".join([*format_table(_LOG, rows, screen), ""]) if rows else ""


def format_why(events: Iterable[Event], positions: Mapping[str, int], screen: Screen) -> str:
    """The reasons of each decision, beside the article it was about."""
    rows: list[tuple[str, str, str]] = []
    last = ""
    for event in events:
        # what has no article of its own belongs to the mail before it
        place = _place(_subject_of(event), positions) or last
        for reason in event.why:
            shown = "" if screen.is_terminal and place == last else place
            rows.append((shown, _clean(reason.rule), _clean(reason.reason)))
            last = place
    if not screen.is_terminal:
        return "".join("\t".join(row) + "\n" for row in rows)
    return "".join(f"{line}\n" for line in _reasons(rows, screen))


def events_as_json(number: str, events: Iterable[Event]) -> dict[str, Any]:
    """What `log --json` and `why --json` print of one ticket."""
    return {"number": number, "events": [event_as_dict(event) for event in events]}


def _reasons(rows: Sequence[tuple[str, str, str]], screen: Screen) -> Iterator[str]:
    number = max((width_of(row[0]) for row in rows), default=0)
    rule = max((width_of(row[1]) for row in rows), default=0)
    left = number + 2 + rule + 2
    for place, name, reason in rows:
        first, *rest = wrap(reason, screen.width - left)
        yield (
            pad(place, number, right=True) + "  " + screen.paint(pad(name, rule), Style.HEADING) + "  " + first
        ).rstrip()
        yield from (" " * left + line for line in rest)


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
    if event.what == What.CHANGED and isinstance(changes := details.pop("changes", None), dict):
        yield from (f"{key}: {_change(change)}" for key, change in changes.items())
    for key, value in details.items():
        if key not in _FOR_PROGRAMS and value not in (None, "", [], {}):
            yield f"{key} {_as_text(value)}" if value is not True else key


def _change(change: Any) -> str:
    old, new = change if isinstance(change, list) and len(change) == 2 else ("?", change)
    return f"{_as_text(old) or '(none)'} → {_as_text(new) or '(none)'}"


def _as_text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _clean(text: str) -> str:
    return tame(plain_line(text)).strip()
