"""The kinds of values that settings have: what is allowed, how TOML and the command line say it, what it means.

A kind turns what TOML holds into a value of the domain, or raises ValueError with what is allowed in words.
"""

import re
import zoneinfo
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from itertools import pairwise
from typing import Any

from msgspec import Struct

from mdtickets.domain.money import parse_amount, parse_currency
from mdtickets.domain.settings import Budget, FiledMode, OpenHours
from mdtickets.domain.states import Priority

Toml = str | int | bool | list[str]

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_SPAN = re.compile(r"([0-9]{1,5}) ?([mhdw])")
_BUDGET = re.compile(r"([0-9]{1,7}) in ([0-9]{1,5} ?[mhdw])")
_ADDRESS = re.compile(r"[^\s@<>,;\x00-\x1f]+@[^\s@<>,;\x00-\x1f]+")
_FOLDER = re.compile(r"\.?[^./\x00-\x1f][^/\x00-\x1f]*")
_OPEN_SPAN = re.compile(r"([01]?[0-9]|2[0-4]):([0-5][0-9]) ?- ?([01]?[0-9]|2[0-4]):([0-5][0-9])")
_LONGEST = timedelta(days=3650)


class Kind(Struct, frozen=True, kw_only=True):
    """One kind of value. `parse` takes what TOML holds, `read` makes that of a word on the command line."""

    allowed: str  # completes "must be …"
    parse: Callable[[Any], Any]
    read: Callable[[str], Toml] = str


def _text(found: Any, allowed: str = "text in quotes") -> str:
    if not isinstance(found, str):
        raise ValueError(allowed)  # noqa: TRY004  # one kind of error for every wrong value
    return found


def _line(found: Any) -> str:
    text = _text(found).strip()
    if not text.isprintable():
        raise ValueError("one line of text")
    return text


def _filled(found: Any) -> str:
    text = _line(found)
    if not text:
        raise ValueError("text that is not empty")
    return text


def _lines(found: Any) -> str:
    text = _text(found).strip()
    if not all(line.isprintable() for line in text.split("\n")):
        raise ValueError("text without control characters")
    return text


def _flag(found: Any) -> bool:
    if not isinstance(found, bool):
        raise ValueError("true or false, without quotes")  # noqa: TRY004  # one kind of error for every wrong value
    return found


def _read_flag(word: str) -> Toml:
    return {"true": True, "false": False}.get(word.strip().lower(), word)


def is_address(text: str) -> bool:
    """Whether it looks like a mail address: one @ with something on both sides, no blanks, nothing that parts a list."""
    return _ADDRESS.fullmatch(text) is not None


def _address(found: Any) -> str:
    text = _line(found)
    if text and not is_address(text):
        raise ValueError("a mail address such as support@example.com")
    return text


def _addresses(found: Any) -> tuple[str, ...]:
    allowed = 'a list of mail addresses such as ["form@example.com"]'
    if not isinstance(found, list) or not all(isinstance(item, str) and is_address(item) for item in found):
        raise ValueError(allowed)
    return tuple(item.lower() for item in found)


def parse_span(found: Any) -> timedelta:
    """A span of time such as 30m, 24h, 3d or 2w. Raises ValueError."""
    matched = _SPAN.fullmatch(_text(found, SPAN.allowed).strip())
    span = int(matched[1]) * _UNITS[matched[2]] if matched else timedelta(0)
    if not timedelta(0) < span <= _LONGEST:
        raise ValueError(SPAN.allowed)
    return span


def _budget(found: Any) -> Budget | None:
    text = _text(found, BUDGET.allowed).strip()
    if text == "none":
        return None
    matched = _BUDGET.fullmatch(text)
    if not matched:
        raise ValueError(BUDGET.allowed)
    return Budget(count=int(matched[1]), span=parse_span(matched[2]))


def _amount(found: Any) -> Decimal:
    if isinstance(found, bool) or not isinstance(found, str | int | Decimal):
        raise ValueError(AMOUNT.allowed)  # noqa: TRY004  # one kind of error for every wrong value
    try:
        return parse_amount(str(found))
    except ValueError:
        raise ValueError(AMOUNT.allowed) from None


def _currency(found: Any) -> str:
    try:
        return parse_currency(_text(found, CURRENCY.allowed))
    except ValueError:
        raise ValueError(CURRENCY.allowed) from None


