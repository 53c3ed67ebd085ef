"""From a ticket's history to its rows in the tables that statistics count in."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo

from msgspec import Struct

from mdtickets.domain.event import Event
from mdtickets.domain.happenings import Happening, happenings, posts, spent
from mdtickets.domain.states import OPEN_STATE_TYPES
from mdtickets.domain.stretches import Present, Standing, Step, stretches, walk

Row = tuple[object, ...]
Working = Callable[[int, int, str], int | None]

_DAY = 24
_HOUR = 3600
_EPOCH = date(1970, 1, 1)


class Reckoning(Struct, frozen=True, kw_only=True):
    """By whose clock: the team's time zone, and its working minutes (from, to, queue; None = not known)."""

    zone: tzinfo
    working: Working


class TicketFacts(Struct, frozen=True, kw_only=True):
    """All rows of one ticket, by table."""

    number: str
    stamp: str  # of the files that they were made from
    rows: Mapping[str, Sequence[Row]]


def make_facts(number: str, stamp: str, present: Present, events: Sequence[Event], by: Reckoning) -> TicketFacts:
    """The rows of a ticket that is this now and came to be so by these events."""
    steps = walk(present, events)
    rows = {
        "stretch": _stretches(steps),
        "happening": [_happening(each, by) for each in happenings(steps, events)],
        "post": list(_posts(steps, events, by)),
        "spent": list(_spent(steps, events, by)),
    }
    placed = {table: [(number, place, *row) for place, row in enumerate(found)] for table, found in rows.items()}
    return TicketFacts(number=number, stamp=stamp, rows=placed)


def hour_of(at: int, zone: tzinfo) -> int:
    """The hour on that zone's clocks, counted from their 1970-01-01 00:00."""
    local = datetime.fromtimestamp(at, UTC).astimezone(zone)
    return (local.toordinal() - _EPOCH.toordinal()) * _DAY + local.hour


def _stretches(steps: Sequence[Step]) -> list[Row]:
    return [
        (
            *(each.since, each.until, each.standing.state, each.standing.state_type.value),
            int(each.standing.state_type in OPEN_STATE_TYPES),
            *(each.standing.queue, each.standing.owner, each.standing.priority),
            *_subject(each.standing),
            json.dumps(each.standing.tags) if each.standing.tags else "[]",
        )
        for each in stretches(steps)
    ]


def _happening(each: Happening, by: Reckoning) -> Row:
    since = min(each.since, each.at) if each.since is not None else None
    working = by.working(since, each.at, each.standing.queue) if since is not None else None
    seconds = each.at - since if since is not None else None
    hour = hour_of(each.at, by.zone)
    return (each.what, each.at, hour, each.agent, *_place(each.standing), seconds, working, each.until)


def _posts(steps: Sequence[Step], events: Sequence[Event], by: Reckoning) -> Iterator[Row]:
    for each in posts(steps, events):
        how = (each.what, each.kind, each.direction, int(each.automatic), int(each.copied))
        yield (each.at, hour_of(each.at, by.zone), *how, each.agent, *_place(each.standing))


def _spent(steps: Sequence[Step], events: Sequence[Event], by: Reckoning) -> Iterator[Row]:
    for each in spent(steps, events, by.zone):
        what = (each.entry, each.day.isoformat(), each.agent, each.minutes, each.activity)
        yield (each.at, hour_of(each.at, by.zone), *what, *_place(each.standing), *_subject(each.standing))


def _place(standing: Standing) -> Row:
    return standing.state, standing.queue, standing.priority


def _subject(standing: Standing) -> Row:
    return standing.customer, standing.company, standing.problem
