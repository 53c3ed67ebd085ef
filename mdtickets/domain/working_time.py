"""Working minutes: what counts of a clock's minutes while a team is at work."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from msgspec import Struct

_FEWEST_DAYS = 3650  # a calendar without a working minute in ten years has none


class WorkingHours(Struct, frozen=True, kw_only=True):
    """When the team is at work: the same hours on each working day, in its own time zone."""

    days: frozenset[int] = frozenset({0, 1, 2, 3, 4})  # Monday is 0
    opens: time = time(8, 0)
    closes: time = time(18, 0)


def after_working_minutes(start: datetime, minutes: int, hours: WorkingHours, zone: tzinfo) -> datetime:
    """The moment, in UTC, at which so many working minutes have passed since `start`."""
    start = start.astimezone(UTC)
    left = timedelta(minutes=minutes)
    day = start.astimezone(zone).date()
    for _day in range(_FEWEST_DAYS):
        opens, closes = _working_day(day, hours, zone)
        begin = max(start, opens)
        if day.weekday() in hours.days and begin < closes:
            # aware times are subtracted by their instants, so a day with a changed clock counts its real minutes
            available = closes - begin
            if left <= available:
                return begin + left
            left -= available
        day += timedelta(days=1)
    raise ValueError("no working minutes in ten years")


def _working_day(day: date, hours: WorkingHours, zone: tzinfo) -> tuple[datetime, datetime]:
    from_, to = (datetime.combine(day, moment, zone) for moment in (hours.opens, hours.closes))
    return _instant(from_), _instant(to)


def _instant(moment: datetime) -> datetime:
    """In UTC: differences of times in one zone would ignore a change of the clock between them."""
    return moment.astimezone(UTC)