def _day(found: Any) -> date | None:
    if isinstance(found, date) and not isinstance(found, datetime):
        return found
    text = _text(found, DAY.allowed).strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError(DAY.allowed) from None


def _names(found: Any) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise ValueError(NAMES.allowed)
    return tuple(_filled(item) for item in found)


def _hours(found: Any) -> OpenHours:
    spans = [span.strip() for span in _text(found, HOURS.allowed).split(",") if span.strip()]
    hours = tuple(_open_span(span) for span in spans)
    if any(later[0] < earlier[1] for earlier, later in pairwise(hours)):
        raise ValueError(f"{HOURS.allowed}; each span after the one before")
    return hours


def _open_span(span: str) -> tuple[int, int]:
    matched = _OPEN_SPAN.fullmatch(span)
    hours = [int(number) for number in matched.groups()] if matched else [0, 0, 0, 0]
    opens, closes = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
    if not opens < closes <= 24 * 60:
        raise ValueError(f"{HOURS.allowed}; a night is written on both of its days")
    return opens, closes


def _country(found: Any) -> str:
    text = _text(found, COUNTRY.allowed).strip()
    if text and not re.fullmatch(r"[A-Z]{2}", text):
        raise ValueError(COUNTRY.allowed)
    return text


def _region(found: Any) -> str:
    text = _text(found, REGION.allowed).strip()
    if text and not re.fullmatch(r"[\w .'-]{1,60}", text):
        raise ValueError(REGION.allowed)
    return text


def _days_off(found: Any) -> Mapping[str, str]:
    days: dict[str, str] = {}
    for item in found if isinstance(found, list) else [None]:
        day, _, name = _text(item, DAYS_OFF.allowed).strip().partition(" ")
        _check_day(day if len(day) > 5 else f"2000-{day}", DAYS_OFF.allowed)  # a leap year
        days[day] = _line(name)
    return days


def _days_on(found: Any) -> Mapping[date, OpenHours]:
    days: dict[date, OpenHours] = {}
    for item in found if isinstance(found, list) else [None]:
        day, _, hours = _text(item, DAYS_ON.allowed).strip().partition(" ")
        found_day, worked = _check_day(day, DAYS_ON.allowed), _hours(hours)
        if not worked:
            raise ValueError(DAYS_ON.allowed)
        days[found_day] = worked
    return days


def _check_day(text: str, allowed: str) -> date:
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError(f"{allowed}, not {text!r}")


def _folder(found: Any) -> str:
    text = _text(found).strip()
    if text and not _FOLDER.fullmatch(text):
        raise ValueError(FOLDER.allowed)
    return f".{text.removeprefix('.')}" if text else ""


def _filed(found: Any) -> tuple[FiledMode, str]:
    text = _text(found, FILED.allowed).strip()
    mode, colon, folder = text.partition(":")
    if mode == FiledMode.FOLDER and _FOLDER.fullmatch(folder):
        return FiledMode.FOLDER, _folder(folder)
    if colon or mode not in {FiledMode.CUR, FiledMode.DELETE}:
        raise ValueError(FILED.allowed + nearest(text, ("folder:.Filed", "cur", "delete")))
    return FiledMode(mode), ".Filed"


def _timezone(found: Any) -> str:
    text = _text(found, TIMEZONE.allowed)
    try:
        zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        # a machine without any time zones (a bare container) cannot tell a wrong one
        zones = zoneinfo.available_timezones()
        if zones or not re.fullmatch(r"[A-Za-z0-9_+/-]+", text):
            raise ValueError(TIMEZONE.allowed + nearest(text, sorted(zones))) from None
    return text


def _command(found: Any) -> str:
    return _text(found).strip()


def _system_id(found: Any) -> str:
    text = _text(found, SYSTEM_ID.allowed)
    if not re.fullmatch(r"[0-9]{2,10}", text):
        raise ValueError(SYSTEM_ID.allowed)
    return text


def nearest(word: str, right: tuple[str, ...] | list[str]) -> str:
    """`. Did you mean "…"?` for the right word that looks most like it, "" when none does."""
    lowered = {each.lower(): each for each in right}
    found = get_close_matches(word.lower(), lowered, 1)
    return f'. Did you mean "{lowered[found[0]]}"?' if found else ""


