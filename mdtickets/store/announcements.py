"""Events that somebody is to be told of: written in the same step as the events, taken away in the step that tells."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from mdtickets.domain.event import Event, event_as_dict, parse_event
from mdtickets.store.durable import read_chunks
from mdtickets.store.layout import Layout

_SUFFIX = ".jsonl"
_DIGITS = 16
_ADDED = frozenset({"number", "path"})  # to an event's own keys

Announced = tuple[str, Event]  # the ticket's number, and what happened to it


def format_announcement(layout: Layout, announced: Sequence[Announced]) -> tuple[Path, bytes]:
    """The place and the bytes of an announcement: a line for each event, with its ticket's number and path."""
    data = b"".join(format_announced(layout, number, event) for number, event in announced)
    name = f"{announced[0][1].at:%Y%m%dT%H%M%SZ}-{hashlib.sha256(data).hexdigest()[:_DIGITS]}{_SUFFIX}"
    return layout.announcements / name, data


def format_announced(layout: Layout, number: str, event: Event) -> bytes:
    """One event as `log` has it, with its ticket's number and path: one line."""
    told = {**event_as_dict(event), "number": number, "path": layout.relative(layout.ticket(number))}
    return (json.dumps(told, ensure_ascii=False) + "\n").encode(errors="replace")


def find_announcements(layout: Layout) -> list[Path]:
    """Those that nobody was told of yet, the oldest first."""
    if not layout.announcements.is_dir():
        return []
    paths = layout.announcements.iterdir()
    return sorted(path for path in paths if path.suffix == _SUFFIX and not path.name.startswith("."))


def read_announcement(path: Path) -> list[Announced]:
    """The events of one; a line that is none is left out."""
    found: list[Announced] = []
    for line in b"".join(read_chunks(path)).decode(errors="replace").split("\n"):
        try:
            event = parse_event(line)
        except ValueError:
            continue
        number = str(event.details.get("number", ""))
        if number.isascii() and number.isdecimal():
            details = {key: value for key, value in event.details.items() if key not in _ADDED}
            found.append((number, replace(event, details=details)))
    return found
