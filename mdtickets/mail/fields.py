"""The header block of a mail or part, split into fields (RFC 5322 section 2.2), in linear time.

By hand, because `email.feedparser` needs seconds for what a stranger can send in 4 MB (4.6 s and 180 MB for a million
short fields, 2.6 s for newlines alone), and this is the path of every mail.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct, field

from mdtickets.mail.defects import Defects

MAX_BLOCK = 1 << 20  # bytes of header that are looked at
MAX_FIELDS = 500

_END = re.compile(rb"\n\r*\n")
_EMPTY_LINE = re.compile(rb"\r*\n")
_FOLD = re.compile(rb"\n[ \t]+")
_LINE = re.compile(rb"[^\n]*\n?")
_NAME = re.compile(rb"([!-9;-~]{1,100})[ \t]*:")  # obs-optional allows the space (section 4.5.8)
_FIELD = re.compile(rb"^([!-9;-~]{1,100})[ \t]*:([^\n]*)$", re.MULTILINE)
# The line that mbox programs put above a mail, and leave among its fields: sender and time. It carries nothing.
_MBOX_LINE = re.compile(rb">?From \S{1,1000} [^\n]{0,100}?[0-9]:[0-9]{2}")


class Fields(Struct, frozen=True):
    """The fields of one header block in order: lower-case names, unfolded undecoded values."""

    items: tuple[tuple[str, bytes], ...] = ()
    by_name: Mapping[str, list[bytes]] = field(default_factory=dict)
    size: int = 0  # bytes of the block: no value is longer

    def first(self, name: str) -> bytes:
        """The first value of a field, b"" when there is none."""
        values = self.by_name.get(name)
        return values[0] if values else b""

    def all(self, name: str) -> list[bytes]:
        """Every value of a field."""
        return self.by_name.get(name, [])


def mbox_line(source: bytes) -> int:
    """How long the line is that mbox programs put above a mail; 0 when the first line is none.

    Some write `From ` alone: then a field must follow, or it may be a text that begins so.
    """
    if not source.startswith(b"From "):
        return 0
    end = (source.find(b"\n") + 1) or len(source)
    return end if _MBOX_LINE.match(source) or _NAME.match(source, end) else 0


def read_fields(source: bytes, start: int, end: int, defects: Defects) -> tuple[Fields, int]:
    """The fields of the block that begins at `start`, and where the body behind it begins.

    A line that cannot be a field ends the block, as in every MTA; the body then begins with that line.
    """
    empty = _EMPTY_LINE.match(source, start, end)
    if empty or start >= end:
        return Fields(), empty.end() if empty else end
    found = _END.search(source, start, end)
    block_end, body = (found.start() + 1, found.end()) if found else (end, end)
    if block_end - start > MAX_BLOCK:
        defects.add(f"The header is longer than {MAX_BLOCK >> 10} KB; the rest of it was not looked at.")
        block_end = start + MAX_BLOCK
    return _split(source[start:block_end], start, body, defects)


def _split(block: bytes, start: int, body: int, defects: Defects) -> tuple[Fields, int]:
    lines = block.replace(b"\r\n", b"\n")
    if b"\r" in lines:
        defects.add("There is a bare CR in the header.")
    unfolded = _FOLD.sub(b" ", lines)
    found = _FIELD.findall(unfolded)
    if len(found) <= MAX_FIELDS and len(found) == unfolded.count(b"\n") + (not unfolded.endswith(b"\n")):
        return _as_fields([(_field_name(name), value.strip()) for name, value in found], len(block)), body
    return _split_one_by_one(block, unfolded, start, body, defects)


def _split_one_by_one(block: bytes, unfolded: bytes, start: int, body: int, defects: Defects) -> tuple[Fields, int]:
    """The fields of a block in which not every line is one."""
    items: list[tuple[str, bytes]] = []
    for line in unfolded.split(b"\n"):
        match = _NAME.match(line)
        if not match:
            if _is_harmless(line):
                continue
            body = start + _first_wrong_line(block)
            if items:
                defects.add("A line of the header is no field; what follows it was read as text.")
            break
        if len(items) == MAX_FIELDS:
            defects.add(f"The header has more than {MAX_FIELDS} fields; the rest of them was not looked at.")
            break
        items.append((_field_name(match[1]), line[match.end() :].strip()))
    return _as_fields(items, len(block)), body


def _as_fields(items: list[tuple[str, bytes]], size: int) -> Fields:
    by_name: dict[str, list[bytes]] = {}
    for name, value in items:
        if name in by_name:
            by_name[name].append(value)
        else:
            by_name[name] = [value]
    return Fields(tuple(items), by_name, size)


@lru_cache(maxsize=256)  # mail has the same thirty names
def _field_name(raw: bytes) -> str:
    return raw.decode("ascii").lower()


def _is_harmless(line: bytes) -> bool:
    return not line.strip() or line.startswith((b" ", b"\t")) or _MBOX_LINE.match(line) is not None


def _first_wrong_line(block: bytes) -> int:
    for line in _LINE.finditer(block):
        if not _NAME.match(line[0]) and not _is_harmless(line[0]):
            return line.start()
    return len(block)
