"""Header values as text: raw 8-bit bytes, and encoded words (RFC 2047) as broken as mail programs write them."""

import binascii
import re
from collections.abc import Sequence

from mdtickets.domain.plain import plain_line
from mdtickets.mail.charset import decode
from mdtickets.mail.transfer import decode_base64

MAX_VALUE = 8192  # bytes of one field that become text

# The charset may carry a language (RFC 2231 section 5).
_OPENING = re.compile(r"=\?([A-Za-z0-9._:+'-]{1,60})(?:\*[A-Za-z0-9-]{0,60})?\?([bBqQ])\?")


def decode_header(raw: bytes) -> str:
    """A field's value as one line of plain text, decoded as far as its bytes allow; at most 8 KB of it."""
    if raw.isascii() and b"=?" not in raw:
        text = raw[:MAX_VALUE].decode("ascii")
        if text.isprintable():
            return text.strip()
    return plain_line(decode_words(header_text(raw[:MAX_VALUE]))).strip()


def decode_headers(values: Sequence[bytes]) -> list[str]:
    """`decode_header` of each: those that are plain ASCII are looked at together."""
    try:
        texts = b"\n".join(values).decode("ascii")
    except UnicodeDecodeError:
        return [decode_header(value) for value in values]
    lines = texts.split("\n")
    if len(lines) != len(values) or len(texts) > MAX_VALUE or not texts.replace("\n", "").isprintable():
        return [decode_header(value) for value in values]
    return [decode_header(value) if "=?" in line else line.strip() for line, value in zip(lines, values, strict=True)]


def header_text(raw: bytes) -> str:
    """A field's bytes as text, encoded words left as they are. 8-bit is UTF-8, as RFC 6532 says, or a guess."""
    if raw.isascii() and b"\x1b" not in raw:
        return raw.decode("ascii")
    return decode(raw, "").text


def decode_words(text: str) -> str:
    """The text with every encoded word decoded, also in places where none may stand.

    The bytes of neighbouring words of one charset are joined first, because many programs split a character in two.
    """
    if "=?" not in text:
        return text
    pieces: list[str] = []
    charset, data = "", b""  # of the words that are still being joined
    position = 0
    for opening in _OPENING.finditer(text):
        closing = text.find("?=", opening.end())
        if closing < 0:
            break
        if opening.start() < position:
            continue
        between = text[position : opening.start()]
        if data and (opening[1] != charset or not (between == "" or between.isspace())):
            pieces.append(decode(data, charset).text)
            data = b""
        if not data and (position == 0 or not between.isspace()):
            pieces.append(between)
        charset = opening[1]
        data += _undo(opening[2], text[opening.end() : closing])
        position = closing + 2
    pieces.append(decode(data, charset).text)
    return "".join(pieces) + text[position:]


def _undo(encoding: str, text: str) -> bytes:
    data = text.encode(errors="replace")
    return decode_base64(data)[0] if encoding in "bB" else binascii.a2b_qp(data, header=True)
