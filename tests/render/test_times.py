"""Times and sizes as people read them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mdtickets.render import times

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (timedelta(seconds=-5), "0 m"),
        (timedelta(seconds=59), "0 m"),
        (timedelta(minutes=20), "20 m"),
        (timedelta(minutes=59, seconds=59), "59 m"),
        (timedelta(hours=5, minutes=59), "5 h"),
        (timedelta(hours=24), "1 d"),
        (timedelta(days=59), "59 d"),
        (timedelta(days=63), "9 w"),
        (timedelta(days=800), "2 y"),
    ],
)
def test_span_uses_the_largest_unit_that_fits(length: timedelta, expected: str) -> None:
    """A span is one number and one unit."""
    assert expected == times.span(length)


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        (NOW - timedelta(minutes=5), "overdue 5 m"),
        (NOW + timedelta(hours=5), "today 15:00"),
        (NOW + timedelta(hours=14), "tomorrow"),  # midnight in Berlin
        (NOW + timedelta(days=3), "in 3 d"),
    ],
)
def test_until_speaks_of_days_in_the_stores_zone(then: datetime, expected: str) -> None:
    """Tomorrow begins at midnight of the store, not of UTC."""
    assert expected == times.until(then, NOW, BERLIN)


def test_moment_names_the_year_only_when_it_is_another() -> None:
    """This year's days need no year."""
    shown = [times.moment(then, NOW, BERLIN) for then in (NOW, NOW.replace(year=2025))]
    assert shown == ["Tue 24 Nov, 10:00", "Mon 24 Nov 2025, 10:00"]


def test_ago_counts_seconds_first() -> None:
    """A daemon that swept just now says so."""
    assert [times.ago(NOW - timedelta(seconds=seconds), NOW) for seconds in (12, 125)] == ["12 s ago", "2 m ago"]


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (0, "0 B"),
        (812, "812 B"),
        (214_300, "214 KB"),
        (999_700, "1.0 MB"),
        (1_340_000, "1.3 MB"),
        (64_000_000, "64 MB"),
    ],
)
def test_sizes_are_rounded(octets: int, expected: str) -> None:
    """Sizes have two digits that matter."""
    assert expected == times.size(octets)
