"""A team's working hours in words, as an acknowledgement may say them: "Mon–Fri 08:00–18:00"."""

from itertools import groupby

from mdtickets.domain.settings import CalendarRules, OpenHours

_DAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "de": ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
}
_JOINED = {"en": " and ", "de": " und "}


def opening_hours(rules: CalendarRules, language: str) -> str:
    """The hours of an ordinary week in that language, else in English; days with the same hours together."""
    known = language if language in _DAYS else "en"
    parts = []
    for hours, days in groupby(range(7), key=lambda day: rules.week[day]):
        if hours:
            parts.append(f"{_days(list(days), known)} {_hours(hours, known)}")
    return ", ".join(parts)


def _days(days: list[int], language: str) -> str:
    names = _DAYS[language]
    return names[days[0]] if len(days) == 1 else f"{names[days[0]]}–{names[days[-1]]}"


def _hours(hours: OpenHours, language: str) -> str:
    return _JOINED[language].join(f"{_clock(opens)}–{_clock(closes)}" for opens, closes in hours)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
