"""How many there were at the end of each day, week or month: from when each began and ended."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from msgspec import Struct

from mdtickets.domain.counting import Answer
from mdtickets.domain.dates import later_day
from mdtickets.domain.measures import Group
from mdtickets.domain.time_labels import label_of, place_of

_MOST = 5000  # pieces of time: thirteen years of days


class Piece(Struct, frozen=True):
    """A day, week or month, and its last second."""

    label: str
    last: int


def pieces(group: Group, first: int, last: int, zone: tzinfo) -> list[Piece] | None:
    """The days, weeks or months from the first moment to the last, which may end one early; None = far too many."""
    begin, end = (datetime.fromtimestamp(at, UTC).astimezone(zone).date() for at in (first, last))
    if (end - begin).days > _MOST * _DAYS[group]:
        return None
    return [
        Piece(label_of(group, place_of(day)), min(last, _midnight(_following(group, day), zone) - 1))
        for day in _begins(group, begin, end)
    ]


def levels(found: Iterable[tuple[Any, ...]], wanted: Iterable[Piece]) -> Iterator[Answer]:
    """How many stretches (since, until, and maybe a group) hold the last second of each piece, by piece and group."""
    begun: dict[tuple[str, ...], list[int]] = {}
    ended: dict[tuple[str, ...], list[int]] = {}
    for since, until, *groups in found:
        key = tuple(groups)
        begun.setdefault(key, []).append(since)
        if until is not None:
            ended.setdefault(key, []).append(until)
    for times in (*begun.values(), *ended.values()):
        times.sort()
    if not begun:
        return
    is_grouped = any(begun)
    for piece in wanted:
        for key, times in begun.items():
            count = bisect_right(times, piece.last) - bisect_right(ended.get(key, []), piece.last)
            if count or not is_grouped:
                yield Answer(groups=(piece.label, *key), value=count)


def _begins(group: Group, first: date, last: date) -> Iterator[date]:
    day = first
    if group is Group.WEEK:
        day = first - timedelta(days=first.weekday())
    elif group is Group.MONTH:
        day = first.replace(day=1)
    while day <= last:
        yield day
        day = _following(group, day)


def _following(group: Group, day: date) -> date:
    return later_day(day, 1, group.value)


def _midnight(day: date, zone: tzinfo) -> int:
    return int(datetime.combine(day, time(), zone).timestamp())


_DAYS = {Group.DAY: 1, Group.WEEK: 7, Group.MONTH: 31}
