"""A reading command finds that files of the tickets it shows have changed: the catalog reads them first."""

import sqlite3
from collections.abc import Iterable

from mdtickets.app.committing import recover, take_up_notes
from mdtickets.app.freshness import index_tickets
from mdtickets.app.session import Session
from mdtickets.errors import TryAgainError


def catch_up_notes(session: Session, number: str) -> None:
    """Put notes that were dropped into a ticket into its history; not while somebody else files, who does it himself."""
    try:
        with session.filing(wait=0):
            recover(session)
            take_up_notes(session, [number])
    except (TryAgainError, OSError, sqlite3.OperationalError):
        return


def catch_up(session: Session, numbers: Iterable[str]) -> bool:
    """Whether the catalog has read these tickets anew; not while somebody else writes to it, who does it himself."""
    try:
        with session.catalog.impatient():
            index_tickets(session, numbers)
    except sqlite3.OperationalError:
        return False
    return True
