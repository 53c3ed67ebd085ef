"""Where the entries of an index are, kept beside it: what would be found out anew by reading all of them.

The index of version 4 tells each name by its difference from the one before, so it can only be read from its beginning.
Every 64th entry is noted here with its name. The index's own checksum says whether the notes are about it.
"""

import re
import struct
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate
from operator import ge
from typing import Final

from msgspec import MsgspecError, Struct, msgpack

from mdtickets.store.git_numbers import read_offset
from mdtickets.store.git_plain import NotPlainError

HEADING: Final = struct.Struct(">4sII")
SIGNATURE: Final = b"DIRC"
VERSION: Final = 4

ID_AT: Final = 40  # in an entry: where the object's id is
LONGEST_LENGTH: Final = 0xFFF  # … the length of its name, as far as it tells it
SECOND: Final = slice(8, 12)  # … and the second of the file's last change

_EACH = 64
_CONTINUED = bytes(range(128, 256))  # bytes of a number that goes on
_SEVEN_BITS = 127


class IndexMap(Struct, frozen=True, array_like=True):
    """What is known of an index without reading its entries."""

    checksum: bytes
    end: int  # of the entries
    places: list[tuple[int, bytes]]  # where some of them begin, and their names
    young: list[bytes]  # names of entries whose files may be as young as the index

    def number_of(self, name: bytes) -> int:
        """The stretch that a name is in, or would be; negative before the first."""
        return bisect_right(self.places, name, key=lambda place: place[1]) - 1

    def bounds(self, number: int) -> tuple[int, int]:
        """Where a stretch begins and ends."""
        following = number + 1
        return self.places[number][0], self.places[following][0] if following < len(self.places) else self.end


class Stretch(Struct, frozen=True):
    """Some entries on end: their names, and where each begins."""

    names: list[bytes]
    starts: list[int]  # one more: where the last ends

    def find(self, name: bytes) -> tuple[int, bool]:
        """Where a name is or would be, and which of the two."""
        at = bisect_left(self.names, name)
        return at, at < len(self.names) and self.names[at] == name


def read_map(data: bytes, noted: bytes, second: int, digest_size: int) -> IndexMap:
    """The map of this index: as noted, if that is about it, or made by reading it.

    Raises NotPlainError for an index that is git's alone to change.
    """
    checksum = data[-digest_size:]
    try:
        found = msgpack.decode(noted, type=IndexMap)
    except MsgspecError:
        return _make_map(data, second, digest_size)
    is_about_it = found.checksum == checksum and any(checksum) and found.places
    return found if is_about_it else _make_map(data, second, digest_size)


def read_stretch(data: bytes, index_map: IndexMap, number: int, digest_size: int) -> Stretch:
    """The entries from one noted place to the next. Raises NotPlainError when the notes are not true."""
    at, end = index_map.bounds(number)
    fixed = ID_AT + digest_size + 2
    names: list[bytes] = []
    starts: list[int] = []
    name = b""
    while at < end:
        stop = data.find(b"\0", at + fixed + 1)
        entry = data[at:stop]
        name = _name(entry, name, fixed) if names else _noted_name(entry, index_map.places[number][1], fixed)
        names.append(name)
        starts.append(at)
        if stop < 0:
            raise NotPlainError
        at = stop + 1
    starts.append(at)
    if at != end or any(map(ge, names, names[1:])):
        raise NotPlainError
    return Stretch(names, starts)


def _make_map(data: bytes, second: int, digest_size: int) -> IndexMap:
    if len(data) < HEADING.size + digest_size:
        raise NotPlainError
    signature, version, count = HEADING.unpack_from(data)
    if signature != SIGNATURE or version != VERSION or not count:
        raise NotPlainError
    fixed = ID_AT + digest_size + 2
    entries = _split(data, fixed)[:count]
    lengths = list(accumulate(map(len, entries), initial=HEADING.size))
    names = _names(entries, fixed)
    end = lengths[-1] + len(entries)  # each has a NUL at its end
    if len(entries) != count or end > len(data) - digest_size or any(map(ge, names, names[1:])):
        raise NotPlainError
    since = second.to_bytes(4, "big")
    return IndexMap(
        checksum=data[-digest_size:],
        end=end,
        places=[(lengths[at] + at, names[at]) for at in range(0, count, _EACH)],
        young=[names[at] for at, entry in enumerate(entries) if entry[SECOND] >= since],
    )


def _split(data: bytes, fixed: int) -> list[bytes]:
    """All entries, each without the NUL at its end, and maybe rubbish after them.

    One with a conflict or with extended flags (0x70 of the flags' first byte) is none: it leaves a gap, after which
    nothing fits any more.
    """
    entry = rb"(?s)(.{%d}[\0-\x0f\x80-\x8f].[\x80-\xff]*[\0-\x7f][^\0]*)\0" % (fixed - 2)
    return re.findall(entry, data[HEADING.size :])


def _names(entries: Sequence[bytes], fixed: int) -> list[bytes]:
    names: list[bytes] = []
    name = b""
    after = fixed + 1
    for entry in entries:
        dropped = entry[fixed]
        if dropped > _SEVEN_BITS or dropped > len(name):
            name = _name(entry, name, fixed)
        else:
            name = name[: len(name) - dropped] + entry[after:]
        names.append(name)
    return names


def _name(entry: bytes, before: bytes, at: int) -> bytes:
    """An entry's name: how many bytes of the one before it are dropped, and what follows."""
    dropped, at = read_offset(entry, at)
    if dropped > len(before):
        raise NotPlainError
    return before[: len(before) - dropped] + entry[at:]


def _noted_name(entry: bytes, name: bytes, fixed: int) -> bytes:
    """A name as it is noted, if the entry does not contradict it."""
    length = int.from_bytes(entry[fixed - 2 : fixed], "big") & LONGEST_LENGTH
    if length != min(len(name), LONGEST_LENGTH) or not name.endswith(entry[fixed:].lstrip(_CONTINUED)[1:]):
        raise NotPlainError
    return name
