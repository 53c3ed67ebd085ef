"""Values of the example firm, with defaults: a test names only what it is about."""

from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from mdtickets.domain.model import Priority, State, TicketLock
from mdtickets.domain.overview import TicketRow
from mdtickets.render.terminal import Screen

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TERMINAL = Screen(width=100, height=40, colour=False, is_terminal=True)
NARROW = replace(TERMINAL, width=80)
COLOURS = replace(TERMINAL, colour=True)
PIPE = Screen()


def make_row(number: str = "2026112410000420", **fields: Any) -> TicketRow:
    """A ticket of Kim Lee about a recorder."""
    defaults: dict[str, Any] = {
        "number": number,
        "title": "Recorder VR-200 eats tapes",
        "state": State.OPEN,
        "queue": "Support",
        "priority": Priority.NORMAL,
        "customer": "kim-lee",
        "customer_name": "Kim Lee",
        "created_at": NOW - timedelta(days=2),
        "updated_at": NOW - timedelta(hours=1),
    }
    return TicketRow(**{**defaults, **fields})


def make_lock(agent: str = "anna", minutes: int = 14) -> TicketLock:
    """A lock that somebody has held for some minutes."""
    since = NOW - timedelta(minutes=minutes)
    return TicketLock(agent=agent, host="desk-3", since=since, until=since + timedelta(hours=1))


def example_rows() -> list[TicketRow]:
    """The list of the screens: late, pending, free, and one that went wrong."""
    return [
        make_row(priority=Priority.HIGH, owner="anna", lock=make_lock(), waits_since=NOW - timedelta(days=2)),
        make_row(
            "2026112410000578",
            title="Rechnung fehlt",
            customer_name="Schulze AG",
            state=State.PENDING_REMINDER,
            owner="anna",
            waits_since=NOW - timedelta(hours=5),
        ),
        make_row(
            "2026112410000611",
            title="Fernbedienung ohne Funktion",
            customer_name="Max Müller",
            state=State.NEW,
            waits_since=NOW - timedelta(minutes=20),
            possible_duplicates=("2026112410000587",),
        ),
        make_row(
            "2026112410000627",
            title="Undeliverable: Re: Rechnung fehlt",
            customer_name="Schulze AG",
            owner="bert",
            waits_since=NOW - timedelta(minutes=4),
            undelivered=True,
        ),
    ]
