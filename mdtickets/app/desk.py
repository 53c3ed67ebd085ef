"""What waits for one agent."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from msgspec import Struct

from mdtickets.app.listing import row_of, shorten_all, with_lock
from mdtickets.app.session import Session
from mdtickets.domain.overview import Selection, TicketRow
from mdtickets.store.listing import open_by_queue, select
from mdtickets.store.tally import count_undelivered, numbers_in_trouble, numbers_to_take
from mdtickets.store.ticket_lock import read_lock

_ON_THE_DESK = 10
_AT_LEAST = 2  # places for trouble, and for what is to be taken
_LAST = datetime.max.replace(tzinfo=UTC)


class Desk(Struct, frozen=True, kw_only=True):
    """What waits for an agent ("" when nobody is named), and how much in all."""

    agent: str
    rows: tuple[TicketRow, ...]
    shortened: Mapping[str, str]  # by number: the part of it that means it alone
    mine: int
    unlocked: int  # nobody's or a colleague's, to be taken
    undelivered: int
    total: int  # open tickets


def what_waits(session: Session, agent: str) -> Desk:
    """The open tickets that somebody should look at: the agent's own, those nobody holds, and those in trouble.

    A colleague's ticket that he holds no more is to be taken by whoever is there (OTRS's queue view).
    """
    unlocked = [number for number in numbers_to_take(session.catalog, agent) if not _is_held(session, number)]
    shown = sorted(_choose(session, agent, unlocked), key=_order)
    return Desk(
        agent=agent,
        rows=tuple(with_lock(session, row) for row in shown),
        shortened=shorten_all(session, (number for row in shown for number in (row.number, *row.possible_duplicates))),
        mine=_count(session, agent) if agent else 0,
        unlocked=len(unlocked),
        undelivered=count_undelivered(session.catalog),
        total=sum(open_by_queue(session.catalog).values()),
    )


def _choose(session: Session, agent: str, unlocked: list[str]) -> list[TicketRow]:
    """So many as fit: the agent's own, trouble and what is to be taken; without an agent, what waits longest."""
    owners = (agent,) if agent else ()
    own = select(session.catalog, Selection(owners=owners, limit=_ON_THE_DESK))[1]
    trouble = [row_of(session, number) for number in numbers_in_trouble(session.catalog, _ON_THE_DESK)]
    if not agent:
        return _first((*trouble[:_AT_LEAST], *own))
    free = [row_of(session, number) for number in unlocked[:_ON_THE_DESK]]
    return _first((*own[: _ON_THE_DESK - 2 * _AT_LEAST], *trouble[:_AT_LEAST], *free, *own, *trouble))


def _is_held(session: Session, number: str) -> bool:
    return read_lock(session.layout, number, session.now()) is not None


def _first(rows: Iterable[TicketRow]) -> list[TicketRow]:
    return list({row.number: row for row in rows}.values())[:_ON_THE_DESK]


def _order(row: TicketRow) -> tuple[datetime, datetime, str]:
    """Who waits longest first, as in a list."""
    return (row.waits_since or _LAST, row.created_at, row.number)


def _count(session: Session, owner: str) -> int:
    total, _rows = select(session.catalog, Selection(owners=(owner,), limit=1))
    return total
