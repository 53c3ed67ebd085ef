"""Tickets that may be one, group by group."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain, islice
from typing import Any

from mdtickets.app.duplicates import DuplicateGroup
from mdtickets.render.json import row_as_json
from mdtickets.render.table import format_rows
from mdtickets.render.terminal import Screen, Style
from mdtickets.render.ticket_lines import TICKET_COLUMNS, ticket_cells


def format_duplicates(groups: Sequence[DuplicateGroup], now: datetime, screen: Screen) -> str:
    """One line for each ticket, an empty one between two groups; in a pipe none, and what each may be the same as."""
    rows = [row for group in groups for row in group.rows]
    lines = iter(format_rows(TICKET_COLUMNS, [ticket_cells(row, now) for row in rows], screen))
    if not screen.is_terminal:
        named = (" ".join(row.possible_duplicates) for row in rows)
        return "".join(f"{line}\t{others}".rstrip() + "\n" for line, others in zip(lines, named, strict=True))
    return "\n".join("".join(_lines_of(group, lines)) for group in groups)


def format_duplicates_remark(groups: Sequence[DuplicateGroup], screen: Screen) -> str:
    """How many groups there are, and what to do about them."""
    count = len(groups)
    said = f"{count:,} group{'' if count == 1 else 's'}; mdtickets merge NUMBER… INTO makes tickets one"
    return screen.paint(said if count else "no open ticket may be a duplicate", Style.DIM) + "\n"


def duplicates_as_json(groups: Sequence[DuplicateGroup]) -> Mapping[str, Any]:
    """The object of `duplicates --json`: groups of T, with the customer of the oldest."""
    return {"total": len(groups), "groups": [_group_as_json(group) for group in groups]}


def _group_as_json(group: DuplicateGroup) -> dict[str, Any]:
    return {"customer": group.customer, "tickets": [row_as_json(row) for row in group.rows]}


def _lines_of(group: DuplicateGroup, lines: Iterator[str]) -> Iterator[str]:
    return chain.from_iterable((line, "\n") for line in islice(lines, len(group.rows)))
