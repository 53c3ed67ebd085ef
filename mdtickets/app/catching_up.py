"""A reading command finds that files of the tickets it shows have changed: the catalog reads them first."""

import sqlite3
from collections.abc import Iterable

from mdtickets.app.freshness import index_tickets
from mdtickets.app.session import Session


def catch_up(session: Session, numbers: Iterable[str]) -> bool:
    """Whether the catalog has read these tickets anew; not while somebody else writes to it, who does it himself."""
    try:
        with session.catalog.impatient():
            index_tickets(session, numbers)
    except sqlite3.OperationalError:
        return False
    return True
