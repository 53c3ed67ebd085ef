"""Tickets that may be about the same thing, as filing noted it: in groups, for somebody to merge or to leave."""

from collections.abc import Iterable

from msgspec import Struct

from mdtickets.app.glance import OpenStore
from mdtickets.app.listing import with_lock
from mdtickets.domain.overview import Selection, TicketRow
from mdtickets.domain.similarity import joined
from mdtickets.store.conditions import MAY_BE_DUPLICATE, Plan
from mdtickets.store.listing import rows_of, select


class DuplicateGroup(Struct, frozen=True, kw_only=True):
    """Tickets that may be one, the oldest first; at least one of them is open."""

    customer: str  # slug of the oldest one's
    rows: tuple[TicketRow, ...]


def find_duplicates(store: OpenStore) -> tuple[DuplicateGroup, ...]:
    """The open tickets that may be duplicates (those of `is:open is:duplicate`) with what they may be duplicates of."""
    plan = Plan((MAY_BE_DUPLICATE, ()))
    _total, noted = select(store.catalog, Selection(sort="number"), plan)
    groups = joined((row.number, *row.possible_duplicates) for row in noted)
    found = [_group(store, numbers) for numbers in groups]
    return tuple(sorted(found, key=lambda group: (group.customer, group.rows[0].number)))


def _group(store: OpenStore, numbers: Iterable[str]) -> DuplicateGroup:
    rows = tuple(with_lock(store, row) for row in rows_of(store.catalog, sorted(numbers)))
    return DuplicateGroup(customer=rows[0].customer, rows=rows)
