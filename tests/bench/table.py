"""What was measured, beside what is demanded: rows, verdicts, the table, and the same as JSON."""

import json
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct


class Clock(StrEnum):
    """What a figure depends on, so whether a busy machine spoils it."""

    WALL = "wall"
    CPU = "cpu"
    NONE = ""  # bytes and counts


class Verdict(StrEnum):
    """What follows from a row."""

    OK = "ok"
    FAILS = "FAILS"
    INFORMATION = "-"
    NOT_JUDGED = "not judged"
    NOT_INSTALLED = "not installed"


class Bound(Struct, frozen=True, kw_only=True):
    """The limit of a figure in the row's unit, and the formula it comes from."""

    limit: float
    formula: str
    at_least: bool = False

    def holds(self, measured: float) -> bool:
        """Whether the figure keeps the limit."""
        return measured >= self.limit if self.at_least else measured <= self.limit


class Row(Struct, frozen=True, kw_only=True):
    """One figure. `measured` is None when a peer that is needed for it is not installed."""

    what: str
    measured: float | None
    unit: str = ""
    bound: Bound | None = None
    clock: Clock = Clock.NONE
    note: str = ""  # spread, CPU beside wall, what it is made of

    def verdict(self, spoiled: frozenset[Clock]) -> Verdict:
        """What follows, when the figures of these clocks cannot be trusted."""
        if self.measured is None:
            return Verdict.NOT_INSTALLED
        if self.bound is None:
            return Verdict.INFORMATION
        if self.clock in spoiled:
            return Verdict.NOT_JUDGED
        return Verdict.OK if self.bound.holds(self.measured) else Verdict.FAILS


class Report(Struct, frozen=True, kw_only=True):
    """A whole run: where and when, the units, the rows in sections."""

    head: Mapping[str, str]
    units: Sequence[Row]
    sections: Mapping[str, Sequence[Row]]
    spoiled: frozenset[Clock] = frozenset()

    @property
    def rows(self) -> list[Row]:
        """All rows of all sections."""
        return [row for rows in self.sections.values() for row in rows]

    def with_verdict(self, verdict: Verdict) -> list[Row]:
        """The rows that came out so."""
        return [row for row in self.rows if row.verdict(self.spoiled) is verdict]

    def as_dict(self) -> dict[str, Any]:
        """What `--json` writes, for comparing two runs."""
        return {
            "format": 1,
            "head": dict(self.head),
            "spoiled": sorted(self.spoiled),
            "units": [_row_as_dict(row, self.spoiled) for row in self.units],
            "sections": {
                name: [_row_as_dict(row, self.spoiled) for row in rows] for name, rows in self.sections.items()
            },
        }

    def as_json(self) -> str:
        """The same as text."""
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=1) + "\n"

    def as_text(self) -> str:
        """The table."""
        head = [f"{key}: {value}" for key, value in self.head.items()]
        titled = [("Units", self.units), *self.sections.items()]
        cells = {title: [_cells(row, self.spoiled) for row in rows] for title, rows in titled}
        widths = [max(len(line[place]) for lines in cells.values() for line in lines) for place in range(4)]
        tables = ["\n".join(["", title, *(_line(one, widths) for one in lines)]) for title, lines in cells.items()]
        return "\n".join([*head, *tables]) + "\n"


def _row_as_dict(row: Row, spoiled: frozenset[Clock]) -> dict[str, Any]:
    return {
        "what": row.what,
        "measured": row.measured,
        "unit": row.unit,
        "limit": row.bound and row.bound.limit,
        "formula": row.bound and row.bound.formula,
        "clock": row.clock,
        "note": row.note,
        "verdict": row.verdict(spoiled),
    }


def _cells(row: Row, spoiled: frozenset[Clock]) -> tuple[str, str, str, str, str]:
    measured = "" if row.measured is None else f"{_figure(row.measured)} {row.unit}".rstrip()
    return row.what, measured, _bound(row), str(row.verdict(spoiled)), row.note


def _bound(row: Row) -> str:
    if row.bound is None:
        return ""
    sign = "≥" if row.bound.at_least else "≤"
    limit = f"{_figure(row.bound.limit)} {row.unit}".rstrip()
    return f"{sign} {limit}" if row.bound.formula in {"", limit} else f"{sign} {row.bound.formula} = {limit}"


def _line(cells: Iterable[str], widths: Sequence[int]) -> str:
    what, measured, bound, verdict, note = cells
    return f"  {what:{widths[0]}}  {measured:>{widths[1]}}  {bound:{widths[2]}}  {verdict:{widths[3]}}  {note}".rstrip()


def _figure(value: float) -> str:
    """Three digits that mean something: 0.123, 1.23, 12.3, 123, 12345."""
    size = abs(value)
    places = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3
    return f"{value:.{places}f}"
