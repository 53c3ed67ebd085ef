"""Git's index, version 4, with some entries changed: gitformat-index(5). Reads and writes bytes, never a file.

What it meets that it does not know (conflicts, sparse or split indexes, other versions) it leaves to git.
"""

import hashlib
import os
import re
import struct
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from operator import ge
from typing import Final

from msgspec import Struct

from mdtickets.store.git_index_extensions import revise_extensions
from mdtickets.store.git_plain import NotPlainError

_HEADING: Final = struct.Struct(">4sII")
_SIGNATURE, _VERSION = b"DIRC", 4
_STAT: Final = struct.Struct(">10I")
_WORD = 0xFFFFFFFF
_LONGEST = 0xFFF  # the length of a name, as far as an entry tells it
_SHA256_SIZE = 32
_SEVEN_BITS = 127

# Of a fixed part: the second of the file's last change, the file's size, the object's id.
_SECOND: Final = slice(8, 12)
_SIZE: Final = slice(36, 40)
_ID = 40

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
        return self.fixed[_ID:-2].hex()


def fixed_part(name: bytes, mode: bytes, blob: str, status: os.stat_result | None) -> bytes:
    """All of an entry but its name. Without `status` git will compare the file's bytes when it next looks."""
    numbers = (0,) * 10
    if status:
        numbers = (
            *divmod(status.st_ctime_ns, 1_000_000_000),
            *divmod(status.st_mtime_ns, 1_000_000_000),
            *(status.st_dev, status.st_ino, 0, status.st_uid, status.st_gid, status.st_size),
        )
    words = [number & _WORD for number in numbers]
    words[6] = int(mode, 8)
    return _STAT.pack(*words) + bytes.fromhex(blob) + min(len(name), _LONGEST).to_bytes(2, "big")


def revise_index(
    data: bytes, changes: Mapping[bytes, Change], *, second: int, digest_size: int, is_edited: Callable[[Entry], bool]
) -> bytes:
    """The index with these changes. Raises NotPlainError when it is git's to make them.

    `second` is that of the index file's last change. An entry whose file was changed in that second or later may hide
    an edit, which the index's new time would hide for ever: `is_edited` tells, and such an entry forgets the size, as
    git does it.
    """
    old = _Old(data, second, digest_size)
    unsure = (Entry(old.names[at], old.fixed(at)) for at in old.young if old.names[at] not in changes)
    smudged = {entry.name: _without_size(entry.fixed) for entry in unsure if is_edited(entry)}
    came = [name for name, fixed in changes.items() if fixed is not None and not old.has(name)]
    went = [name for name, fixed in changes.items() if fixed is None and old.has(name)]
    if any(old.is_in_the_way(name) for name in came):
        raise NotPlainError
    count = len(old.names) + len(came) - len(went)
    entries = _merge(old, {**smudged, **changes})
    extensions = revise_extensions(old.extensions, changes, digest_size, same_names=not came and not went)
    body = b"".join((_HEADING.pack(_SIGNATURE, _VERSION, count), *entries, extensions))
    return body + _digest(body, digest_size)


