"""Values as YAML lines that read back as the same text, whatever a stranger put into them.

Text is written plain only where YAML 1.1 and 1.2 agree that it is text; everything else goes between double quotes with
all that is not printable escaped, so that no control character reaches a reader, a terminal or a diff.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

Value = str | list["Value"] | dict[str, "Value"]

# Letters and digits first, then what means nothing to YAML within a line.
_PLAIN = r"[A-Za-zÀ-ÖØ-öø-ſ][A-Za-z0-9À-ÖØ-öø-ſ ._/@+,()'!?=-]*|[0-9]+ [A-Za-z][A-Za-z0-9 ._-]*"
# What YAML 1.1 takes for a truth value or for nothing.
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


@cache
def _plain() -> re.Pattern[str]:
    """Compiled for the first value: most commands write none, filing writes thirty a mail."""
    return re.compile(_PLAIN)


def scalar(text: str) -> str:
    """One text as a YAML scalar on one line."""
    if _plain().fullmatch(text) and text[-1] != " " and (len(text) > 5 or text.lower() not in _WORDS):
        return text
    return quoted(text)


def quoted(text: str) -> str:
    """One text between double quotes."""
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join(map(_escaped, text)) + '"'


def inline(value: Value, *, flow: bool) -> str | None:
    """A value on one line, or None when it needs lines of its own. `flow`: lists of texts may stand in brackets."""
    if isinstance(value, str):
        return scalar(value)
    if not value:
        return "[]" if isinstance(value, list) else "{}"
    if flow and isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "[" + ", ".join(quoted(item) for item in value if isinstance(item, str)) + "]"
    return None


def mapping_lines(values: Mapping[str, Value], indent: str = "") -> Iterator[str]:
    """One key after the other in block style, without line ends."""
    for key, value in values.items():
        text = scalar(value) if isinstance(value, str) else inline(value, flow=False)
        if text is not None:
            yield f"{indent}{scalar(key)}: {text}"
        else:
            yield f"{indent}{scalar(key)}:"
            yield from block_lines(value, indent + "  ")


def block_lines(value: Value, indent: str) -> Iterator[str]:
    """The lines of a list or mapping that is not empty."""
    if isinstance(value, dict):
        yield from mapping_lines(value, indent)
    elif isinstance(value, list):
        yield from _list_lines(value, indent)


def _list_lines(items: Sequence[Value], indent: str) -> Iterator[str]:
    for item in items:
        text = inline(item, flow=False)
        if text is not None:
            yield f"{indent}- {text}"
        else:
            # a nested value stands on the lines below its dash: no counting of columns
            yield f"{indent}-"
            yield from block_lines(item, indent + "  ")


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:
        return "�"  # half a surrogate pair has no UTF-8
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
