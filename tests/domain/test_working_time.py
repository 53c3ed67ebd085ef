"""Working time against a slow count that looks at the clock on the wall at every minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdtickets.domain.settings import CalendarRules, OpenHours
from mdtickets.domain.working_time import (
    Calendar,
    after_working_minutes,
    count_by_days,
    working_minutes,
    working_seconds,
)

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Calendar(zone=BERLIN)
DAY = ((0, 24 * 60),)
ALWAYS = Calendar(rules=CalendarRules(week=(DAY,) * 7), zone=BERLIN)
MINUTE = timedelta(minutes=1)


def _counts(moment: datetime, calendar: Calendar) -> bool:
    """Whether the team is at work: by the clock on its wall and the settings, without the code under test."""
    local = moment.astimezone(calendar.zone)
    minute, day, rules = local.hour * 60 + local.minute, local.date(), calendar.rules
    if day in rules.days_on:
        hours = rules.days_on[day]
    elif {day.isoformat(), day.isoformat()[5:]} & rules.days_off.keys() or day in calendar.holidays:
        hours = ()
    else:
        hours = rules.week[day.weekday()]
    return any(opens <= minute < closes for opens, closes in hours)


def _slowly(start: datetime, end: datetime, calendar: Calendar) -> int:
    minutes = (end - start) // MINUTE
    return sum(_counts(start + place * MINUTE, calendar) for place in range(minutes))


def _at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def test_an_hour_on_friday_evening_ends_on_monday() -> None:
    """Half of it before the weekend, half after."""
    assert after_working_minutes(_at("2026-11-27T17:30"), 60, OFFICE) == _at("2026-11-30T08:30")


@pytest.mark.parametrize(
    ("start", "minutes", "until"),
    [
        ("2026-03-29T00:30", 120, "2026-03-29T03:30"),  # 02:00 becomes 03:00
        ("2026-10-25T00:30", 120, "2026-10-25T02:30"),  # 03:00 becomes 02:00: the second one is still to come
        ("2026-03-28T12:00", 24 * 60, "2026-03-29T13:00"),
        ("2026-10-24T12:00", 24 * 60, "2026-10-25T11:00"),
    ],
)
def test_who_always_works_knows_no_change_of_the_clock(start: str, minutes: int, until: str) -> None:
    """Real minutes count, also in the nights with one hour less and one more."""
    found = after_working_minutes(_at(start), minutes, ALWAYS)
    assert found == _at(until).astimezone(UTC)
    assert found == _at(start).astimezone(UTC) + minutes * MINUTE


@pytest.mark.parametrize(
    ("hours", "day", "minutes"),
    [
        (((60, 300),), "2026-03-29", 180),  # one to five, and two o'clock is left out
        (((60, 300),), "2026-10-25", 300),  # and comes twice
        (((150, 240),), "2026-03-29", 60),  # half past two is not there: it opens at three
        (((150, 170),), "2026-10-25", 40),  # twenty minutes that come twice
        (((120, 180),), "2026-03-29", 0),  # all of it is left out
    ],
)
def test_a_night_shift_works_what_its_clock_shows(hours: OpenHours, day: str, minutes: int) -> None:
    """On the days on which the clock is changed."""
    calendar = Calendar(rules=CalendarRules(week=(hours,) * 7), zone=BERLIN)
    start = _at(f"{day}T00:00")
    assert working_minutes(start, _at(f"{day}T23:00"), calendar) == minutes


@pytest.mark.parametrize(
    ("zone", "day", "minutes"),
    [
        ("America/Sao_Paulo", "2018-11-04", 23 * 60),  # midnight is left out
        ("Australia/Lord_Howe", "2026-10-04", 23 * 60 + 30),  # half an hour is
        ("Asia/Kathmandu", "2026-05-05", 24 * 60),
        ("Pacific/Apia", "2011-12-30", 0),  # the whole day is
    ],
)
def test_a_day_has_the_minutes_that_its_zone_gives_it(zone: str, day: str, minutes: int) -> None:
    """Whatever a zone does with its clocks."""
    around = Calendar(rules=CalendarRules(week=((),) * 7, days_on={date.fromisoformat(day): DAY}), zone=ZoneInfo(zone))
    noon = datetime.fromisoformat(f"{day}T12:00:00+00:00")
    assert working_minutes(noon - timedelta(days=3), noon + timedelta(days=3), around) == minutes


SPANS: st.SearchStrategy[OpenHours] = st.lists(st.integers(0, 24 * 60), max_size=4, unique=True).map(
    lambda found: tuple(zip(sorted(found)[::2], sorted(found)[1::2], strict=False))
)
DAYS = st.dates(date(2026, 3, 25), date(2026, 4, 3)) | st.dates(date(2026, 10, 20), date(2026, 10, 29))
CALENDARS = st.builds(
    lambda week, off, yearly, on, holidays, zone: Calendar(
        rules=CalendarRules(
            week=week,
            days_off={**dict.fromkeys((day.isoformat() for day in off), ""), **dict.fromkeys(yearly, "yearly")},
            days_on=on,
        ),
        zone=zone,
        holidays=holidays,
    ),
    st.tuples(*[SPANS] * 7),
    st.lists(DAYS, max_size=2),
    st.lists(DAYS.map(lambda day: f"{day:%m-%d}"), max_size=2),
    st.dictionaries(DAYS, SPANS.filter(bool), max_size=2),
    st.dictionaries(DAYS, st.just("holiday"), max_size=2),
    st.sampled_from([BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")]),
)
BEGINS = st.builds(lambda day, minute: datetime(day.year, day.month, day.day, tzinfo=UTC) + minute * MINUTE, DAYS, st.integers(0, 1439))  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(start=BEGINS, minutes=st.integers(-60, 4 * 24 * 60), calendar=CALENDARS)
def test_it_agrees_with_a_count_by_minutes(start: datetime, minutes: int, calendar: Calendar) -> None:
    """Whatever the hours, the days off and the zone, around both changes of the clock."""
    end = start + minutes * MINUTE
    expected = _slowly(start, end, calendar)
    assert working_minutes(start, end, calendar) == expected
    days = list(count_by_days(int(start.timestamp()), int(end.timestamp()), calendar))
    assert sum(day.seconds for day in days) == expected * 60


@settings(max_examples=40, deadline=None)
@given(start=BEGINS, minutes=st.integers(1, 600), calendar=CALENDARS)
def test_counting_back_gives_what_was_counted_on(start: datetime, minutes: int, calendar: Calendar) -> None:
    """The first moment by which so many minutes have passed."""
    end = after_working_minutes(start, minutes, calendar)
    if end is not None:
        assert working_minutes(start, end, calendar) == minutes
        assert working_minutes(start, end - MINUTE, calendar) == minutes - 1


def test_without_a_working_minute_no_time_comes() -> None:
    """And nothing counts."""
    never = Calendar(rules=CalendarRules(week=((),) * 7))
    start = _at("2026-11-24T09:00")
    assert after_working_minutes(start, 1, never) is None
    assert working_minutes(start, start + timedelta(days=30), never) == 0


def test_time_does_not_run_backwards() -> None:
    """A clock that was put back gives no negative time."""
    assert working_minutes(_at("2026-11-24T12:00"), _at("2026-11-24T11:00"), OFFICE) == 0


@pytest.mark.parametrize("zone", [ZoneInfo("America/New_York"), ZoneInfo("Pacific/Kiritimati")])
def test_the_ends_of_time_are_no_trouble(zone: ZoneInfo) -> None:
    """A ticket of the year one, or of the year 9999, counts what lies within the years that are reckoned with."""
    calendar = Calendar(zone=zone)
    first, last = (int(each.replace(tzinfo=UTC).timestamp()) for each in (datetime.min, datetime.max))  # noqa: DTZ901  # meant
    assert working_seconds(first, 0, calendar) == 0
    assert working_seconds(first, last, calendar) > 0
    assert after_working_minutes(datetime.max.replace(tzinfo=UTC), 60, calendar) is None  # meant


def test_a_day_off_is_told_by_its_name() -> None:
    """The team's own days before the country's."""
    rules = CalendarRules(
        days_off={"12-24": "Heiligabend", "2026-12-28": ""}, days_on={date(2026, 12, 25): ((540, 600),)}
    )
    holidays = {date(2026, 12, 24): "x", date(2026, 12, 25): "Erster Weihnachtstag", date(2026, 12, 26): "Zweiter"}
    calendar = Calendar(rules=rules, zone=BERLIN, holidays=holidays)
    start, end = (int(_at(f"2026-12-{day}T00:00").timestamp()) for day in ("23", "30"))
    told = [(f"{day.day:%d}", day.off, day.seconds // 60) for day in count_by_days(start, end, calendar)]
    assert told == [
        ("23", None, 600),
        ("24", "Heiligabend", 0),
        ("25", None, 60),
        ("26", "Zweiter", 0),
        ("27", None, 0),
        ("28", "", 0),
        ("29", None, 600),
        ("30", None, 0),
    ]
