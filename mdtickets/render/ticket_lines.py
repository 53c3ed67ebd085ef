"""The line of a ticket that was found, whatever found it."""

from datetime import datetime

from mdtickets.domain.overview import TicketRow
from mdtickets.render import times
from mdtickets.render.table import Cell, Column
from mdtickets.render.terminal import Style

TICKET_COLUMNS = (
    Column(title="NUMBER"),
    Column(title="STATE", flexible=True, narrowest=6),
    Column(title="CHANGED", right=True),
    Column(title="CUSTOMER", flexible=True, narrowest=9),
    Column(title="TITLE", flexible=True, narrowest=16),
)


def ticket_cells(row: TicketRow, now: datetime) -> list[Cell]:
    """The line of a ticket that was found."""
    return [
        Cell(row.number, Style.LINK),
        Cell(row.state.value),
        Cell(times.ago(row.updated_at, now)),
        Cell(row.customer_name or row.customer),
        Cell(row.title or "(no subject)", Style.NONE if row.title else Style.DIM),
    ]
