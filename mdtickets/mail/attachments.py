"""What came with a mail, and its bytes."""

from collections.abc import Iterator

from mdtickets.domain.incoming import Attachment
from mdtickets.mail.body import decode_part
from mdtickets.mail.contents import contents, first_html
from mdtickets.mail.defects import Defects
from mdtickets.mail.mime import read_mail


def extract(raw: bytes) -> Iterator[tuple[Attachment, bytes]]:
    """The attachments of a whole mail with their decoded bytes, in the order of `Incoming.attachments`. Never raises.

    One is decoded at a time, so a mail of 64 MB takes its own memory and that of its largest attachment.
    A name is the sender's word; `domain.filename` makes a file's name of it.
    """
    for part in contents(read_mail(raw, Defects())).attachments:
        data, _ = part.payload()
        yield Attachment(name=part.filename, type=part.type, size=len(data)), data


def find_html(raw: bytes) -> str | None:
    """The HTML that a mail program with a browser would show, None when the mail has none. A stranger wrote it."""
    part = first_html(read_mail(raw, Defects()))
    return decode_part(part, Defects()) if part else None
