"""Stretches of time as people say them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from mdtickets.domain.periods import find_period

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)  # a Wednesday, nine o'clock in Berlin


def told(text: str, *, ahead: bool = False) -> str:
    """Start and end on the clocks of Berlin; midnight goes without saying."""
    found = find_period(text, NOW, BERLIN, ahead=ahead)
    if found is None:
        return ""
    ends = [
        end.astimezone(BERLIN).strftime("%Y-%m-%d %H:%M").removesuffix(" 00:00") for end in (found.start, found.end)
    ]
    return " ".join(dict.fromkeys(ends)) if found.is_moment else " ".join(ends)


@pytest.mark.parametrize(
    ("text", "back", "ahead"),
    [
        ("today", "2026-11-25 2026-11-26", "2026-11-25 2026-11-26"),
        ("gestern", "2026-11-24 2026-11-25", "2026-11-24 2026-11-25"),
        ("last-week", "2026-11-16 2026-11-23", "2026-11-16 2026-11-23"),
        ("letzte Woche", "2026-11-16 2026-11-23", "2026-11-16 2026-11-23"),
        ("next month", "2026-12-01 2027-01-01", "2026-12-01 2027-01-01"),
        ("this-quarter", "2026-10-01 2027-01-01", "2026-10-01 2027-01-01"),
        ("2026", "2026-01-01 2027-01-01", "2026-01-01 2027-01-01"),
        ("2026-11", "2026-11-01 2026-12-01", "2026-11-01 2026-12-01"),
        ("2026-W48", "2026-11-23 2026-11-30", "2026-11-23 2026-11-30"),
        ("2026-Q3", "2026-07-01 2026-10-01", "2026-07-01 2026-10-01"),
        ("24.12.", "2025-12-24 2025-12-25", "2026-12-24 2026-12-25"),
        ("24.12.2024", "2024-12-24 2024-12-25", "2024-12-24 2024-12-25"),
        ("10 nov", "2026-11-10 2026-11-11", "2027-11-10 2027-11-11"),
        ("dezember", "2025-12-01 2026-01-01", "2026-12-01 2027-01-01"),
        ("november", "2026-11-01 2026-12-01", "2026-11-01 2026-12-01"),
        ("monday", "2026-11-23 2026-11-24", "2026-11-30 2026-12-01"),
        ("wednesday", "2026-11-25 2026-11-26", "2026-11-25 2026-11-26"),
        ("last-wednesday", "2026-11-18 2026-11-19", "2026-11-18 2026-11-19"),
        ("3d", "2026-11-22 09:00", "2026-11-28 09:00"),
        ("3 days ago", "2026-11-22 09:00", "2026-11-22 09:00"),
        ("vor 2 Wochen", "2026-11-11 09:00", "2026-11-11 09:00"),
        ("last 7 days", "2026-11-18 09:00 2026-11-25 09:00", "2026-11-18 09:00 2026-11-25 09:00"),
        ("2026-11-24T10:15", "2026-11-24 10:15 2026-11-24 10:16", "2026-11-24 10:15 2026-11-24 10:16"),
        ("tomorrow 9:00", "2026-11-26 09:00 2026-11-26 09:01", "2026-11-26 09:00 2026-11-26 09:01"),
        ("soon", "", ""),
        ("2026-13", "", ""),
        ("", "", ""),
        ("9" * 100, "", ""),
    ],
)
def test_the_time_that_is_meant(text: str, back: str, ahead: str) -> None:
    """Looking back takes what has begun, looking ahead what is to come."""
    assert (told(text), told(text, ahead=True)) == (back, ahead)


def test_a_day_is_as_long_as_the_clocks_say() -> None:
    """The day on which clocks go back has twenty-five hours."""
    found = find_period("2026-10-25", NOW, BERLIN, ahead=False)
    assert found is not None
    assert (found.end - found.start).total_seconds() == 25 * 3600
