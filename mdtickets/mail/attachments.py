"""The files that came with a mail, decoded."""

from collections.abc import Iterator

from mdtickets.domain.incoming import Attachment
from mdtickets.mail.body import decode_part
from mdtickets.mail.contents import contents, first_html
from mdtickets.mail.defects import Defects
from mdtickets.mail.mime import read_mail


def extract(raw: bytes) -> Iterator[tuple[Attachment, bytes]]:
    """Each attachment with its bytes, in the order of `Incoming.attachments`. Never raises; names are the sender's."""
    for part in contents(read_mail(raw, Defects())).attachments:
        data, _wrong = part.payload()
        yield Attachment(name=part.filename, type=part.type, size=len(data)), data


def find_html(raw: bytes) -> str | None:
    """The HTML that a mail program with a browser would show, None when the mail has none. A stranger wrote it."""
    part = first_html(read_mail(raw, Defects()))
    return decode_part(part, Defects()) if part else None
