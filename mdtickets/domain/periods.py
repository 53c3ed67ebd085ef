"""Stretches of time as people say them in a query: `today`, `last-week`, `2026-11`, `november`, `3d`, `24.12.`.

What leaves a choice (a weekday, a month without its year) is the nearest one that has begun when the question looks
back (`created:monday`), and the nearest one to come when it looks ahead (`due:monday`).
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from msgspec import Struct

from mdtickets.domain.date_words import COUNTS, MONTHS, UNITS, WEEKDAYS
from mdtickets.domain.dates import find_date, later_day

_LONGEST = 60  # characters
_MINUTE = timedelta(minutes=1)
_FIXED = re.compile(r"[0-9][0-9:.tzw+q -]*")


class Period(Struct, frozen=True):
    """From `start` to just before `end`, in UTC; both the same for a moment that was counted from now."""

    start: datetime
    end: datetime

    @property
    def is_moment(self) -> bool:
        """Whether it has no length, so that only what lies before or after it can be asked for."""
        return self.start == self.end


class _Now(Struct, frozen=True):
    """When and how the words are read."""

    now: datetime
    zone: tzinfo
    ahead: bool

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()


# From the first day to just before the second, in the team's zone.
_Days = tuple[date, date]


def find_period(text: str, now: datetime, zone: tzinfo, *, ahead: bool) -> Period | None:
    """The time that these words mean, None when they mean none. `ahead` = the question looks into the future."""
    words = _normal(text)
    if not words or len(words) > _LONGEST:
        return None
    asked = _Now(now, zone, ahead)
    try:
        return _counted(words, asked) or _of_days(words, asked) or _of_moment(words, asked)
    except (ValueError, OverflowError):
        return None


def _normal(text: str) -> str:
    words = " ".join(text.lower().split())
    return words if _FIXED.fullmatch(words) else " ".join(words.replace("-", " ").replace("_", " ").split())


def _counted(words: str, asked: _Now) -> Period | None:
    """`now`, `3d`, `2 weeks ago`, `vor 3 Tagen`, `in 2h`; `last 3 days` reaches until now."""
    if words in {"now", "jetzt"}:
        return Period(asked.now, asked.now)
    found = re.fullmatch(_COUNTED, words)
    if not found:
        return None
    before, count, unit, after = found.groups()
    back = not asked.ahead or before in _BACK or after is not None
    sign = -1 if back and before != "in" else 1
    number = COUNTS[count] if count in COUNTS else int(count)
    moment = _counted_from(asked, sign * number, UNITS[unit])
    if before in _LASTING:
        return Period(min(moment, asked.now), max(moment, asked.now))
    return Period(moment, moment)


def _counted_from(asked: _Now, count: int, unit: str) -> datetime:
    if unit in _SMALL:
        return asked.now + count * _SMALL[unit]
    local = asked.now.astimezone(asked.zone)
    return datetime.combine(later_day(local.date(), count, unit), local.time(), asked.zone).astimezone(UTC)


def _of_days(words: str, asked: _Now) -> Period | None:
    for pattern, read in _TABLE:
        found = re.fullmatch(pattern, words)
        if found:
            first, behind = read(found, asked)
            return Period(_midnight(first, asked.zone), _midnight(behind, asked.zone))
    return None


def _of_moment(words: str, asked: _Now) -> Period | None:
    """A date with its hour is that minute; else what `pending` understands is that day."""
    found = find_date(words, asked.now, asked.zone)
    if found is None:
        return None
    if re.search(r":|uhr|\d ?[ap]m", words):
        return Period(found, found + _MINUTE)
    day = found.astimezone(asked.zone).date()
    return Period(_midnight(day, asked.zone), _midnight(_next(day), asked.zone))


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _next(day: date) -> date:
    return day + timedelta(days=1)


# --- the days that are meant


def _relative(days: int) -> Callable[[re.Match[str], _Now], _Days]:
    return lambda _found, asked: (asked.today + timedelta(days=days), asked.today + timedelta(days=days + 1))


def _iso(found: re.Match[str], _asked: _Now) -> _Days:
    """A year, a month or a day."""
    year, month, day = (int(part) if part else 0 for part in found.groups())
    if day:
        first = date(year, month, day)
        return first, _next(first)
    if month:
        return date(year, month, 1), later_day(date(year, month, 1), 1, "month")
    return date(year, 1, 1), date(year + 1, 1, 1)


def _iso_week(found: re.Match[str], _asked: _Now) -> _Days:
    first = date.fromisocalendar(int(found[1]), int(found[2]), 1)
    return first, first + timedelta(days=7)


def _quarter(found: re.Match[str], _asked: _Now) -> _Days:
    first = date(int(found[1]), 3 * int(found[2]) - 2, 1)
    return first, later_day(first, 3, "month")


def _day_month(found: re.Match[str], asked: _Now) -> _Days:
    month = MONTHS[found[2]] if found[2] in MONTHS else int(found[2])
    if found[3]:
        year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
        first = date(year, month, int(found[1]))
    else:
        first = _chosen(asked, lambda year: date(year, month, int(found[1])), _next)
    return first, _next(first)


def _month(found: re.Match[str], asked: _Now) -> _Days:
    month = MONTHS[found[1]]
    if found[2]:
        first = date(int(found[2]), month, 1)
    else:
        first = _chosen(asked, lambda year: date(year, month, 1), _end_of_month)
    return first, _end_of_month(first)


def _end_of_month(first: date) -> date:
    return later_day(first, 1, "month")


def _chosen(asked: _Now, of_year: Callable[[int], date], end: Callable[[date], date]) -> date:
    """The last one that has begun, or the first that is not over."""
    year = asked.today.year
    if asked.ahead:
        return next(day for day in (of_year(year), of_year(year + 1)) if end(day) > asked.today)
    return next(day for day in (of_year(year), of_year(year - 1)) if day <= asked.today)


def _weekday(found: re.Match[str], asked: _Now) -> _Days:
    ago = (asked.today.weekday() - WEEKDAYS[found[2]]) % 7
    if found[1] in _BACK:
        day = asked.today - timedelta(days=ago or 7)
        return day, _next(day)
    ahead = asked.ahead or (found[1] is not None and found[1].startswith(_AHEAD))
    day = asked.today + timedelta(days=(-ago) % 7) if ahead else asked.today - timedelta(days=ago)
    return day, _next(day)


def _named(found: re.Match[str], asked: _Now) -> _Days:
    """This, last or next week, month, quarter or year."""
    first, count, unit = _around(asked.today, _STRETCHES[found[2]])
    shift = -count if found[1] in _BACK else count if found[1].startswith(_AHEAD) else 0
    start = later_day(first, shift, unit)
    return start, later_day(start, count, unit)


def _around(today: date, stretch: str) -> tuple[date, int, str]:
    """The first day of the stretch we are in, and its length."""
    if stretch == "week":
        return today - timedelta(days=today.weekday()), 1, "week"
    if stretch == "year":
        return today.replace(month=1, day=1), 1, "year"
    first = today.replace(day=1)
    if stretch == "quarter":
        return first.replace(month=3 * ((today.month - 1) // 3) + 1), 3, "month"
    return first, 1, "month"


_SMALL: Mapping[str, timedelta] = {"hour": timedelta(hours=1), "minute": timedelta(minutes=1)}
_STRETCHES: Mapping[str, str] = {
    "week": "week", "woche": "week", "month": "month", "monat": "month", "quarter": "quarter", "quartal": "quarter",
    "year": "year", "jahr": "year",
}  # fmt: skip
_LASTING = frozenset({"last", "past", "letzte", "letzten"})
_BACK = frozenset({"vor", "last", "past", *(f"letzte{ending}" for ending in ("", "n", "r", "s", "m"))})
_AHEAD = ("next", "coming", "nächste", "naechste", "kommende")

_COUNT = rf"[0-9]{{1,4}}|{'|'.join(COUNTS)}"
_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_COUNTED = rf"(?:(in|vor|last|past|letzten?) )?({_COUNT}) ?({_UNIT})( ago)?"
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_WEEKDAY = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
_WHICH = "this|last|past|next|coming|(?:diese|letzte|nächste|naechste|kommende)[nrsm]?"

# Texts, for each is compiled when the ones before it did not fit.
_TABLE: tuple[tuple[str, Callable[[re.Match[str], _Now], _Days]], ...] = (
    (r"today|heute", _relative(0)),
    (r"yesterday|gestern", _relative(-1)),
    (r"tomorrow|morgen", _relative(1)),
    (rf"({_WHICH}) ({'|'.join(_STRETCHES)})", _named),
    (r"day before yesterday|vorgestern", _relative(-2)),
    (r"day after tomorrow|übermorgen|uebermorgen", _relative(2)),
    (r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", _iso),
    (r"([0-9]{4})-?w([0-9]{2})", _iso_week),
    (r"([0-9]{4})-?q([1-4])", _quarter),
    (r"([0-9]{1,2})\. ?([0-9]{1,2})\.(?: ?([0-9]{4}|[0-9]{2}))?", _day_month),
    (rf"([0-9]{{1,2}})\.? ?({_MONTH})\.?(?: ([0-9]{{4}}))?", _day_month),
    (rf"({_MONTH})\.?(?: ([0-9]{{4}}))?", _month),
    (rf"(?:({_WHICH}) )?({_WEEKDAY})", _weekday),
)
