"""One received mail as a value: what the parser could make of its bytes."""

from datetime import datetime

from msgspec import Struct

from mdtickets.domain.model import Address


class Attachment(Struct, frozen=True, kw_only=True):
    """A part of a mail that is not its text. `name` is the sender's word: data, never a path."""

    name: str
    type: str  # lower-case media type, application/octet-stream when unknown
    size: int  # decoded bytes


class Incoming(Struct, frozen=True, kw_only=True):
    """What a mail says, every field filled as far as its bytes allow.

    All text is decoded and free of control characters (tab and newline stay in bodies).
    Message-IDs are kept without angle brackets. Lists are in the order of the mail.
    """

    sha256: str  # 64 lower-case hex digits of the raw bytes
    size: int  # bytes
    headers: tuple[tuple[str, str], ...] = ()  # (lower-case name, decoded value), bounded in number and length
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    author: Address | None = None  # the first mailbox of From
    sender: Address | None = None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    return_path: str | None = None  # "" is the null path <>, None is no such header
    subject: str = ""
    date: datetime | None = None  # aware; None when missing or impossible
    content_type: str = "text/plain"  # of the whole mail
    report_type: str = ""  # of multipart/report
    language: str = ""  # "de", "en" or "": Content-Language, else guessed from the new text
    language_from: str = ""  # "Content-Language", "the text" or ""
    body: str = ""  # the text for reading, quotes included
    new_text: str = ""  # the body without quoted text and signature
    attachments: tuple[Attachment, ...] = ()
    bounced_message_id: str = ""  # of the mail that a delivery report returns
    delivery_action: str = ""  # Action of a delivery report in lower case: failed, delayed, delivered …
    delivery_detail: str = ""  # its recipient and diagnostic, for people
    defects: tuple[str, ...] = ()  # one sentence each

    def header(self, name: str) -> str | None:
        """The first value of a header, or None when the mail has none of that name."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key == wanted), None)

    def all_headers(self, name: str) -> tuple[str, ...]:
        """Every value of a header, in order."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key == wanted)

    @property
    def recipients(self) -> tuple[Address, ...]:
        """Everybody in To and Cc."""
        return self.to + self.cc
