"""Dates as people say them, in English and German: `3d`, `24.12.`, `next friday 9:00`, `in 2 Wochen`, `Monatsende`.

What leaves a choice (a weekday, a day without its year) means the first such moment still to come. A day without an hour
means nine o'clock. Days, weeks and months are counted on the calendar, hours and minutes on the clock.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from mdtickets.domain.date_words import COUNTS, HOURS, MONTHS, UNITS, WEEKDAYS

__all__ = ["find_date", "later_day"]

_USUAL_HOUR = time(9, 0)
_MOST_YEARS = 9  # from one 29 February to the next, over a century's end
_LONGEST = 60  # characters

_NUMBER = r"[0-9]{1,4}"
_COUNT = rf"(?:{_NUMBER}|{'|'.join(COUNTS)})"
_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_PIECE = rf"({_COUNT}) ?({_UNIT})\b"
_SPAN = rf"(?:in )?{_COUNT} ?(?:{_UNIT})(?:[ +]*(?:and |und )?{_NUMBER} ?(?:{_UNIT}))*"
_RUN_TOGETHER = rf"({_NUMBER})({_UNIT})(?=[0-9])"

_AT = r"(?:at |um |@ ?)?"
_CLOCK = rf"{_AT}(?P<hour>[0-9]{{1,2}}):(?P<minute>[0-9]{{2}})(?::[0-9]{{2}})?(?: ?(?P<half>am|pm))?(?: uhr)?"
_FULL_HOUR = rf"{_AT}(?P<hour>[0-9]{{1,2}})(?:\.(?P<minute>[0-9]{{2}}))?(?: ?(?P<half>am|pm)| uhr)"
_BARE_HOUR = r"(?:at|um) (?P<hour>[0-9]{1,2})"
_NAMED_HOUR = rf"(?:in the |this |am |at )?({'|'.join(HOURS)})"

Days = Iterator[date]


def find_date(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """The moment, in UTC, that somebody means by these words; None when they mean none.

    It lies after `now` unless they name the very day: then the caller says that it is over.
    """
    words = _normal(text)
    if not words or len(words) > _LONGEST:
        return None
    try:
        return _instant(words, zone) or _span(words, now, zone) or _moment(words, now, zone)
    except (ValueError, OverflowError):
        return None


def _normal(text: str) -> str:
    return " ".join(text.replace(",", " ").split()).lower()


def _instant(words: str, zone: tzinfo) -> datetime | None:
    """RFC 3339 and its shorter forms; without an offset the zone is the team's."""
    if not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[t ][0-9]{2}:", words):
        return None
    try:
        found = datetime.fromisoformat(words.upper())
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def _span(words: str, now: datetime, zone: tzinfo) -> datetime | None:
    """So long from now, at the same time of day when it is days."""
    words = re.sub(_RUN_TOGETHER, r"\1\2 ", words)
    if not re.fullmatch(_SPAN, words):
        return None
    days, rest = now.astimezone(zone), timedelta()
    for count, unit in _pieces(words):
        if unit in {"hour", "minute"}:
            rest += count * _SMALL[unit]
        else:
            days = datetime.combine(later_day(days.date(), count, unit), days.time(), zone)
    return days.astimezone(UTC) + rest


def _moment(words: str, now: datetime, zone: tzinfo) -> datetime | None:
    """A day, an hour, or both, in either order."""
    today = now.astimezone(zone).date()
    for spoken, hour in _split_hour(words):
        days = _following(today) if not spoken and hour else _days(spoken, today)
        if days is not None:
            return _first_to_come(days, hour or _USUAL_HOUR, now, zone)
    return None


def _first_to_come(days: Iterable[date], hour: time, now: datetime, zone: tzinfo) -> datetime | None:
    last: datetime | None = None
    for day in days:
        last = datetime.combine(day, hour, zone).astimezone(UTC)
        if last > now:
            break
    return last


# --- the hour


def _split_hour(words: str) -> Iterator[tuple[str, time | None]]:
    """Each way of reading the words as a day and an hour; the whole as a day comes first."""
    yield words, None
    tokens = words.split()
    for place in range(len(tokens)):
        if hour := _hour(" ".join(tokens[place:])):
            yield " ".join(tokens[:place]), hour
    for place in range(1, len(tokens)):
        if hour := _hour(" ".join(tokens[:place])):
            yield " ".join(tokens[place:]).removeprefix("on ").removeprefix("am "), hour


def _hour(words: str) -> time | None:
    named = re.fullmatch(_NAMED_HOUR, words)
    if named:
        return time(HOURS[named[1]])
    found = re.fullmatch(_CLOCK, words) or re.fullmatch(_FULL_HOUR, words) or re.fullmatch(_BARE_HOUR, words)
    if not found:
        return None
    parts = found.groupdict()
    return _clock(int(found["hour"]), int(parts.get("minute") or 0), parts.get("half"))


def _clock(hour: int, minute: int, half: str | None) -> time | None:
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


# --- the day: each gives the days that are meant, the soonest first


def _days(words: str, today: date) -> Days | None:
    spoken = re.sub(r"^(?:on|am|den|the|der|zum|bis|until) ", "", words)
    for pattern, read in _TABLE:
        found = re.fullmatch(pattern, spoken)
        if found:
            return read(found, today)
    return None


