"""What was taken back counts no longer: which events of a history still do.

An `undone` event names each event that it takes back by a digest of its line: places in the file change when two clones
join their histories, lines do not.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence

from mdtickets.domain.event import Event, What, format_event

_DIGITS = 16


def mark_of(event: Event) -> str:
    """The name by which an `undone` event means this one."""
    return hashlib.sha256(format_event(event).encode()).hexdigest()[:_DIGITS]


def live_events(events: Sequence[Event]) -> tuple[Event, ...]:
    """The events that count: without those taken back, and without the changes by which they were."""
    if all(event.what != What.UNDONE for event in events):
        return tuple(events)
    gone = taken_back(events)
    return tuple(
        event for place, event in enumerate(events) if place not in gone and event.details.get("inverse") is not True
    )


def taken_back(events: Sequence[Event]) -> frozenset[int]:
    """The places of the events that were undone. Of equal ones the last counts as meant."""
    wanted = Counter(mark for event in events if event.what == What.UNDONE for mark in _marks(event))
    if not wanted:
        return frozenset()
    found: set[int] = set()
    for place in range(len(events) - 1, -1, -1):
        mark = mark_of(events[place])
        if wanted[mark]:
            wanted[mark] -= 1
            found.add(place)
    return frozenset(found)


def _marks(event: Event) -> Iterator[str]:
    found = event.details.get("undoes")
    yield from (mark for mark in (found if isinstance(found, list) else ()) if isinstance(mark, str))
