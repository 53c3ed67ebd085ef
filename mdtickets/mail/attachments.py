"""What came with a mail, and its bytes."""

from collections.abc import Iterator

from mdtickets.domain.incoming import Attachment
from mdtickets.mail.body import decode_part
from mdtickets.mail.contents import contents, first_html
from mdtickets.mail.defects import Defects
from mdtickets.mail.mime import Part, read_inner_fields, read_mail
from mdtickets.mail.words import decode_header

MAX_NAME = 1000  # characters


def extract(raw: bytes) -> Iterator[tuple[Attachment, bytes]]:
    """The attachments of a whole mail with their decoded bytes, in the order of `Incoming.attachments`. Never raises.

    One is decoded at a time, so a mail of 64 MB takes its own memory and that of its largest attachment.
    A name is the sender's word; `domain.filename` makes a file's name of it.
    """
    for part in contents(read_mail(raw, Defects())).attachments:
        attachment, data, _ = describe(part)
        yield attachment, data


def find_html(raw: bytes) -> str | None:
    """The HTML that a mail program with a browser would show, None when the mail has none. A stranger wrote it."""
    part = first_html(read_mail(raw, Defects()))
    return decode_part(part, Defects()) if part else None


def describe(part: Part) -> tuple[Attachment, bytes, str]:
    """A part as an attachment, its decoded bytes, and in words what was wrong with their encoding.

    An enclosed mail without a name is called by its subject.
    """
    data, wrong = part.payload()
    name = part.filename
    if not name and part.type == "message/rfc822":
        subject = decode_header(read_inner_fields(data).first("subject"))
        name = f"{subject}.eml" if subject else ""
    return Attachment(name=name[:MAX_NAME], type=part.type, size=len(data)), data, wrong