class _Old:
    """The index as it was: the names and where each entry begins."""

    def __init__(self, data: bytes, second: int, digest_size: int) -> None:
        if len(data) < _HEADING.size + digest_size:
            raise NotPlainError
        signature, version, count = _HEADING.unpack_from(data)
        if signature != _SIGNATURE or version != _VERSION:
            raise NotPlainError
        self.data = data
        self._fixed_size = _ID + digest_size + 2
        entries = _split(data, self._fixed_size)[:count]
        self._lengths = list(accumulate(map(len, entries), initial=_HEADING.size))
        self.names = _names(entries, self._fixed_size)
        end = self.start(len(entries))
        if len(entries) != count or end > len(data) - digest_size or any(map(ge, self.names, self.names[1:])):
            raise NotPlainError
        since = second.to_bytes(4, "big")
        # positions of entries changed in that second or later
        self.young = [at for at, entry in enumerate(entries) if entry[_SECOND] >= since]
        self.extensions = data[end:-digest_size]

    def start(self, at: int) -> int:
        """Where an entry begins: each one before it has a NUL at its end."""
        return self._lengths[at] + at

    def fixed(self, at: int) -> bytes:
        return self.data[self.start(at) : self.start(at) + self._fixed_size]

    def find(self, name: bytes) -> int:
        """Where a name is, or would be."""
        return bisect_left(self.names, name)

    def has(self, name: bytes) -> bool:
        at = self.find(name)
        return at < len(self.names) and self.names[at] == name

    def is_in_the_way(self, name: bytes) -> bool:
        """Whether a file is where the name needs a directory, or the other way round."""
        below = self.find(name + b"/")
        if below < len(self.names) and self.names[below].startswith(name + b"/"):
            return True
        parts = name.split(b"/")
        return any(self.has(b"/".join(parts[:depth])) for depth in range(1, len(parts)))

    def copy(self, first: int, end: int, after: bytes) -> bytes:
        """The entries from `first` up to `end`, the first of them told by its difference from `after`."""
        if first == end:
            return b""
        if after == (self.names[first - 1] if first else b""):
            return self.data[self.start(first) : self.start(end)]
        head = _encode(self.fixed(first), self.names[first], after)
        return head + self.data[self.start(first + 1) : self.start(end)]


def _split(data: bytes, fixed_size: int) -> list[bytes]:
    """All entries, each without the NUL at its end, and maybe rubbish after them.

    One with a conflict or with extended flags (0x70 of the flags' first byte) is none: it leaves a gap, after which
    nothing fits any more.
    """
    entry = rb"(?s)(.{%d}[\0-\x0f\x80-\x8f].[\x80-\xff]*[\0-\x7f][^\0]*)\0" % (fixed_size - 2)
    return re.findall(entry, data[_HEADING.size :])


def _names(entries: Sequence[bytes], fixed_size: int) -> list[bytes]:
    """Their names: each is told by how many bytes of the one before it are dropped, and what follows."""
    names: list[bytes] = []
    name = b""
    after = fixed_size + 1
    for entry in entries:
        dropped, rest = entry[fixed_size], entry[after:]
        if dropped > _SEVEN_BITS:
            dropped, rest = _number(entry, fixed_size)
        if dropped > len(name):
            raise NotPlainError
        name = name[: len(name) - dropped] + rest
        names.append(name)
    return names


def _merge(old: _Old, changes: Mapping[bytes, Change]) -> list[bytes]:
    pieces: list[bytes] = []
    done, last = 0, b""
    for name, fixed in sorted(changes.items()):
        at = old.find(name)
        pieces.append(old.copy(done, at, last))
        last = old.names[at - 1] if at > done else last
        if fixed is not None:
            pieces.append(_encode(fixed, name, last))
            last = name
        done = at + old.has(name)
    pieces.append(old.copy(done, len(old.names), last))
    return pieces


def _encode(fixed: bytes, name: bytes, after: bytes) -> bytes:
    common = next(
        (at for at, (one, other) in enumerate(zip(name, after, strict=False)) if one != other),
        min(len(name), len(after)),
    )
    return fixed + _number_bytes(len(after) - common) + name[common:] + b"\0"


def _number(entry: bytes, at: int) -> tuple[int, bytes]:
    """A number by 7 bits, each more byte counting from one, and what follows it."""
    number = entry[at] & _SEVEN_BITS
    while entry[at] > _SEVEN_BITS:
        at += 1
        number = (number + 1) << 7 | entry[at] & _SEVEN_BITS
    return number, entry[at + 1 :]


def _number_bytes(number: int) -> bytes:
    text = [number & _SEVEN_BITS]
    while number := number >> 7:
        number -= 1
        text.append(128 | number & _SEVEN_BITS)
    return bytes(reversed(text))


def _without_size(fixed: bytes) -> bytes:
    return fixed[: _SIZE.start] + bytes(4) + fixed[_SIZE.stop :]


def _digest(body: bytes, digest_size: int) -> bytes:
    algorithm = "sha256" if digest_size == _SHA256_SIZE else "sha1"
    return hashlib.new(algorithm, body, usedforsecurity=False).digest()
