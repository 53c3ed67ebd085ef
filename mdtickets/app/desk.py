"""What waits for one agent."""

from collections.abc import Mapping
from dataclasses import dataclass

from mdtickets.app.listing import with_lock
from mdtickets.app.numbers import shorten
from mdtickets.app.session import Session
from mdtickets.domain.overview import Selection, TicketRow
from mdtickets.store.listing import open_by_queue, select
from mdtickets.store.tally import count_undelivered

_LOOKED_AT = 200
_ON_THE_DESK = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What waits for an agent ("" when nobody is named), and how much in all."""

    agent: str
    rows: tuple[TicketRow, ...]
    shortened: Mapping[str, str]  # by number: the part of it that means it alone
    mine: int
    free: int
    undelivered: int
    total: int  # open tickets


def what_waits(session: Session, agent: str) -> Desk:
    """The open tickets that somebody should look at: the agent's own, those of nobody, and those in trouble."""
    _total, rows = select(session.catalog, Selection(limit=_LOOKED_AT))
    wanted = [row for row in rows if not agent or row.owner in {"", agent} or row.undelivered or row.broken]
    shown = wanted[:_ON_THE_DESK]
    return Desk(
        agent=agent,
        rows=tuple(with_lock(session, row) for row in shown),
        shortened={
            number: shorten(session, number) for row in shown for number in (row.number, *row.possible_duplicates)
        },
        mine=_count(session, agent) if agent else 0,
        free=_count(session, ""),
        undelivered=count_undelivered(session.catalog),
        total=sum(open_by_queue(session.catalog).values()),
    )


def _count(session: Session, owner: str) -> int:
    total, _rows = select(session.catalog, Selection(owners=(owner,), limit=1))
    return total
