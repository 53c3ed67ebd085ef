"""Lists of tickets: what may be asked for, and what is found, with the agents' locks beside it.

Loads next to nothing: see `glance`.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from mdtickets.app.glance import OpenStore
from mdtickets.domain.nearest import check_word
from mdtickets.domain.overview import Selection, TicketRow
from mdtickets.domain.states import OPEN_STATE_TYPES, State, StateType
from mdtickets.errors import NotFoundError
from mdtickets.store.conditions import EVERY_TICKET, Plan
from mdtickets.store.listing import (
    GROUP_KEYS,
    SORT_KEYS,
    count_groups,
    find_row,
    numbers_ending,
    open_by_queue,
    open_numbers,
    select,
)
from mdtickets.store.tally import words_in_use
from mdtickets.store.ticket_lock import read_lock, read_locks

if TYPE_CHECKING:
    from mdtickets.domain.settings import Settings

ALL = "all"
SHORTEST = 4  # digits of a number that are shown or typed

_LOCK = "lock"

# Nobody works on the others, so their lock files need not be looked for.
_LOCKABLE = OPEN_STATE_TYPES


class Found(Struct, frozen=True, kw_only=True):
    """What a list has: how many tickets fit, those within the limit, and of a whole list the open ones of each queue."""

    total: int
    rows: tuple[TicketRow, ...]
    open_by_queue: dict[str, int]
    only_open: bool  # no other states were asked for
    groups: tuple[tuple[str, int], ...] = ()  # with `group`: each value as the catalog has it, and how many have it


def find_tickets(
    store: OpenStore, selection: Selection, settings: "Callable[[], Settings]", plan: Plan | None = None
) -> Found:
    """The tickets that were asked for, of those in the plan.

    Raises UsageError for a word that means nothing, with the nearest that does. `settings` is asked only for words that
    no ticket has yet.
    """
    check_selection(store, selection, settings)
    found = _by_lock if selection.sort == _LOCK else _by_catalog
    total, rows = found(store, selection, plan or EVERY_TICKET)
    return Found(
        total=total,
        rows=rows,
        open_by_queue=open_by_queue(store.catalog) if plan is None and not selection.is_filtered else {},
        only_open=not selection.states,
        groups=tuple(count_groups(store.catalog, selection, plan or EVERY_TICKET)) if selection.group else (),
    )


def _by_catalog(store: OpenStore, selection: Selection, plan: Plan) -> tuple[int, tuple[TicketRow, ...]]:
    total, rows = select(store.catalog, selection, plan)
    return total, tuple(with_lock(store, row) for row in rows)


def _by_lock(store: OpenStore, selection: Selection, plan: Plan) -> tuple[int, tuple[TicketRow, ...]]:
    """Locked tickets first, the longest held before the others. The catalog knows no locks: they are files alone."""
    total, rows = _by_catalog(store, replace(selection, sort="waits", reverse=False, limit=0, offset=0), plan)
    held = _longest_held_first(store, rows)
    ordered = (*held, *(row for row in rows if not row.lock))
    if selection.reverse:
        ordered = ordered[::-1]
    return total, ordered[selection.page]


def find_held(store: OpenStore) -> tuple[TicketRow, ...]:
    """The open tickets that an agent holds now, the longest held first."""
    # of thousands of open tickets a few are held: only these are worth a row
    held = read_locks(store.layout, open_numbers(store.catalog), store.now())
    return _longest_held_first(store, [row_of(store, number) for number, _lock in held])


def _longest_held_first(store: OpenStore, rows: Iterable[TicketRow]) -> tuple[TicketRow, ...]:
    held = (row for row in rows if row.lock)
    return tuple(sorted(held, key=lambda row: row.lock.since if row.lock else store.now()))


def row_of(store: OpenStore, number: str) -> TicketRow:
    """The row of one ticket, with its lock. Raises NotFoundError."""
    row = find_row(store.catalog, number)
    if row is None:
        raise NotFoundError(f"There is no ticket {number}.")
    return with_lock(store, row)


def shorten(store: OpenStore, number: str) -> str:
    """The shortest end of a number that means this ticket and no other, its check digit left out if it can be."""
    lengths = range(SHORTEST, len(number))
    parts = [part for length in lengths for part in (number[-1 - length : -1], number[-length:])]
    found = numbers_ending(store.catalog, *parts[:2])
    if number not in found:
        return number  # it is gone: no part of it shall mean another
    others = [other for other in found if other != number]
    alike = tuple(end for other in others for end in (other, other[:-1]))
    return next((part for part in parts if not any(end.endswith(part) for end in alike)), number)


def shorten_all(store: OpenStore, numbers: Iterable[str]) -> dict[str, str]:
    """By number: its shortest form."""
    return {number: shorten(store, number) for number in dict.fromkeys(numbers)}


def with_lock(store: OpenStore, row: TicketRow) -> TicketRow:
    """The row with the agent who holds the ticket now."""
    lock = read_lock(store.layout, row.number, store.now()) if row.state.type in _LOCKABLE else None
    # most tickets are nobody's, and a copy of a row takes longer than its line
    return replace(row, lock=lock) if lock else row


def check_selection(store: OpenStore, selection: Selection, settings: "Callable[[], Settings]") -> None:
    """Raises UsageError for a word that means nothing, with the nearest that does."""
    states = [ALL, *(kind.value for kind in StateType), *(state.value for state in State)]
    for word in selection.states:
        check_word("--state", word, states)
    check_word("--sort", selection.sort, [*SORT_KEYS, _LOCK])
    check_word("--group", selection.group, ["", *GROUP_KEYS])
    for key, words in (("customer", selection.customers), ("tag", selection.tags)):
        for word in words:
            check_word(f"--{key}", word, words_in_use(store.catalog, key))
    for key, words in (("queue", selection.queues), ("owner", selection.owners)):
        used = words_in_use(store.catalog, key) if words else ()
        for word in words:
            if word and word not in used:
                configured = settings().queues if key == "queue" else settings().agents
                check_word(f"--{key}", word, [*configured, *used])
