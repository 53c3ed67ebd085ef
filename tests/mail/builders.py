"""Mails as text, for tests: what stands in the test is what arrives."""

from mdtickets.domain.incoming import Incoming
from mdtickets.mail.parse import parse


def raw_mail(text: str, encoding: str = "utf-8") -> bytes:
    """The bytes of a mail; an indented text in a test begins with a line break, which is not part of it."""
    return text.removeprefix("\n").encode(encoding)


def parsed(text: str) -> Incoming:
    """What the parser makes of it."""
    return parse(raw_mail(text))
