"""One mail of ours before it is bytes."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from mdtickets.domain.model import Address


class AttachedFile(Struct, frozen=True, kw_only=True):
    """A file that goes with a mail. A `message/rfc822` is a whole mail, passed on as it came."""

    name: str
    type: str  # media type
    content: bytes


class Outgoing(Struct, frozen=True, kw_only=True):
    """What a mail of ours says, to whom, and what it answers. Message-IDs are without angle brackets."""

    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()  # in the envelope alone: no header names them
    subject: str
    body: str  # plain text, lines end with \n
    message_id: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    date: datetime  # aware
    headers: tuple[tuple[str, str], ...] = ()  # further ones, in this order
    html: str = ""  # the same text for programs that show HTML; "" = there is none
    attachments: tuple[AttachedFile, ...] = ()

    def with_subject(self, subject: str) -> "Outgoing":
        """The same mail about something else."""
        return replace(self, subject=subject)

    def with_html(self, html: str) -> "Outgoing":
        """The same mail with its text as HTML beside it."""
        return replace(self, html=html)

    def with_files(self, files: tuple[AttachedFile, ...]) -> "Outgoing":
        """The same mail with these files."""
        return replace(self, attachments=files)
