"""A question for statistics and its answer: rows of what was found, added up by group."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct, field

from mdtickets.domain.measures import Figure, Group, Measure
from mdtickets.domain.spread import Spread, spread_of
from mdtickets.domain.time_labels import label_of, order_of_weekday

_MINUTE = 60  # seconds
_PERCENT = 100

Groups = tuple[str, ...]
Found = Iterable[tuple[Any, ...]]


class Question(Struct, frozen=True, kw_only=True):
    """What is to be counted. Times are seconds since 1970; None = no such limit."""

    measure: Measure
    by: tuple[Group, ...] = ()  # at most two
    since: int | None = None
    until: int | None = None  # the first second that counts no more
    days: tuple[date | None, date | None] = (None, None)  # the same for what has a day only: the first, the last
    at: int | None = None  # the last second that is known of; None = all is known
    now: int


class Answer(Struct, frozen=True, kw_only=True):
    """One row: the groups, the figure, and what it was made of."""

    groups: Groups
    value: float | None
    figures: Mapping[str, float | None] = field(default_factory=dict)
    working: Spread | None = None  # of what took time: the same in working minutes


def answer(question: Question, found: Found) -> list[Answer]:
    """The rows of a question in the order of their groups: time goes on, of the rest the most comes first.

    `found` has a value for each group (a number where the group is a time), then what the figure is made of.
    """
    if len(question.by) == 1 and not question.by[0].is_clock and question.measure.figure in _GROUPED:
        # each group has one row already, and of tickets there are very many
        single = _share if question.measure.figure is Figure.SHARE else _sum
        return in_order(question.by, (single((str(group),), *parts) for group, *parts in found))
    made = _MAKERS[question.measure.figure](_sorted_out(question.by, found))
    return in_order(question.by, made)


def in_order(by: Sequence[Group], answers: Iterable[Answer]) -> list[Answer]:
    """Time goes on, the most of the rest comes first."""
    if by and by[0] is Group.WEEKDAY:
        return sorted(answers, key=lambda row: (order_of_weekday(row.groups[0]), -(row.value or 0), row.groups))
    if by and by[0].is_clock:
        return sorted(answers, key=lambda row: (row.groups[0], -(row.value or 0), row.groups))
    return sorted(answers, key=lambda row: (-(row.value or 0), row.groups))


def _sorted_out(by: Sequence[Group], found: Found) -> dict[Groups, list[tuple[Any, ...]]]:
    """By the names of its groups: what the rows have behind them."""
    width = len(by)
    clocks = [group.is_clock for group in by]
    names: list[dict[Any, str]] = [{} for _ in by]
    sorted_out: dict[Groups, list[tuple[Any, ...]]] = {}
    keys: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
    for row in found:
        raw = row[:width]
        place = keys.get(raw)
        if place is None:
            groups = tuple(
                _name(group, value, known) if is_clock else str(value)
                for group, is_clock, value, known in zip(by, clocks, raw, names, strict=True)
            )
            place = keys[raw] = sorted_out.setdefault(groups, [])
        place.append(row[width:])
    return sorted_out


def _name(group: Group, value: Any, known: dict[Any, str]) -> str:
    if value not in known:
        known[value] = label_of(group, int(value))
    return known[value]


_Sorted = Mapping[Groups, Sequence[tuple[Any, ...]]]


def _sums(rows: _Sorted) -> Iterable[Answer]:
    for groups, parts in rows.items():
        yield _sum(groups, sum(part[0] for part in parts))


def _sum(groups: Groups, value: float) -> Answer:
    return Answer(groups=groups, value=value)


def _shares(rows: _Sorted) -> Iterable[Answer]:
    for groups, parts in rows.items():
        yield _share(groups, sum(part[0] for part in parts), sum(part[1] for part in parts))


def _share(groups: Groups, some: int, all_: int) -> Answer:
    share = round(_PERCENT * some / all_, 1) if all_ else None
    return Answer(groups=groups, value=share, figures={"part": some, "of": all_})


def _spans(rows: _Sorted) -> Iterable[Answer]:
    """Seconds, and working minutes where they are known of all."""
    for groups, parts in rows.items():
        working = [part[1] for part in parts]
        known = spread_of(working) if None not in working else None
        yield _spread(groups, spread_of([part[0] for part in parts], _MINUTE), known)


def _per_ticket(rows: _Sorted) -> Iterable[Answer]:
    for groups, parts in rows.items():
        sums: dict[str, int] = {}
        for number, minutes in parts:
            sums[number] = sums.get(number, 0) + minutes
        yield _spread(groups, spread_of(list(sums.values())))


def _spread(groups: Groups, spread: Spread | None, working: Spread | None = None) -> Answer:
    figures = {key: getattr(spread, key) for key in SPREAD} if spread else {}
    return Answer(groups=groups, value=spread.median if spread else None, figures=figures, working=working)


SPREAD = ("count", "mean", "median", "p90", "min", "max")

_GROUPED = frozenset({Figure.COUNT, Figure.MINUTES, Figure.LEVEL, Figure.SHARE})
_MAKERS: Mapping[Figure, Callable[[_Sorted], Iterable[Answer]]] = {
    Figure.COUNT: _sums,
    Figure.MINUTES: _sums,
    Figure.LEVEL: _sums,
    Figure.SHARE: _shares,
    Figure.SPAN: _spans,
    Figure.AGE: _spans,
    Figure.PER_TICKET: _per_ticket,
}
