"""Days, weeks, months and hours of the day by their names, from the hours of the facts."""

from calendar import day_name
from collections.abc import Callable, Mapping
from datetime import date

from mdtickets.domain.measures import Group

_FIRST_DAY = date(1970, 1, 1).toordinal()


def day_of(place: int) -> date:
    """The day so many days after 1970-01-01."""
    return date.fromordinal(_FIRST_DAY + place)


def place_of(day: date) -> int:
    """How many days after 1970-01-01 it is."""
    return day.toordinal() - _FIRST_DAY


def label_of(group: Group, found: int) -> str:
    """The name of a stretch of time: 2026-11-24, 2026-W48, 2026-11, 09, Tuesday. `found` is a day, or an hour of a day."""
    return _LABELS[group](found)


def order_of_weekday(label: str) -> int:
    """Monday first."""
    return list(day_name).index(label) if label in day_name else -1


def week_of(day: date) -> str:
    """The week of ISO 8601: 2026-W48."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


_LABELS: Mapping[Group, Callable[[int], str]] = {
    Group.DAY: lambda found: day_of(found).isoformat(),
    Group.WEEK: lambda found: week_of(day_of(found)),
    Group.MONTH: lambda found: day_of(found).isoformat()[:7],
    Group.HOUR: lambda found: f"{found:02}",
    Group.WEEKDAY: lambda found: day_name[day_of(found).weekday()],
}
