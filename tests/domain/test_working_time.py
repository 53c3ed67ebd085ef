"""Working minutes against a slow count, minute by minute."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from mdtickets.domain.working_time import WorkingHours, after_working_minutes

BERLIN = ZoneInfo("Europe/Berlin")
HOURS = WorkingHours()


def _slowly(start: datetime, minutes: int) -> datetime:
    moment = start
    while minutes:
        local = moment.astimezone(BERLIN)
        if local.weekday() in HOURS.days and HOURS.opens <= local.time() < HOURS.closes:
            minutes -= 1
        moment += timedelta(minutes=1)
    return moment


def test_an_hour_on_friday_evening_ends_on_monday() -> None:
    """Half of it before the weekend, half after."""
    friday = datetime(2026, 11, 27, 17, 30, tzinfo=BERLIN)
    assert after_working_minutes(friday, 60, HOURS, BERLIN) == datetime(2026, 11, 30, 8, 30, tzinfo=BERLIN)


def test_a_night_shift_may_have_a_change_of_the_clock() -> None:
    """Real minutes count, also in the night that has one hour less."""
    always = WorkingHours(days=frozenset(range(7)), opens=time(0, 0), closes=time(23, 59))
    start = datetime(2026, 3, 29, 0, 30, tzinfo=BERLIN)
    assert after_working_minutes(start, 120, always, BERLIN) == start.astimezone(UTC) + timedelta(minutes=120)


@given(
    since=st.integers(0, 226 * 24 * 60),
    minutes=st.integers(1, 1500),
)
def test_it_agrees_with_a_count_by_minutes(since: int, minutes: int) -> None:
    """Whatever the day, both changes of the clock included."""
    start = datetime(2026, 3, 20, tzinfo=UTC) + timedelta(minutes=since)
    assert after_working_minutes(start, minutes, HOURS, BERLIN) == _slowly(start, minutes)
