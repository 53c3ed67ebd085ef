"""Plain tables: columns that fit the screen on a terminal, tabs and whole texts in a pipe."""

from collections.abc import Sequence

from msgspec import Struct

from mdtickets.domain.plain import plain_line
from mdtickets.render.terminal import Screen, Style
from mdtickets.render.width import cut, tame, width_of, wrap

_GAP = 2


class Column(Struct, frozen=True, kw_only=True):
    """One column. A flexible one gives way when the screen is narrow, down to its narrowest width."""

    title: str
    right: bool = False
    flexible: bool = False
    narrowest: int = 8


class Cell(Struct, frozen=True):
    """One text in a table and its colour."""

    text: str
    style: Style = Style.NONE


def format_table(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], screen: Screen) -> list[str]:
    """The lines of a table. In a pipe there is no heading, and tabs stand between whole texts."""
    heading = [Cell(column.title, Style.DIM) for column in columns]
    return format_rows(columns, [heading, *rows] if screen.is_terminal else rows, screen)


def format_rows(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], screen: Screen, *, margin: int = 0
) -> list[str]:
    """The same without a heading; `margin` columns of the screen are somebody else's."""
    cleaned = [[Cell(tame(plain_line(cell.text)), cell.style) for cell in row] for row in rows]
    if not screen.is_terminal:
        return ["\t".join(screen.paint(cell.text, cell.style) for cell in row).rstrip() for row in cleaned]
    widths = _fit(columns, cleaned, screen.width - margin)
    return [_line(row, columns, widths, screen) for row in cleaned]


def format_wrapped(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], screen: Screen) -> list[str]:
    """The same, but the last column goes on below itself in place of being cut."""
    cleaned = [[Cell(tame(plain_line(cell.text)), cell.style) for cell in row] for row in rows]
    if not screen.is_terminal:
        return format_rows(columns, cleaned, screen)
    *left, last = columns
    needed = min(last.narrowest, max((width_of(row[-1].text) for row in cleaned), default=0))
    widths = _fit(left, [row[:-1] for row in cleaned], screen.width - needed - _GAP)
    start = sum(widths) + _GAP * len(widths)
    lines = []
    for row in cleaned:
        first, *more = wrap(row[-1].text, screen.width - start)
        lines.append((_line(row[:-1], left, widths, screen, strip=False) + " " * _GAP + first).rstrip())
        lines += [" " * start + line for line in more]
    return lines


def fits(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], screen: Screen) -> bool:
    """Whether a table can be shown without cutting anything."""
    heading = [Cell(column.title) for column in columns]
    return (
        not screen.is_terminal or sum(_natural(columns, [heading, *rows])) + _GAP * (len(columns) - 1) <= screen.width
    )


def _natural(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> list[int]:
    return [max((width_of(row[place].text) for row in rows), default=0) for place in range(len(columns))]


def _fit(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], available: int) -> list[int]:
    widths = _natural(columns, rows)
    excess = sum(widths) + _GAP * (len(widths) - 1) - available
    while excess > 0:
        able = [place for place, column in enumerate(columns) if column.flexible and widths[place] > column.narrowest]
        if not able:
            break
        widest = max(able, key=lambda place: widths[place])
        widths[widest] -= 1
        excess -= 1
    return widths


def _line(
    row: Sequence[Cell], columns: Sequence[Column], widths: Sequence[int], screen: Screen, *, strip: bool = True
) -> str:
    parts = []
    for cell, column, width in zip(row, columns, widths, strict=True):
        text = cut(cell.text, width)
        spaces = " " * (width - width_of(text))
        painted = screen.paint(text, cell.style)
        parts.append(spaces + painted if column.right else painted + spaces)
    line = (" " * _GAP).join(parts)
    return line.rstrip() if strip else line
