"""The HTML of a mail as it was sent, for a browser."""

from mdtickets.mail.body import decode_part
from mdtickets.mail.contents import first_html
from mdtickets.mail.defects import Defects
from mdtickets.mail.mime import read_mail


def find_html(raw: bytes) -> str | None:
    """The decoded HTML part of a mail; None when it has none. Never raises."""
    part = first_html(read_mail(raw, Defects()))
    return decode_part(part, Defects()) if part else None
