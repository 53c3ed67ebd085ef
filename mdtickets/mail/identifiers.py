"""Message-IDs (RFC 5322 section 3.6.4) and dates (section 3.3) of header fields. Nothing here raises."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, timezone

from mdtickets.domain.plain import plain_line
from mdtickets.mail.words import decode_header, decode_words, header_text

MAX_IDS = 100
MAX_FIELD = 1 << 16  # bytes from the end: the last references are the nearest
MAX_ID = 998  # a line of mail (section 2.1.1) holds no longer one

_BRACKETED = re.compile(r"<([^<>]+)>")
_ONE_ID = re.compile(rb"<([!-;=?-~]{1,998})>")
_DATE_LENGTH = 100
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# As nearly all programs write it; `email.utils` reads the rest, and costs 15 ms to load.
_DATE = re.compile(
    r"(?:[A-Z][a-z]{2}, )?([0-9]{1,2}) (" + "|".join(_MONTHS) + r") ([1-9][0-9]{3}) "
    r"([0-9]{2}):([0-9]{2}):([0-9]{2}) ([+-])([0-9]{2})([0-9]{2})(?: \([A-Z]{1,5}\))?"
)
_YEARS = range(1970, 9999)  # before there was mail; a zone can push the year 9999 beyond what a clock can show


def message_ids(values: Sequence[bytes]) -> tuple[tuple[str, ...], bool]:
    """The ids without angle brackets, each once, the last hundred of them, and whether there were more."""
    if not values:
        return (), False
    if len(values) == 1 and (one := _ONE_ID.fullmatch(values[0])) and b"=?" not in values[0]:
        return (one[1].decode("ascii"),), False
    found: dict[str, None] = {}
    cut = False
    for raw in values:
        cut = cut or len(raw) > MAX_FIELD
        found.update(dict.fromkeys(_ids_of(raw[-MAX_FIELD:])))
    ids = tuple(found)
    return ids[-MAX_IDS:], cut or len(ids) > MAX_IDS


def _ids_of(raw: bytes) -> Iterable[str]:
    # Exchange writes long References as encoded words; folded ids come with white space inside
    text = decode_words(header_text(raw))
    bracketed = ("".join(found.split()) for found in _BRACKETED.findall(text))
    plain = (word.strip("<>,;\"'") for word in text.split() if "@" in word)
    for found in bracketed if "<" in text and ">" in text else plain:
        if 0 < len(found) <= MAX_ID:
            yield plain_line(found)


def format_date(moment: datetime) -> str:
    """An aware moment as a Date field tells it (RFC 5322 section 3.3)."""
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    time = f"{moment.hour:02d}:{moment.minute:02d}:{moment.second:02d}"
    return f"{day}, {moment.day:02d} {month} {moment.year:04d} {time} {moment:%z}"


def parse_date(raw: bytes) -> datetime | None:
    """The aware moment a Date field names; None when there is none, or one that cannot be."""
    try:
        moment = _read_date(decode_header(raw)[:_DATE_LENGTH])
        # -0000 says that the zone is unknown (section 3.3); UTC is what it is written in
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
        return moment if moment.astimezone(UTC).year in _YEARS else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _read_date(text: str) -> datetime:
    found = _DATE.fullmatch(text.strip())
    if not found:
        from email.utils import parsedate_to_datetime

        return parsedate_to_datetime(text)
    day, month, year, hour, minute, second, sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    zone = timezone(-offset if sign == "-" else offset)
    return datetime(int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second), tzinfo=zone)
