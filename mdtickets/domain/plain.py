"""Text of strangers made safe for a terminal, a log, a commit message and a YAML file.

Replaced are C0, DEL, C1 (a terminal obeys them), the bidirectional controls U+202A-202E and U+2066-2069 (they show a
text in another order than it has, UTR 36), the separators U+2028 and U+2029 (many readers take them for line ends) and
lone surrogates (they cannot be written as UTF-8).
"""

import re

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# Patterns are compiled at their first use, which most commands never come to.
_UNSAFE = "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
_UNSAFE_IN_TEXT = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
_BREAKS = frozenset("\t\n\v\f\r\x85\u2028\u2029")

# Most text is clean, and saying so from its UTF-8 takes a quarter of the time of a search with the class above:
# no byte of C0 or DEL, and none of the bytes that C1 or the others begin with.
_CONTROL_BYTES = bytes(code for code in (*range(32), 127) if code not in b"\t\n")
_SUSPICIOUS_STARTS = (b"\xc2", b"\xe2\x80", b"\xe2\x81")


def plain_line(text: str) -> str:
    """The text as one line: breaks and tabs become spaces, everything else unsafe becomes U+FFFD."""
    if text.isprintable():
        return text
    return re.sub(_UNSAFE, _replace_in_line, text.replace("\r\n", "\n"))


def plain_text(text: str) -> str:
    r"""The text with `\n` as its only line end: newline and tab stay, everything else unsafe is replaced."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if _is_clean(text) else re.sub(_UNSAFE_IN_TEXT, _replace_in_text, text)


def _is_clean(text: str) -> bool:
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return False
    if len(data.translate(None, _CONTROL_BYTES)) != len(data):
        return False
    return text.isascii() or not any(start in data for start in _SUSPICIOUS_STARTS)


def _replace_in_line(match: re.Match[str]) -> str:
    return " " if match[0] in _BREAKS else REPLACEMENT


def _replace_in_text(match: re.Match[str]) -> str:
    if match[0] in {"\u2028", "\u2029", "\x85"}:
        return "\n"
    return " " if match[0] in _BREAKS else REPLACEMENT
