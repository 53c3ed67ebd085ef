"""Dates as people say them, on a Tuesday at 11:15 in Berlin."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdtickets.domain.date_words import MONTHS, UNITS, WEEKDAYS
from mdtickets.domain.dates import find_date

CHAPTER = Path(__file__).parents[2] / "mdtickets" / "docs" / "changing.md"
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)

MEANT = {
    # spans
    "3d": "2026-11-27 11:15",
    "2h": "2026-11-24 13:15",
    "30m": "2026-11-24 11:45",
    "3d 2h 2w": "2026-12-11 13:15",
    "1h30m": "2026-11-24 12:45",
    "1mo": "2026-12-24 11:15",
    "in 2 Wochen": "2026-12-08 11:15",
    "in einer Woche": "2026-12-01 11:15",
    "in 3 days 9:00": "2026-11-27 09:00",
    "2 weeks": "2026-12-08 11:15",
    # days of the calendar
    "2026-12-24": "2026-12-24 09:00",
    "2026-12-24 14:30": "2026-12-24 14:30",
    "2026-12-24T09:00:00Z": "2026-12-24 10:00",
    "2026-12-24T09:00+01:00": "2026-12-24 09:00",
    "24.12.": "2026-12-24 09:00",
    "1.12.": "2026-12-01 09:00",
    "24.12": "2026-12-24 09:00",
    "24.12.2026 9:00": "2026-12-24 09:00",
    "24. 12. 26": "2026-12-24 09:00",
    "24. Dezember 2026": "2026-12-24 09:00",
    "Dec 24th 10:00": "2026-12-24 10:00",
    "1.3.": "2027-03-01 09:00",
    "29.2.": "2028-02-29 09:00",
    # words
    "today 16:00": "2026-11-24 16:00",
    "heute 16 Uhr": "2026-11-24 16:00",
    "tonight 8pm": "2026-11-24 20:00",
    "tomorrow": "2026-11-25 09:00",
    "morgen früh": "2026-11-25 09:00",
    "morgen 9.30 Uhr": "2026-11-25 09:30",
    "übermorgen": "2026-11-26 09:00",
    "friday": "2026-11-27 09:00",
    "next friday 9:00": "2026-11-27 09:00",
    "Freitag, 10 Uhr": "2026-11-27 10:00",
    "am Freitag": "2026-11-27 09:00",
    "nächsten Montag um 8": "2026-11-30 08:00",
    "tuesday": "2026-12-01 09:00",  # nine o'clock is over today
    "tuesday 16:00": "2026-11-24 16:00",
    "next tuesday 16:00": "2026-12-01 16:00",
    "end of month": "2026-11-30 09:00",
    "Monatsende": "2026-11-30 09:00",
    "Jahresende 12:00": "2026-12-31 12:00",
    "next week": "2026-11-30 09:00",
    "nächsten Monat": "2026-12-01 09:00",
    # hours alone
    "16:00": "2026-11-24 16:00",
    "9:00": "2026-11-25 09:00",
    "at 3 pm tomorrow": "2026-11-25 15:00",
}


@pytest.mark.parametrize(("said", "meant"), MEANT.items())
def test_what_is_said_is_what_is_meant(said: str, meant: str) -> None:
    """In both languages, by the team's clock, nine o'clock where no hour is said."""
    found = find_date(said, NOW, BERLIN)
    assert (found and found.astimezone(BERLIN).strftime("%Y-%m-%d %H:%M")) == meant


@pytest.mark.parametrize(
    "said",
    ["", "soon", "42", "0057 3d", "24.13.", "31.11.", "29.2.2027", "25:00", "12:99", "9999y", "13 pm", "x" * 999],
)
def test_what_is_no_date_is_none(said: str) -> None:
    """Better no date than a wrong one."""
    assert find_date(said, NOW, BERLIN) is None


@pytest.mark.parametrize("said", ["today 8:00", "1.1.2020", "2020-01-01"])
def test_a_day_that_is_named_may_be_over(said: str) -> None:
    """The caller tells, in place of guessing another day."""
    found = find_date(said, NOW, BERLIN)
    assert found is not None
    assert found < NOW


def test_days_are_counted_on_the_calendar() -> None:
    """Nine o'clock stays nine o'clock when the clocks change (29 March 2026)."""
    saturday = datetime(2026, 3, 28, 8, 0, tzinfo=UTC)
    assert find_date("1d", saturday, BERLIN) == saturday + timedelta(hours=23)
    assert find_date("24h", saturday, BERLIN) == saturday + timedelta(hours=24)


@given(
    said=st.one_of(
        st.sampled_from([*WEEKDAYS, "tomorrow", "übermorgen", "eom", "jahresende", "next week", "16:00", "9 uhr"]),
        st.builds("{}. {}".format, st.integers(1, 28), st.sampled_from(sorted(MONTHS))),
        st.builds("{}.{}.".format, st.integers(1, 28), st.integers(1, 12)),
        st.builds("{} {}".format, st.integers(1, 99), st.sampled_from(sorted(UNITS))),
    ),
    now=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_what_is_found_is_to_come(said: str, now: datetime) -> None:
    """Whenever it is said."""
    found = find_date(said, now, BERLIN)
    assert found is not None
    assert found > now


@given(said=st.text(st.sampled_from("0123456789 .:-admorwnextfiTZ+uhm"), max_size=20))
def test_nothing_that_is_said_is_an_error(said: str) -> None:
    """A date or none."""
    assert find_date(said, NOW, BERLIN) is None or find_date(said.upper(), NOW, BERLIN)


def test_what_the_documentation_says_is_understood() -> None:
    """Each date that its table names."""
    table = CHAPTER.read_text(encoding="utf-8").partition("| Say | Means |")[2].partition("\n\n")[0]
    said = [
        phrase
        for row in table.splitlines()
        for phrase in re.findall(r"`([^`]+)`", row.rpartition("|")[0].rpartition("|")[0])
    ]
    assert len(said) > 20
    assert [phrase for phrase in said if not find_date(phrase, NOW, BERLIN)] == []