def integer(least: int, most: int) -> Kind:
    """A whole number within bounds."""
    allowed = f"a whole number from {least} to {most}" if least < most else f"the number {least}"

    def parse(found: Any) -> int:
        if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= most:
            raise ValueError(allowed)
        return found

    def read(word: str) -> Toml:
        return int(word) if re.fullmatch(r"-?[0-9]{1,15}", word) else word

    return Kind(allowed=allowed, parse=parse, read=read)


def choice(words: type[StrEnum]) -> Kind:
    """One of a few words."""
    names = tuple(str(word) for word in words)
    allowed = _listed(names)

    def parse(found: Any) -> StrEnum:
        if found not in names:
            raise ValueError(allowed + (nearest(found, names) if isinstance(found, str) else ""))
        return words(found)

    return Kind(allowed=allowed, parse=parse)


def _priority(found: Any) -> str:
    return str(choice(Priority).parse(found))


def _language(found: Any) -> str:
    return str(choice(Language).parse(found))


def choices(words: type[StrEnum]) -> Kind:
    """A list of any of a few words."""
    names = tuple(str(word) for word in words)
    allowed = f"a list of any of {', '.join(names)}"

    def parse(found: Any) -> frozenset[StrEnum]:
        if not isinstance(found, list):
            raise ValueError(allowed)  # noqa: TRY004  # one kind of error for every wrong value
        for item in found:
            if item not in names:
                raise ValueError(allowed + (nearest(item, names) if isinstance(item, str) else ""))
        return frozenset(words(item) for item in found)

    return Kind(allowed=allowed, parse=parse, read=read_list)


def read_list(word: str) -> Toml:
    """The items of `a, b` or of `["a", "b"]` on the command line."""
    items = (item.strip().strip("\"'") for item in word.strip().removeprefix("[").removesuffix("]").split(","))
    return [item for item in items if item]


def _listed(names: tuple[str, ...]) -> str:
    quoted = [f'"{name}"' for name in names]
    return ", ".join(quoted[:-1]) + f" or {quoted[-1]}"


class Language(StrEnum):
    """The languages that templates come in."""

    GERMAN = "de"
    ENGLISH = "en"


LINE = Kind(allowed="text in quotes", parse=_line)
TEXT = Kind(allowed="text in quotes", parse=_lines)
FLAG = Kind(allowed="true or false", parse=_flag, read=_read_flag)
FILLED = Kind(allowed="text in quotes", parse=_filled)
COMMAND = Kind(allowed="text in quotes", parse=_command)
ADDRESS = Kind(allowed="a mail address", parse=_address)
ADDRESSES = Kind(allowed="a list of mail addresses", parse=_addresses, read=read_list)
NAMES = Kind(allowed='a list of names such as ["Support"]', parse=_names, read=read_list)
PRIORITY = Kind(allowed='a priority such as "4 high"', parse=_priority)
LANGUAGE = Kind(allowed='"de" or "en"', parse=_language)
TIMEZONE = Kind(allowed="a time zone such as Europe/Berlin", parse=_timezone)
SPAN = Kind(allowed="a span of time such as 30m, 24h, 3d or 2w", parse=parse_span)
BUDGET = Kind(allowed='"N in SPAN" such as "10 in 24h", or "none"', parse=_budget)
AMOUNT = Kind(allowed='a price such as "80.50", at most a million', parse=_amount)
CURRENCY = Kind(allowed="a currency by its code (ISO 4217), such as EUR or CHF", parse=_currency)
HOURS = Kind(allowed='hours such as "08:00-12:00, 13:00-17:30", or "" for none', parse=_hours)
COUNTRY = Kind(allowed="a country by its two letters (ISO 3166), such as DE", parse=_country)
REGION = Kind(allowed="a part of the country by its letters (ISO 3166-2), such as BY", parse=_region)
DAYS_OFF = Kind(allowed='a list of days such as ["2026-12-28 stocktaking", "12-24"]', parse=_days_off, read=read_list)
DAYS_ON = Kind(allowed='a list of days with hours such as ["2026-12-05 09:00-13:00"]', parse=_days_on, read=read_list)
DAY = Kind(allowed="a day such as 2026-11-24", parse=_day)
FOLDER = Kind(allowed="the name of a Maildir++ folder such as .Sales, without a slash", parse=_folder)
FILED = Kind(allowed='"folder:NAME", "cur" or "delete"', parse=_filed)
SYSTEM_ID = Kind(allowed='two to ten digits in quotes, such as "10"', parse=_system_id)
