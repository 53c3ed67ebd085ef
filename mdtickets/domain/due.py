"""When a ticket is due, as its row in the catalog notes it."""

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct

from mdtickets.domain.event import Event
from mdtickets.domain.model import Ticket


class Upcoming(Struct, frozen=True, kw_only=True):
    """When the first of a ticket's targets is due, and when the clock next has something to tell of them."""

    due_at: datetime | None = None
    next_at: datetime | None = None


Reckon = Callable[[Ticket, Sequence[Event]], Upcoming]


def as_agreed(ticket: Ticket, _events: Sequence[Event]) -> Upcoming:
    """Where nobody reckons: what somebody set by hand."""
    return Upcoming(due_at=ticket.due_at)
