"""The time accounts of many tickets at once: what invoices and budgets are reckoned from."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from msgspec.structs import asdict

from mdtickets.app.session import Session
from mdtickets.app.zone import zone_of
from mdtickets.domain.invoice import Billed
from mdtickets.domain.spent import settled_entries
from mdtickets.errors import NotFoundError
from mdtickets.store.tickets import load_events
from mdtickets.store.time_accounts import find_timed

# An entry is made on its day or later; where the clock is ahead, a day may be entered that begins tomorrow.
_AHEAD = timedelta(days=2)


def read_accounts(session: Session, slugs: Sequence[str] | None, first: date) -> Iterator[Billed]:
    """The tickets that may have entries from that day on, each with all of its entries, corrections joined.

    With `slugs`, those of these customers and companies. Only histories written to since that day are read.
    """
    since = datetime.combine(first, time(), UTC) - _AHEAD
    zone = zone_of(session)
    for ticket in find_timed(session.catalog, slugs, since):
        try:
            entries = settled_entries(load_events(session.layout, ticket.number), zone)
        except NotFoundError:
            continue  # gone since the catalog was brought up to date
        yield Billed(**asdict(ticket), entries=entries)
