"""Header values as text: raw 8-bit bytes, and encoded words (RFC 2047) as broken as mail programs write them."""

import binascii
import re

from mdtickets.domain.plain import plain_line
from mdtickets.mail.charset import decode
from mdtickets.mail.transfer import decode_base64

MAX_VALUE = 8192  # bytes of one field that become text

# The charset may carry a language (RFC 2231 section 5). An = never stands in it, so that the padding of a base64 word
# before its closing ?= is not taken for the beginning of another.
_OPENING = re.compile(r"=\?([A-Za-z0-9._:+'-]{1,60})(?:\*[A-Za-z0-9-]{0,60})?\?([bBqQ])\?")


def decode_header(raw: bytes) -> str:
    """A field's value as one line of plain text, decoded as far as its bytes allow; at most 8 KB of it."""
    return plain_line(decode_words(header_text(raw[:MAX_VALUE]))).strip()


def header_text(raw: bytes) -> str:
    """A field's bytes as text, encoded words left as they are. 8-bit is UTF-8, as RFC 6532 says, or a guess."""
    if raw.isascii() and b"\x1b" not in raw:
        return raw.decode("ascii")
    return decode(raw, "").text


def decode_words(text: str) -> str:
    """The text with every encoded word decoded, also in places where none may stand.

    The bytes of neighbouring words of one charset are joined first, because many programs split a character in two.
    """
    openings = list(_OPENING.finditer(text)) if "=?" in text else []
    if not openings:
        return text
    limits = [match.start() for match in openings[1:]] + [len(text)]
    words = _Words()
    position = 0
    for opening, limit in zip(openings, limits, strict=True):
        closing = text.find("?=", opening.end(), limit)
        if closing < 0:
            continue
        words.add_text(text[position : opening.start()])
        words.add_word(opening[1].lower(), _undo(opening[2], text[opening.end() : closing]))
        position = closing + 2
    words.add_text(text[position:])
    return words.finish()


class _Words:
    """Text under construction: what is decoded, and the bytes of the words that are still being joined."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._charset = ""
        self._data: list[bytes] = []

    def add_text(self, between: str) -> None:
        """Text that is no encoded word; white space between two words is none (section 6.2)."""
        if not self._data or between.strip():
            self._flush()
            self._text.append(between)

    def add_word(self, charset: str, data: bytes) -> None:
        """The bytes of one encoded word."""
        if charset != self._charset:
            self._flush()
        self._charset = charset
        self._data.append(data)

    def finish(self) -> str:
        """All of it."""
        self._flush()
        return "".join(self._text)

    def _flush(self) -> None:
        if self._data:
            self._text.append(decode(b"".join(self._data), self._charset).text)
            self._data = []


def _undo(encoding: str, text: str) -> bytes:
    data = text.encode(errors="replace")
    return decode_base64(data)[0] if encoding in "bB" else binascii.a2b_qp(data, header=True)
