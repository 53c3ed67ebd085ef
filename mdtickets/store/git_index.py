"""Git's index, version 4, with some entries changed: gitformat-index(5). Reads and writes bytes, never a file.

What it meets that it does not know (conflicts, sparse or split indexes, other versions) it leaves to git.
"""

import os
import struct
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from msgspec import Struct, msgpack

from mdtickets.store.blobs import git_digest
from mdtickets.store.git_index_extensions import revise_extensions
from mdtickets.store.git_index_map import (
    HEADING,
    ID_AT,
    LONGEST_LENGTH,
    SECOND,
    SIGNATURE,
    VERSION,
    IndexMap,
    Stretch,
    read_map,
    read_stretch,
)
from mdtickets.store.git_numbers import write_offset
from mdtickets.store.git_plain import NotPlainError

_STAT: Final = struct.Struct(">10I")
_WORD = 0xFFFFFFFF
_SIZE: Final = slice(36, 40)  # of the file
_NANOSECONDS = 1_000_000_000
_LONGEST_STRETCH = 256  # entries; beyond it the map is made anew

# The fixed part of an entry that is to be at a path; None: the path goes.
Change = bytes | None


class Entry(Struct, frozen=True):
    """An entry as the index has it."""

    name: bytes
    fixed: bytes

    @property
    def size(self) -> int:
        """The file's bytes when git last looked."""
        return int.from_bytes(self.fixed[_SIZE], "big")

    @property
    def blob(self) -> str:
        """The object's id in hex."""
        return self.fixed[ID_AT:-2].hex()


class Revised(Struct, frozen=True):
    """The bytes of an index, and what to note beside it."""

    data: bytes
    noted: bytes


def fixed_part(name: bytes, mode: bytes, blob: str, status: os.stat_result | None) -> bytes:
    """All of an entry but its name. Without `status` git will compare the file's bytes when it next looks."""
    words = [0] * 10
    if status:
        times = (*divmod(status.st_ctime_ns, _NANOSECONDS), *divmod(status.st_mtime_ns, _NANOSECONDS))
        words = [*times, status.st_dev, status.st_ino, 0, status.st_uid, status.st_gid, status.st_size]
    words[6] = int(mode, 8)
    stat = _STAT.pack(*(word & _WORD for word in words))
    return stat + bytes.fromhex(blob) + min(len(name), LONGEST_LENGTH).to_bytes(2, "big")


def revise_index(
    data: bytes,
    noted: bytes,
    changes: Mapping[bytes, Change],
    *,
    second: int,
    digest_size: int,
    is_edited: Callable[[Entry], bool],
) -> Revised:
    """The index with these changes. Raises NotPlainError when it is git's to make them.

    `noted` is what was noted beside it. `second` is that of the index file's last change. An entry whose file was
    changed in that second or later may hide an edit, which the index's new time would hide for ever: `is_edited` tells,
    and such an entry forgets the size, as git does it.
    """
    old = _Old(data, read_map(data, noted, second, digest_size), digest_size)
    young = [entry for entry in old.young(second) if entry.name not in changes]
    smudged = {entry.name: _without_size(entry.fixed) for entry in young if is_edited(entry)}
    came = [name for name, fixed in changes.items() if fixed is not None and not old.has(name)]
    gone = {name for name, fixed in changes.items() if fixed is None and not old.has(name)}
    real = {name: fixed for name, fixed in changes.items() if name not in gone}
    if any(old.is_in_the_way(name) for name in came):
        raise NotPlainError
    went = sum(fixed is None for fixed in real.values())
    pieces = list(_revise_stretches(old, {**smudged, **real}))
    extensions = revise_extensions(old.extensions, real, digest_size, same_names=not came and not went)
    heading = HEADING.pack(SIGNATURE, VERSION, old.count + len(came) - went)
    body = b"".join((heading, *pieces, extensions))
    checksum = git_digest(body, 2 * digest_size).digest()
    known = [*(entry.name for entry in young), *(name for name, fixed in real.items() if fixed is not None)]
    return Revised(body + checksum, _note(old, pieces, checksum, known))


