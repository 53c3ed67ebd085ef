"""`value; name=value` of Content-Type and Content-Disposition (RFC 2045, 2183, 2231), in linear time.

By hand: `email.message` counts quotes anew for each semicolon, and raises on names that claim a broken character set.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from mdtickets.domain.plain import plain_line
from mdtickets.mail.charset import decode
from mdtickets.mail.words import MAX_VALUE, decode_words, header_text

MAX_PARAMETERS = 100
_SHORT = 100  # bytes of a field that is remembered: most parts say the same few words

_PARAMETER = re.compile(r"""\s*([^=;\s"]++)\s*=\s*(?:"((?:[^"\\]|\\.)*+)"?|([^;]*+))""", re.DOTALL)
# Only these two: programs write Windows paths with single backslashes, and the last part of one is a name.
_ESCAPED = re.compile(r"\\([\\\"])")
_SECTION = re.compile(r"([^*]++)(?:\*([0-9]{1,3}))?(\*)?\Z")


def parse_parameters(raw: bytes) -> tuple[str, Mapping[str, str]]:
    """The value in lower case, and its parameters: lower-case names, decoded values of one line each."""
    return _parse_short(raw) if len(raw) <= _SHORT else _parse(raw)


@lru_cache(maxsize=128)
def _parse_short(raw: bytes) -> tuple[str, Mapping[str, str]]:
    return _parse(raw)


def _parse(raw: bytes) -> tuple[str, dict[str, str]]:
    text = header_text(raw[:MAX_VALUE])
    value, _, rest = text.partition(";")
    sections: dict[str, dict[int, tuple[str, bool]]] = {}
    position = 0
    for _ in range(MAX_PARAMETERS):
        if not rest[position:].strip():
            break
        if match := _PARAMETER.match(rest, position):
            quoted = match[2]
            found = match[3].strip() if quoted is None else _ESCAPED.sub(r"\1", quoted)
            _keep(sections, match[1].lower(), found)
            position = match.end()
        semicolon = rest.find(";", position)
        if semicolon < 0:
            break
        position = semicolon + 1
    return plain_line(value).strip().lower(), {name: _join(found) for name, found in sections.items()}


def _keep(sections: dict[str, dict[int, tuple[str, bool]]], name: str, value: str) -> None:
    """Note one parameter or one section of a continued one (RFC 2231 section 3); the first of a kind counts."""
    match = _SECTION.match(name)
    if not match:
        return
    extended = match[3] is not None
    number = int(match[2] or 0)
    known = sections.setdefault(match[1], {})
    # name*=utf-8''… beside name=… is the better one of the two (RFC 6266 section 4.3 says so for HTTP)
    if number not in known or (extended and not known[number][1]):
        known[number] = (value, extended)


def _join(sections: dict[int, tuple[str, bool]]) -> str:
    ordered = [sections[number] for number in sorted(sections)]
    if not any(extended for _, extended in ordered):
        return plain_line(decode_words("".join(value for value, _ in ordered)))
    charset = ""
    first, extended = ordered[0]
    if extended and first.count("'") >= 2:
        charset, _, first = first.split("'", 2)
        ordered[0] = (first, True)
    data = b"".join(_bytes_of(value) if extended else value.encode(errors="replace") for value, extended in ordered)
    return plain_line(decode(data, charset or "utf-8").text)


def _bytes_of(value: str) -> bytes:
    return unquote_to_bytes(value.encode(errors="replace"))
