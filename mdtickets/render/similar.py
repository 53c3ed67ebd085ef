"""Tickets like another one: one line for each, and below it why, and how it was answered."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from mdtickets.app.similar import Similar
from mdtickets.domain.plain import plain_line
from mdtickets.render.json import row_as_json
from mdtickets.render.table import format_rows
from mdtickets.render.terminal import Screen, Style
from mdtickets.render.ticket_lines import TICKET_COLUMNS, ticket_cells
from mdtickets.render.width import cut, tame

_INDENT = "    "
_HINT = 120  # columns


def format_similar(found: Sequence[Similar], now: datetime, screen: Screen) -> str:
    """Two or three lines for each ticket; in a pipe one, with tabs."""
    lines = format_rows(TICKET_COLUMNS, [ticket_cells(each.row, now) for each in found], screen)
    return "".join(f"{line}\n" for line in _with_reasons(lines, found, screen))


def hints(found: Sequence[Similar]) -> tuple[str, ...]:
    """One line for each solved ticket: its number, and what was answered there."""
    return tuple(cut(f"{each.row.number} {tame(plain_line(each.answer or each.row.title))}", _HINT) for each in found)


def similar_as_json(found: Sequence[Similar]) -> Mapping[str, Any]:
    """The object of `similar --json`: T with `score` (0 … 1), `words`, and with --solved the `answer`."""
    return {"total": len(found), "tickets": [_similar_as_json(each) for each in found]}


def _similar_as_json(similar: Similar) -> dict[str, Any]:
    likeness = similar.likeness
    return {
        **row_as_json(similar.row),
        "score": round(likeness.score, 6),
        "words": list(likeness.words),
        "answer": similar.answer,
    }


def _with_reasons(lines: Sequence[str], found: Sequence[Similar], screen: Screen) -> Iterator[str]:
    for line, each in zip(lines, found, strict=True):
        why, answer = "; ".join(_reasons(each)), tame(plain_line(each.answer))
        if not screen.is_terminal:
            yield "\t".join(part for part in (line, why, answer) if part)
            continue
        yield line
        yield screen.paint(cut(_INDENT + why, screen.width), Style.DIM)
        if answer:
            yield cut(f"{_INDENT}» {answer}", screen.width)


def _reasons(similar: Similar) -> Iterator[str]:
    likeness = similar.likeness
    if likeness.same_problem:
        yield f"same problem: {tame(plain_line(similar.row.problem))}"
    if likeness.words:
        yield f"same words: {tame(plain_line(', '.join(likeness.words)))}"
    if likeness.same_customer:
        yield "same customer"