class _Old:
    """The index as it was, read where it is asked for."""

    def __init__(self, data: bytes, index_map: IndexMap, digest_size: int) -> None:
        self.data = data
        self.map = index_map
        self.extensions = data[index_map.end : -digest_size]
        self.count: int = HEADING.unpack_from(data)[2]
        self.fixed_size = ID_AT + digest_size + 2
        self._digest_size = digest_size
        self._stretches: dict[int, Stretch] = {}

    def stretch(self, number: int) -> Stretch:
        if number not in self._stretches:
            self._stretches[number] = read_stretch(self.data, self.map, number, self._digest_size)
        return self._stretches[number]

    @property
    def longest(self) -> int:
        """The entries of the longest stretch that was read."""
        return max((len(stretch.names) for stretch in self._stretches.values()), default=0)

    def fixed(self, start: int) -> bytes:
        return self.data[start : start + self.fixed_size]

    def young(self, second: int) -> Iterator[Entry]:
        """Entries whose files were changed in that second or later."""
        since = second.to_bytes(4, "big")
        for name in self.map.young:
            stretch = self.stretch(self.map.number_of(name))
            at, is_there = stretch.find(name)
            fixed = self.fixed(stretch.starts[at]) if is_there else b""
            if fixed[SECOND] >= since:
                yield Entry(name, fixed)

    def has(self, name: bytes) -> bool:
        number = self.map.number_of(name)
        return number >= 0 and self.stretch(number).find(name)[1]

    def is_in_the_way(self, name: bytes) -> bool:
        """Whether a file is where the name needs a directory, or the other way round; or it would be the first."""
        below = name + b"/"
        number = self.map.number_of(below)
        if number < 0 or self.map.number_of(name) < 0:
            return True
        stretch = self.stretch(number)
        at = stretch.find(below)[0]
        rest = stretch.names[at:] or [place[1] for place in self.map.places[number + 1 : number + 2]]
        if rest and rest[0].startswith(below):
            return True
        parts = name.split(b"/")
        return any(self.has(b"/".join(parts[:depth])) for depth in range(1, len(parts)))


def _revise_stretches(old: _Old, changes: Mapping[bytes, Change]) -> Iterator[bytes]:
    """All stretches, each with its changes."""
    per_stretch: dict[int, dict[bytes, Change]] = defaultdict(dict)
    for name, fixed in sorted(changes.items()):
        per_stretch[old.map.number_of(name)][name] = fixed
    last: bytes | None = None  # the name before a stretch, where it is another than it was
    for number in range(len(old.map.places)):
        if number not in per_stretch and last is None:
            start, end = old.map.bounds(number)
            yield old.data[start:end]
            continue
        stretch = old.stretch(number)
        piece, last = _revise(old, stretch, per_stretch.get(number, {}), last)
        if last == stretch.names[-1]:
            last = None
        yield piece


def _revise(
    old: _Old, stretch: Stretch, changes: Mapping[bytes, Change], last: bytes | None
) -> tuple[bytes, bytes | None]:
    """A stretch with its changes, and its last name. `last` is the name before it, None = as before."""
    pieces: list[bytes] = []
    done = 0
    for name, fixed in changes.items():
        at, is_there = stretch.find(name)
        pieces.append(_copy(old, stretch, done, at, last))
        last = stretch.names[at - 1] if at > done else last
        if not at and not (is_there and fixed):
            raise NotPlainError
        if fixed and last is None:
            pieces.append(fixed + old.data[stretch.starts[0] + old.fixed_size : stretch.starts[1]])
        elif fixed:
            pieces.append(_encode(fixed, name, last or b""))
        last = name if fixed else last
        done = at + is_there
    pieces.append(_copy(old, stretch, done, len(stretch.names), last))
    return b"".join(pieces), stretch.names[-1] if done < len(stretch.names) else last


def _copy(old: _Old, stretch: Stretch, first: int, end: int, after: bytes | None) -> bytes:
    """The entries from `first` up to `end`, the first of them told by its difference from `after`."""
    if first == end:
        return b""
    starts = stretch.starts
    if after is None or (first and after == stretch.names[first - 1]):
        return old.data[starts[first] : starts[end]]
    head = _encode(old.fixed(starts[first]), stretch.names[first], after)
    return head + old.data[starts[first + 1] : starts[end]]


def _encode(fixed: bytes, name: bytes, after: bytes) -> bytes:
    common = 0
    for one, other in zip(name, after, strict=False):
        if one != other:
            break
        common += 1
    return fixed + write_offset(len(after) - common) + name[common:] + b"\0"


def _note(old: _Old, pieces: list[bytes], checksum: bytes, young: list[bytes]) -> bytes:
    """The map of the index that these stretches make; nothing when it is to be made anew."""
    if old.longest > _LONGEST_STRETCH:
        return b""
    at = HEADING.size
    places: list[tuple[int, bytes]] = []
    for (_start, name), piece in zip(old.map.places, pieces, strict=True):
        places.append((at, name))
        at += len(piece)
    return msgpack.encode(IndexMap(checksum, at, places, young))


def _without_size(fixed: bytes) -> bytes:
    return fixed[: _SIZE.start] + bytes(4) + fixed[_SIZE.stop :]
