"""The files that came with a mail, decoded."""

from collections.abc import Iterator

from mdtickets.domain.incoming import Attachment
from mdtickets.mail.contents import contents
from mdtickets.mail.defects import Defects
from mdtickets.mail.mime import read_mail


def extract(raw: bytes) -> Iterator[tuple[Attachment, bytes]]:
    """Each attachment with its bytes, in the order of `Incoming.attachments`. Never raises; names are the sender's."""
    for part in contents(read_mail(raw, Defects())).attachments:
        data, _wrong = part.payload()
        yield Attachment(name=part.filename, type=part.type, size=len(data)), data
