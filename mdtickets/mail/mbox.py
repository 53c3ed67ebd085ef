"""The mbox format: `From ` lines between mails, and `>` before what looks like one in a mail. Written as mboxrd.

See https://www.loc.gov/preservation/digital/formats/fdd/fdd000385.shtml and RFC 4155.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from mmap import mmap

from msgspec import Struct

Buffer = bytes | mmap

_LIKE_FROM = re.compile(rb"^(?=>*From )", re.MULTILINE)
_QUOTED = re.compile(rb"^>(?=>*From )", re.MULTILINE)
_RAW_FROM = re.compile(rb"^From ", re.MULTILINE)
# It must have a time: in the dialects that quote by chance alone, sentences begin so.
_SEPARATOR = re.compile(
    rb"From [^\n]{0,400}?([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d:\d\d(?::\d\d)?)"
    rb"(?: [+\-A-Z0-9]{1,6})? (\d{4})[^\n]{0,100}\n"
)
_EMPTY_LINES = re.compile(rb"(?:\r?\n)*")
_HEAD = re.compile(rb"(?:[^\n]+\n)*?\r?\n")
_CONTENT_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,12})[ \t]*\r?$", re.MULTILINE | re.IGNORECASE)
_LONGEST_HEAD = 1 << 18
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def format_mbox_mail(chunks: Iterable[bytes], at: datetime) -> Iterator[bytes]:
    """One mail as it stands in an mbox file: taking one `>` off each quoted line gives its bytes back.

    `at` is when it was received. A mail that does not end with a line end gets one.
    """
    yield _separator(at)
    end = b"\n"
    for piece in _quoted(chunks):
        yield piece
        end = piece[-1:]
    yield b"\n" if end == b"\n" else b"\n\n"


def _separator(at: datetime) -> bytes:
    """Nobody is named in it: the envelope's sender is not kept, and `From:` may name anybody."""
    # no strftime: its names are those of the user's language
    utc = at.astimezone(UTC)
    day = f"{_DAYS[utc.weekday()]} {_MONTHS[utc.month - 1]} {utc.day:2}"
    return f"From MAILER-DAEMON {day} {utc:%H:%M:%S} {utc.year:04}\n".encode("ascii")


def _quoted(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        # whole lines only: a line may be cut anywhere
        data = rest + chunk
        end = data.rfind(b"\n") + 1
        rest = data[end:]
        if end:
            yield _LIKE_FROM.sub(b">", data[:end])
    if rest:
        yield _LIKE_FROM.sub(b">", rest)


class MboxMail(Struct, frozen=True, kw_only=True):
    """Where one mail stands in an mbox file."""

    start: int  # behind its separator
    end: int
    at: datetime | None  # of the separator, which names no zone: as UTC
    is_quoted: bool  # whether a `>` is to be taken from its `>From ` lines


def split_mbox(data: Buffer) -> Iterator[MboxMail]:
    """The mails of an mbox file of any dialect: mboxo, mboxrd, mboxcl, mboxcl2.

    A Content-Length counts where the file goes on behind it as it should; else a mail ends before the next separator
    that follows an empty line.
    """
    separator = _SEPARATOR.match(data)
    while separator:
        start = separator.end()
        counted = _counted_end(data, start)
        following = _following(data, start if counted is None else counted)
        end = counted
        if end is None:
            end = _without_empty_line(data, following.start() if following else len(data))
        is_quoted = counted is None or not _RAW_FROM.search(data, start, counted)
        yield MboxMail(start=start, end=max(start, end), at=_moment(separator), is_quoted=is_quoted)
        separator = following


def unquoted(raw: bytes) -> bytes:
    """A mail without the `>` that mbox puts before lines which look like a separator."""
    return _QUOTED.sub(b"", raw)


def _following(data: Buffer, place: int) -> re.Match[bytes] | None:
    """The next separator: at the very place behind a counted mail, else behind an empty line."""
    after = _EMPTY_LINES.match(data, place)
    here = _SEPARATOR.match(data, after.end() if after else place)
    return here or _behind_empty_line(data, place)


def _behind_empty_line(data: Buffer, place: int) -> re.Match[bytes] | None:
    # a look for these bytes goes through gigabytes far quicker than a pattern
    found = data.find(b"\nFrom ", place)
    while found >= 0:
        is_behind = data[found - 1 : found] == b"\n" or data[found - 2 : found] == b"\n\r"
        separator = _SEPARATOR.match(data, found + 1) if is_behind else None
        if separator:
            return separator
        found = data.find(b"\nFrom ", found + 1)
    return None


def _counted_end(data: Buffer, start: int) -> int | None:
    """Where the mail ends by its Content-Length, None when it has none that is right."""
    head = _HEAD.match(data, start, start + _LONGEST_HEAD)
    found = _CONTENT_LENGTH.search(head[0]) if head else None
    if head is None or found is None:
        return None
    end = head.end() + int(found[1])
    if end > len(data):
        return None
    after = _EMPTY_LINES.match(data, end)
    behind = after.end() if after else end
    is_line = data[behind - 1 : behind] == b"\n"
    return end if behind == len(data) or (is_line and _SEPARATOR.match(data, behind)) else None


def _without_empty_line(data: Buffer, end: int) -> int:
    if data[end - 3 : end] == b"\n\r\n":
        return end - 2
    return end - 1 if data[end - 2 : end] == b"\n\n" else end


def _moment(separator: re.Match[bytes]) -> datetime | None:
    month, day, clock, year = (separator[place].decode("ascii") for place in range(1, 5))
    hour, minute, second = (int(part) for part in f"{clock}:00".split(":")[:3])
    try:
        return datetime(int(year), 1 + _MONTHS.index(month), int(day), hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