def _following(today: date) -> Days:
    return iter((today, today + timedelta(days=1)))


def _relative(days: int) -> Callable[[re.Match[str], date], Days]:
    return lambda _found, today: iter((today + timedelta(days=days),))


def _iso(found: re.Match[str], _today: date) -> Days:
    return iter((date.fromisoformat(found[0]),))


def _numeric(found: re.Match[str], today: date) -> Days:
    return _dated(int(found[1]), int(found[2]), found[3], today)


def _day_month(found: re.Match[str], today: date) -> Days:
    return _dated(int(found[1]), MONTHS[found[2]], found[3], today)


def _month_day(found: re.Match[str], today: date) -> Days:
    return _dated(int(found[2]), MONTHS[found[1]], found[3], today)


def _dated(day: int, month: int, year: str | None, today: date) -> Days:
    """That day of that year; without a year, of each from now on that has it."""
    if year:
        return iter((date(int(year) + (2000 if len(year) == 2 else 0), month, day),))
    found = [date(later, month, day) for later in _years(today) if _is_date(later, month, day)]
    if not found:
        raise ValueError("no year has this day")
    return iter(found)


def _years(today: date) -> range:
    return range(today.year, today.year + _MOST_YEARS)


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _weekday(found: re.Match[str], today: date) -> Days:
    """The coming one; "next" is never today."""
    ahead = (WEEKDAYS[found[2]] - today.weekday()) % 7
    first = ahead or (7 if found[1] and found[1] in _NOT_TODAY else 0)
    return iter([today + timedelta(days=first + week) for week in (0, 7)])


def _end_of_month(_found: re.Match[str], today: date) -> Days:
    return iter([later_day(today.replace(day=1), months, "month") - timedelta(days=1) for months in (1, 2)])


def _end_of_year(_found: re.Match[str], today: date) -> Days:
    return iter([date(year, 12, 31) for year in (today.year, today.year + 1)])


def _next_week(_found: re.Match[str], today: date) -> Days:
    return iter((today + timedelta(days=7 - today.weekday()),))


def _next_month(_found: re.Match[str], today: date) -> Days:
    return iter((later_day(today.replace(day=1), 1, "month"),))


def _next_year(_found: re.Match[str], today: date) -> Days:
    return iter((date(today.year + 1, 1, 1),))


def _ahead(found: re.Match[str], today: date) -> Days | None:
    """`in 3 days`, said with an hour."""
    day = today
    for count, unit in _pieces(found[0]):
        if unit in {"hour", "minute"}:
            return None
        day = later_day(day, count, unit)
    return iter((day,))


def _pieces(words: str) -> Iterator[tuple[int, str]]:
    for count, unit in re.findall(_PIECE, words):
        yield COUNTS[count] if count in COUNTS else int(count), UNITS[unit]


def later_day(day: date, count: int, unit: str) -> date:
    """So many days, weeks, months or years later; the last day of a month that is too short."""
    if unit in {"day", "week"}:
        return day + timedelta(days=count * (7 if unit == "week" else 1))
    months = day.year * 12 + day.month - 1 + count * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (first_of_next - timedelta(days=1)).day))


_SMALL: Mapping[str, timedelta] = {"hour": timedelta(hours=1), "minute": timedelta(minutes=1)}
_NEXT = r"next|coming|nächste[nrs]?|naechste[nrs]?|kommende[nrs]?"
_NOT_TODAY = frozenset(
    word + ending for word in ("next", "coming", "nächste", "naechste", "kommende") for ending in ("", "n", "r", "s")
)
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_YEAR = r"(?:[ .]*([0-9]{4}|[0-9]{2}))?"

# Texts, for each is compiled when the ones before it did not fit: all of them take 20 ms.
_TABLE: tuple[tuple[str, Callable[[re.Match[str], date], Days | None]], ...] = (
    (r"today|heute|tonight", _relative(0)),
    (r"tomorrow|morgen", _relative(1)),
    (r"day after tomorrow|übermorgen|uebermorgen", _relative(2)),
    (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", _iso),
    (r"([0-9]{1,2})\. ?([0-9]{1,2})\.?(?: ?([0-9]{4}|[0-9]{2}))?", _numeric),
    (rf"([0-9]{{1,2}})(?:\.|st|nd|rd|th)? ?(?:of )?({_MONTH})\.?{_YEAR}", _day_month),
    (rf"({_MONTH})\.? ([0-9]{{1,2}})(?:st|nd|rd|th)?{_YEAR}", _month_day),
    (rf"(?:({_NEXT}|this|diese[nrs]?) )?({'|'.join(sorted(WEEKDAYS, key=len, reverse=True))})\.?", _weekday),
    (r"end of (?:the )?month|eom|monatsende|ende des monats", _end_of_month),
    (r"end of (?:the )?year|eoy|jahresende|ende des jahres", _end_of_year),
    (rf"(?:{_NEXT}) (?:week|woche)", _next_week),
    (rf"(?:{_NEXT}) (?:month|monat|monats)", _next_month),
    (rf"(?:{_NEXT}) (?:year|jahr|jahres)", _next_year),
    (_SPAN, _ahead),
)
