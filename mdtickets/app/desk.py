"""What waits for one agent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from mdtickets.app.listing import row_of, with_lock
from mdtickets.app.numbers import shorten
from mdtickets.app.session import Session
from mdtickets.domain.overview import Selection, TicketRow
from mdtickets.store.listing import open_by_queue, select
from mdtickets.store.tally import count_undelivered, numbers_in_trouble

_ON_THE_DESK = 10
_AT_LEAST = 2  # places for trouble, and for tickets of nobody
_LAST = datetime.max.replace(tzinfo=UTC)


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
    shown = sorted(_choose(session, agent), key=_order)
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


def _choose(session: Session, agent: str) -> list[TicketRow]:
    """So many as fit: without an agent those who wait longest; else his own first of all, trouble, then those of nobody."""
    trouble = [row_of(session, number) for number in numbers_in_trouble(session.catalog, _ON_THE_DESK)]
    if not agent:
        return _first((*trouble[:_AT_LEAST], *_of(session, ())))
    own, free = _of(session, (agent,)), _of(session, ("",))
    return _first((*own[: _ON_THE_DESK - 2 * _AT_LEAST], *trouble[:_AT_LEAST], *free, *own, *trouble))


def _of(session: Session, owners: tuple[str, ...]) -> list[TicketRow]:
    return select(session.catalog, Selection(owners=owners, limit=_ON_THE_DESK))[1]


def _first(rows: Iterable[TicketRow]) -> list[TicketRow]:
    return list({row.number: row for row in rows}.values())[:_ON_THE_DESK]


def _order(row: TicketRow) -> tuple[datetime, datetime, str]:
    """Who waits longest first, as in a list."""
    return (row.waits_since or _LAST, row.created_at, row.number)


def _count(session: Session, owner: str) -> int:
    total, _rows = select(session.catalog, Selection(owners=(owner,), limit=1))
    return total
