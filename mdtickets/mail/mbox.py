"""The mbox format, dialect mboxrd: `From ` lines between mails, and `>` before what looks like one in a mail.

See https://www.loc.gov/preservation/digital/formats/fdd/fdd000385.shtml and RFC 4155.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

_LIKE_FROM = re.compile(rb"^(?=>*From )", re.MULTILINE)
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
