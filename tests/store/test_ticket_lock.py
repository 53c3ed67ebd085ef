"""The agent's lock on a ticket, as a file."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mdtickets.domain.states import TicketLock
from mdtickets.store.layout import Layout
from mdtickets.store.ticket_lock import read_lock

NUMBER = "2026112410000420"
SINCE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
FILE = '{"agent": "anna", "host": "desk-3", "since": "2026-11-24T09:00:00Z", "until": "2026-11-24T10:00:00Z"}'


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """A store with one ticket."""
    layout = Layout(tmp_path)
    layout.ticket(NUMBER).mkdir(parents=True)
    return layout


def write(layout: Layout, text: str) -> None:
    """Put a lock file into the ticket."""
    (layout.ticket(NUMBER) / "lock").write_text(text, encoding="utf-8")


def test_a_lock_names_its_holder(layout: Layout) -> None:
    """Who, where, since when, until when."""
    write(layout, FILE)
    expected = TicketLock(agent="anna", host="desk-3", since=SINCE, until=SINCE.replace(hour=10))
    assert read_lock(layout, NUMBER, SINCE) == expected


def test_a_lock_ends_by_itself(layout: Layout) -> None:
    """Nobody holds a ticket for ever by going home."""
    write(layout, FILE)
    assert read_lock(layout, NUMBER, SINCE.replace(hour=10)) is None


@pytest.mark.parametrize("text", ["", "anna", "[]", '{"agent": 1}', '{"agent": "anna", "since": "today"}', "\x00"])
def test_a_file_that_says_nothing_locks_nothing(layout: Layout, text: str) -> None:
    """A torn lock file does not stop the team."""
    write(layout, text)
    assert read_lock(layout, NUMBER, SINCE) is None


def test_no_file_is_no_lock(layout: Layout) -> None:
    """Most tickets are held by nobody."""
    assert read_lock(layout, NUMBER, SINCE) is None
