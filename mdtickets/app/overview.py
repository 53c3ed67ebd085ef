"""Lists of tickets: what may be asked for, and what is found, with the agents' locks beside it."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from mdtickets.app.numbers import shorten
from mdtickets.app.session import Session
from mdtickets.domain.model import OPEN_STATE_TYPES, State, StateType
from mdtickets.domain.overview import Selection, TicketRow
from mdtickets.domain.settings import Transport
from mdtickets.errors import NotFoundError, UsageError
from mdtickets.store.listing import SORT_KEYS, find_row, open_by_queue, select
from mdtickets.store.tally import count_undelivered, words_in_use
from mdtickets.store.ticket_lock import read_lock

ALL = "all"

_LOOKED_AT = 200
_ON_THE_DESK = 10

# Nobody works on the others, so their lock files need not be looked for.
_LOCKABLE = OPEN_STATE_TYPES


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a list has: how many tickets fit, those within the limit, and the open ones of each queue."""

    total: int
    rows: tuple[TicketRow, ...]
    open_by_queue: dict[str, int]
    only_open: bool  # no other states were asked for
    is_embedded: bool  # mail goes to a Maildir of this machine and no further


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


def find_tickets(session: Session, selection: Selection) -> Found:
    """The tickets that were asked for. Raises UsageError for a word that means nothing, with the nearest that does."""
    _check_words(session, selection)
    total, rows = select(session.catalog, selection)
    return Found(
        total=total,
        rows=tuple(_with_lock(session, row) for row in rows),
        open_by_queue=open_by_queue(session.catalog),
        only_open=not selection.states,
        is_embedded=session.settings.sending.transport is Transport.MAILDIR,
    )


def what_waits(session: Session, agent: str) -> Desk:
    """The open tickets that somebody should look at: the agent's own, those of nobody, and those in trouble."""
    _total, rows = select(session.catalog, Selection(limit=_LOOKED_AT))
    wanted = [row for row in rows if not agent or row.owner in {"", agent} or row.undelivered or row.broken]
    shown = wanted[:_ON_THE_DESK]
    return Desk(
        agent=agent,
        rows=tuple(_with_lock(session, row) for row in shown),
        shortened={row.number: shorten(session, row.number) for row in shown},
        mine=_count(session, agent) if agent else 0,
        free=_count(session, ""),
        undelivered=count_undelivered(session.catalog),
        total=sum(open_by_queue(session.catalog).values()),
    )


def row_of(session: Session, number: str) -> TicketRow:
    """The row of one ticket, with its lock. Raises NotFoundError."""
    row = find_row(session.catalog, number)
    if row is None:
        raise NotFoundError(f"There is no ticket {number}.")
    return _with_lock(session, row)


def check_word(option: str, word: str, allowed: Iterable[str]) -> None:
    """Raises UsageError when the word is none of those allowed, naming the nearest one or, of few, all."""
    words = list(dict.fromkeys(allowed))
    if word in words:
        return
    near = difflib.get_close_matches(word.lower(), words, 1, cutoff=0.5)
    hint = f'Did you mean "{near[0]}"?' if near else f"Choose of: {', '.join(words)}."
    raise UsageError(f'{option}: "{word}" is none.', hint if words else "There is none yet.")


def _count(session: Session, owner: str) -> int:
    total, _rows = select(session.catalog, Selection(owners=(owner,), limit=1))
    return total


def _with_lock(session: Session, row: TicketRow) -> TicketRow:
    return (
        replace(row, lock=read_lock(session.layout, row.number, session.now())) if row.state.type in _LOCKABLE else row
    )


def _check_words(session: Session, selection: Selection) -> None:
    states = [ALL, *(kind.value for kind in StateType), *(state.value for state in State)]
    for word in selection.states:
        check_word("--state", word, states)
    for word in selection.queues:
        check_word("--queue", word, [*session.settings.queues, *words_in_use(session.catalog, "queue")])
    for word in selection.owners:
        check_word("--owner", word, [*session.settings.agents, *words_in_use(session.catalog, "owner")])
    for word in selection.customers:
        check_word("--customer", word, words_in_use(session.catalog, "customer"))
    for word in selection.tags:
        check_word("--tag", word, words_in_use(session.catalog, "tag"))
    check_word("--sort", selection.sort, SORT_KEYS)
