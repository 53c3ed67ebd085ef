"""Times for people: how long ago, and the day and hour in the store's time zone.

English words whatever the locale, as in all of the program's own text.
"""

from datetime import datetime, timedelta, tzinfo

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SIZES = ("B", "KB", "MB", "GB")
# (from this many minutes on, minutes in one unit, unit)
_UNITS = ((2 * 365 * 1440, 365 * 1440, "y"), (60 * 1440, 7 * 1440, "w"), (1440, 1440, "d"), (60, 60, "h"), (0, 1, "m"))


def span(length: timedelta) -> str:
    """A length of time in its largest fitting unit: "20 m", "5 h", "2 d", "9 w", "3 y"."""
    minutes = max(0, int(length.total_seconds() // 60))
    size, unit = next((size, unit) for start, size, unit in _UNITS if minutes >= start)
    return f"{minutes // size} {unit}"


def since(then: datetime, now: datetime) -> str:
    """How long ago a moment was."""
    return span(now - then)


def ago(then: datetime, now: datetime) -> str:
    """How long ago a moment was, as part of a sentence: "2 m ago", "12 s ago"."""
    seconds = int((now - then).total_seconds())
    if seconds < 60:
        return f"{max(seconds, 0)} s ago"
    return f"{since(then, now)} ago"


def until(then: datetime, now: datetime, zone: tzinfo) -> str:
    """When a moment to come is: "today 16:00", "tomorrow", "in 3 d"; a past one is "overdue"."""
    if then <= now:
        return f"overdue {span(now - then)}"
    days = (then.astimezone(zone).date() - now.astimezone(zone).date()).days
    if days == 0:
        return f"today {clock(then, zone)}"
    return "tomorrow" if days == 1 else f"in {days} d"


def clock(moment: datetime, zone: tzinfo) -> str:
    """The hour and minute."""
    return f"{moment.astimezone(zone):%H:%M}"


def day(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """The day, with its year only when that is another one: "Tue 24 Nov", "Mon 3 Mar 2025"."""
    local = moment.astimezone(zone)
    year = "" if local.year == now.astimezone(zone).year else f" {local.year}"
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}{year}"


def moment(then: datetime, now: datetime, zone: tzinfo) -> str:
    """The day and hour: "Tue 24 Nov, 09:12"."""
    return f"{day(then, now, zone)}, {clock(then, zone)}"


def size(octets: int) -> str:
    """A number of bytes as people write it: "812 B", "214 KB", "1.3 MB"."""
    if octets < 1000:
        return f"{octets} B"
    power = next((power for power in (1, 2) if octets < 999.5 * 1000**power), 3)
    value = octets / 1000**power
    return f"{value:.1f} {_SIZES[power]}" if power > 1 and value < 9.95 else f"{value:.0f} {_SIZES[power]}"
