"""Working hours in words."""

import pytest

from mdtickets.domain.opening_hours import opening_hours
from mdtickets.domain.settings import CalendarRules

LONG = ((480, 720), (780, 1080))
RULES = CalendarRules(week=(LONG, LONG, LONG, LONG, ((480, 720),), (), ((0, 1440),)))


@pytest.mark.parametrize(
    ("rules", "language", "expected"),
    [
        (CalendarRules(), "en", "Mon–Fri 08:00–18:00"),
        (CalendarRules(), "fr", "Mon–Fri 08:00–18:00"),
        (RULES, "de", "Mo–Do 08:00–12:00 und 13:00–18:00, Fr 08:00–12:00, So 00:00–24:00"),
    ],
)
def test_days_with_the_same_hours_stand_together(rules: CalendarRules, language: str, expected: str) -> None:
    """In the customer's language."""
    assert opening_hours(rules, language) == expected
