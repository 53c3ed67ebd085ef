"""Working time: what counts of a clock's seconds while a team is at work, by its hours, its zone and its days off.

An instant counts when a clock on the wall of the team shows an hour at which it works, on a day on which it works. So an
hour that a change of the clock leaves out does not count, and one that comes twice counts twice.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo

from msgspec import Struct, field

from mdtickets.domain.settings import CalendarRules, OpenHours

# A ticket of another year has a wrong date.
_FIRST_DAY = date(1990, 1, 1)
_LAST_DAY = date(2100, 1, 1)
_MOST_DAYS = 20 * 366  # a calendar without a working minute in twenty years has none

_MINUTE = 60
_DAY = 24 * 60 * _MINUTE
_EPOCH = date(1970, 1, 1).toordinal()

Stretch = tuple[int, int]  # from, until; seconds since 1970


class Calendar(Struct, frozen=True, kw_only=True, dict=True):
    """When a team is at work: the rules, with the zone and the holidays that they name."""

    rules: CalendarRules = field(default_factory=CalendarRules)
    zone: tzinfo = UTC
    holidays: Mapping[date, str] = field(default_factory=dict)  # their names

    @property
    def name(self) -> str:
        """The NAME of `[calendar.NAME]`."""
        return self.rules.name

    def day_off(self, day: date) -> str | None:
        """Why nobody works on a day on which they else might: the name of the day, which may be ""; None when not so."""
        if day in self.rules.days_on:
            return None
        own = self.rules.days_off.get(day.isoformat(), self.rules.days_off.get(f"{day:%m-%d}"))
        return own if own is not None else self.holidays.get(day)

    def hours(self, day: date) -> OpenHours:
        """The hours of that day, in minutes since midnight."""
        own = self.rules.days_on.get(day)
        if own is not None:
            return own
        return () if self.day_off(day) is not None else self.rules.week[day.weekday()]

    def stretches(self, day: date) -> tuple[Stretch, ...]:
        """The working time of that day, in seconds since 1970."""
        known: dict[date, tuple[Stretch, ...]] = self.__dict__.setdefault("_known", {})
        found = known.get(day)
        if found is None:
            found = known[day] = _stretches(day, self.hours(day), self.zone)
        return found


def working_minutes(start: datetime, end: datetime, calendar: Calendar) -> int:
    """The whole working minutes between two moments; 0 when the end is not after the start."""
    return working_seconds(int(start.timestamp()), int(end.timestamp()), calendar) // _MINUTE


def working_seconds(start: int, end: int, calendar: Calendar) -> int:
    """The same in seconds, from and to seconds since 1970. What lies before 1990 or after 2100 does not count."""
    return sum(until - since for since, until in working_stretches(start, end, calendar))


def working_stretches(start: int, end: int, calendar: Calendar) -> Iterator[Stretch]:
    """The working time between two moments, piece by piece."""
    for day in _days(start, end, calendar):
        yield from _within(start, end, calendar.stretches(day))


def after_working_minutes(start: datetime, minutes: int, calendar: Calendar) -> datetime | None:
    """The moment, in UTC, at which so many working minutes have passed since `start`; None when they never will."""
    found = after_working_seconds(int(start.timestamp()), minutes * _MINUTE, calendar)
    return datetime.fromtimestamp(found, UTC) if found is not None else None


def after_working_seconds(start: int, seconds: int, calendar: Calendar) -> int | None:
    """The same in seconds since 1970."""
    end = start + _MOST_DAYS * _DAY
    for since, until in working_stretches(start, end, calendar):
        if seconds <= until - since:
            return since + seconds
        seconds -= until - since
    return None


class CountedDay(Struct, frozen=True, kw_only=True):
    """What one day, or a piece of it, adds to a count. Without stretches `off` may say why."""

    day: date
    stretches: tuple[Stretch, ...]
    off: str | None = None  # the name of the day on which nobody works, which may be ""; None = no such day

    @property
    def seconds(self) -> int:
        """So much of it is working time."""
        return sum(until - since for since, until in self.stretches)


def count_by_days(start: int, end: int, calendar: Calendar) -> Iterator[CountedDay]:
    """How `working_seconds` comes to its sum: one line for each day between the two."""
    for day in _days(start, end, calendar):
        stretches = tuple(_within(start, end, calendar.stretches(day)))
        yield CountedDay(day=day, stretches=stretches, off=calendar.day_off(day))


def _days(start: int, end: int, calendar: Calendar) -> Iterator[date]:
    if end <= start:
        return
    first, last = _day_of(start, calendar.zone), _day_of(end, calendar.zone)
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(ordinal)


def _day_of(moment: int, zone: tzinfo) -> date:
    """The day on the wall, within the years that are reckoned with."""
    day = moment // _DAY + _EPOCH
    if not _FIRST_DAY.toordinal() < day < _LAST_DAY.toordinal():
        return _FIRST_DAY if day <= _FIRST_DAY.toordinal() else _LAST_DAY
    return datetime.fromtimestamp(moment, zone).date()


def _within(start: int, end: int, stretches: tuple[Stretch, ...]) -> Iterator[Stretch]:
    for since, until in stretches:
        low, high = max(start, since), min(end, until)
        if low < high:
            yield low, high


def _stretches(day: date, hours: OpenHours, zone: tzinfo) -> tuple[Stretch, ...]:
    if not hours:
        return ()
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    following = midnight + timedelta(days=1)
    offset = midnight.utcoffset()
    if offset is None or offset != following.utcoffset() or offset != following.replace(fold=1).utcoffset():
        return _minute_by_minute(day, hours, zone)
    begins = (day.toordinal() - _EPOCH) * _DAY - int(offset.total_seconds())
    return tuple((begins + opens * _MINUTE, begins + closes * _MINUTE) for opens, closes in hours)


def _minute_by_minute(day: date, hours: OpenHours, zone: tzinfo) -> tuple[Stretch, ...]:
    """The same for a day on which the clock is changed: what it shows is looked at every minute."""
    noon = (day.toordinal() - _EPOCH) * _DAY + _DAY // 2
    found: list[Stretch] = []
    for moment in range(noon - 2 * _DAY, noon + 2 * _DAY, _MINUTE):
        shown = datetime.fromtimestamp(moment, zone)
        minute = shown.hour * 60 + shown.minute
        if shown.date() == day and any(opens <= minute < closes for opens, closes in hours):
            if found and found[-1][1] == moment:
                found[-1] = (found[-1][0], moment + _MINUTE)
            else:
                found.append((moment, moment + _MINUTE))
    return tuple(found)
