"""A ticket's history as `log` and `why` read it: no mail is looked at."""

from collections.abc import Iterable

from mdtickets.app.session import Session
from mdtickets.domain.event import Event
from mdtickets.domain.history import find_entries
from mdtickets.store.tickets import load_events


def read_events(session: Session, number: str) -> tuple[Event, ...]:
    """A ticket's history in the order of its file. Raises NotFoundError."""
    return load_events(session.layout, number)


def article_positions(events: Iterable[Event]) -> dict[str, int]:
    """By file name: the place of each article in its thread."""
    return {entry.name: entry.position for entry in find_entries(events)}
