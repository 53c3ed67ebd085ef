"""What a search found: one line for each ticket, and below it the words around what was looked for."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from mdtickets.app.searching import Match, Searched
from mdtickets.domain.excerpt import Excerpt
from mdtickets.domain.plain import plain_line
from mdtickets.render.json import row_as_json
from mdtickets.render.table import format_rows
from mdtickets.render.terminal import Screen, Style
from mdtickets.render.ticket_lines import TICKET_COLUMNS, ticket_cells
from mdtickets.render.width import tame

_INDENT = "    "


def excerpt_width(screen: Screen) -> int:
    """How many characters of an article have room below its ticket, its dots included."""
    return screen.width - len(_INDENT) - 4 if screen.is_terminal else 160


def format_search(found: Searched, now: datetime, screen: Screen) -> str:
    """Two lines for each ticket; in a pipe one, with tabs."""
    lines = format_rows(TICKET_COLUMNS, [ticket_cells(match.row, now) for match in found.matches], screen)
    return "".join(f"{line}\n" for line in _with_excerpts(lines, found.matches, screen))


def format_search_remarks(found: Searched, screen: Screen) -> str:
    """How many there are, what was probably meant, and how they are ordered if not as usual."""
    lines = [f"{len(found.matches):,} of {found.total:,} ticket{'' if found.total == 1 else 's'}"]
    if not found.total:
        lines = ["nothing was found"]
    if found.suggestion:
        lines.append(f"Did you mean: {plain_line(found.suggestion)}")
    if found.is_newest_first:
        lines.append("These words are in too many tickets to rank them: the newest come first.")
    return "".join(screen.paint(line, Style.DIM) + "\n" for line in lines)


def search_as_json(found: Searched) -> Mapping[str, Any]:
    """The object of `search --json`: T with `score`, `snippet`, `article`, and the article's `path`."""
    return {
        "total": found.total,
        "tickets": [_match_as_json(match) for match in found.matches],
        "suggestion": found.suggestion,
    }


def _match_as_json(match: Match) -> dict[str, Any]:
    return {
        **row_as_json(match.row),
        "score": round(match.score, 6),
        "snippet": match.excerpt.text,
        "article": match.article,
        "path": match.path,
    }


def _with_excerpts(lines: Sequence[str], matches: Sequence[Match], screen: Screen) -> Iterator[str]:
    for line, match in zip(lines, matches, strict=True):
        shown = _paint(match.excerpt, screen)
        if not screen.is_terminal:
            yield f"{line}\t{shown}".rstrip()
            continue
        yield line
        if shown:
            yield _INDENT + shown


def _paint(found: Excerpt, screen: Screen) -> str:
    """The excerpt with what was looked for in colour."""
    pieces, place = [], 0
    for start, end in found.marks:
        pieces += [_plain(found.text[place:start]), screen.paint(_plain(found.text[start:end]), Style.NOTICE)]
        place = end
    return "".join([*pieces, _plain(found.text[place:])])


def _plain(text: str) -> str:
    return tame(plain_line(text))
