"""Who holds what: one line for each ticket that an agent has locked."""

from collections.abc import Sequence
from datetime import datetime

from mdtickets.domain.overview import TicketRow
from mdtickets.render import times
from mdtickets.render.table import Cell, Column, format_table
from mdtickets.render.terminal import Screen, Style

_COLUMNS = (
    Column(title="NUMBER"),
    Column(title="WHO"),
    Column(title="SINCE", right=True),
    Column(title="STILL", right=True),
    Column(title="ON", flexible=True),
    Column(title="TITLE · WHY", flexible=True, narrowest=16),
)


def format_held(rows: Sequence[TicketRow], now: datetime, screen: Screen) -> str:
    """The table, the longest held first; "" when nothing is held."""
    cells = [_cells(row, now) for row in rows]
    return "\n".join(format_table(_COLUMNS, cells, screen)) + "\n" if cells else ""


def _cells(row: TicketRow, now: datetime) -> list[Cell]:
    lock = row.lock
    if lock is None:
        return []
    still = times.span(lock.until - now) if lock.until else "no end"
    said = " · ".join(part for part in (row.title or "(no subject)", lock.reason) if part)
    return [
        Cell(row.number, Style.LINK),
        Cell(lock.agent, Style.NOTICE),
        Cell(times.since(lock.since, now)),
        Cell(still),
        Cell(lock.host),
        Cell(said),
    ]
