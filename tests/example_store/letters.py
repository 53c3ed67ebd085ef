"""What people write, before a mail program makes a mail of it, and the words mails are made of."""

import base64
import hashlib
import quopri
from datetime import datetime, timedelta, timezone

from msgspec import Struct, field

from tests.example_store.files import File
from tests.example_store.people import Person

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONGEST_ENCODED = 45  # bytes in one encoded word, so that it fits into 75 characters (RFC 2047 section 2)


class Ours(Struct, frozen=True, kw_only=True):
    """A mail of Mustermann Video that somebody answers: what an answer needs to know of it."""

    message_id: str  # without angle brackets
    references: tuple[str, ...] = ()
    subject: str
    text: str
    sender: str  # `Name <address>`
    at: datetime


class Letter(Struct, frozen=True, kw_only=True):
    """One mail as its writer sees it."""

    sender: Person
    to: tuple[str, ...]
    at: datetime
    subject: str
    text: str
    files: tuple[File, ...] = ()
    answers: Ours | None = None
    html_only: bool = False
    cc: tuple[str, ...] = field(default=())

    @property
    def key(self) -> str:
        """Hex digits that are this letter's alone: Message-IDs and boundaries come from them."""
        known = f"{self.sender.address} {self.at.isoformat()} {self.subject}"
        return hashlib.sha256(known.encode()).hexdigest()

    @property
    def date(self) -> str:
        """The Date header, in the writer's own zone."""
        return format_date(self.at, self.sender.hours_east)


def format_date(moment: datetime, hours_east: int = 1) -> str:
    """A date of RFC 5322 section 3.3."""
    local = moment.astimezone(timezone(timedelta(hours=hours_east)))
    day, month = _DAYS[local.weekday()], _MONTHS[local.month - 1]
    return f"{day}, {local.day} {month} {local:%Y %H:%M:%S} +{hours_east:02}00"


def encode_words(text: str) -> str:
    """A header's text as mail programs write it: plain ASCII, else encoded words (RFC 2047)."""
    if text.isascii():
        return text
    words, current = [], ""
    for letter in text:
        if len((current + letter).encode()) > _LONGEST_ENCODED:
            words.append(current)
            current = ""
        current += letter
    return "\n ".join(f"=?UTF-8?B?{base64.b64encode(word.encode()).decode()}?=" for word in [*words, current])


def mailbox(name: str, address: str) -> str:
    """`Name <address>` for a header."""
    return f"{encode_words(name)} <{address}>" if name else address


def quote(text: str) -> str:
    """Every line behind a `>`."""
    return "\n".join(f"> {line}".rstrip() for line in text.rstrip("\n").split("\n"))


def printable(text: str) -> str:
    """Quoted-printable (RFC 2045 section 6.7)."""
    return quopri.encodestring(text.encode()).decode()


def base64_lines(data: bytes) -> str:
    """Base64 in lines of 76 characters."""
    return base64.encodebytes(data).decode()


def part(content_type: str, encoding: str, body: str, *more: str) -> str:
    """One part of a multipart: its header lines, an empty one, its body."""
    lines = [f"Content-Type: {content_type}", f"Content-Transfer-Encoding: {encoding}", *more]
    return "\n".join(lines) + f"\n\n{body}".rstrip("\n") + "\n"


def multipart(boundary: str, *parts: str) -> str:
    """The body of a multipart (RFC 2046 section 5.1)."""
    return "".join(f"--{boundary}\n{each}\n" for each in parts) + f"--{boundary}--\n"
