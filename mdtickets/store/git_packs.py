"""Objects out of git's packs, read without git: gitformat-pack(5), index version 2.

Whoever asks compares what he gets with its id, so a mistake here can only mean that git is asked.
"""

import os
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct

from mdtickets.store.git_numbers import read_offset, read_size
from mdtickets.store.git_plain import NotPlainError

_KINDS: Final = {1: b"commit", 2: b"tree", 3: b"blob", 4: b"tag"}
_BY_OFFSET, _BY_NAME = 6, 7  # deltas: what they are against

_MAGIC = b"\377tOc\0\0\0\2"
_FAN_OUT = len(_MAGIC)
_NAMES = _FAN_OUT + 256 * 4
_FAR = 1 << 31  # in place of an offset: its number in the table of long ones
_PIECE = 4096
_LARGEST = 32 << 20

# An object's kind and its bytes.
Found = tuple[bytes, bytes]


class Place(Struct, frozen=True):
    """Where a pack has an object."""

    pack: str
    offset: int


def find_packed(directory: Path, name: bytes) -> Place | None:
    """The place of an object, by its binary id, in the packs of `objects/pack`; None when they do not have it."""
    try:
        indexes = [entry.path for entry in os.scandir(directory) if entry.name.endswith(".idx")]
    except FileNotFoundError:
        return None
    for path in indexes:
        offset = _offset_in(path, name)
        if offset is not None:
            return Place(f"{path[: -len('.idx')]}.pack", offset)
    return None


def read_packed(place: Place, read_object: Callable[[bytes], Found], digest_size: int) -> Found:
    """The object at that place; `read_object` finds the base of a delta that names it.

    Raises NotPlainError for what this cannot read, OSError, zlib.error or IndexError for a pack that is broken.
    """
    descriptor = os.open(place.pack, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return _read_at(descriptor, place.offset, read_object, digest_size)
    finally:
        os.close(descriptor)


def apply_delta(base: bytes, delta: bytes) -> bytes:
    """What a delta makes of its base."""
    _size, at = read_size(delta, 0)
    expected, at = read_size(delta, at)
    made = b"".join(_parts(base, delta, at))
    if len(made) != expected:
        raise NotPlainError
    return made


def _offset_in(path: str, name: bytes) -> int | None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        head = os.pread(descriptor, _NAMES, 0)
        if not head.startswith(_MAGIC):
            raise NotPlainError
        count = struct.unpack_from(">I", head, _NAMES - 4)[0]
        first = name[0] and struct.unpack_from(">I", head, _FAN_OUT + 4 * (name[0] - 1))[0]
        last = struct.unpack_from(">I", head, _FAN_OUT + 4 * name[0])[0]
        size = len(name)
        position = _position(os.pread(descriptor, (last - first) * size, _NAMES + first * size), name)
        if position is None:
            return None
        return _offset_at(descriptor, count, first + position, size)
    finally:
        os.close(descriptor)


def _position(names: bytes, name: bytes) -> int | None:
    at = names.find(name)
    while at >= 0 and at % len(name):
        at = names.find(name, at + 1)
    return at // len(name) if at >= 0 else None


def _offset_at(descriptor: int, count: int, position: int, size: int) -> int:
    table = _NAMES + count * (size + 4)  # after the names and their checksums
    offset: int = struct.unpack(">I", os.pread(descriptor, 4, table + 4 * position))[0]
    if offset < _FAR:
        return offset
    far: int = struct.unpack(">Q", os.pread(descriptor, 8, table + 4 * count + 8 * (offset - _FAR)))[0]
    return far


def _read_at(descriptor: int, offset: int, read_object: Callable[[bytes], Found], digest_size: int) -> Found:
    """Follows a chain of deltas down to its base, then applies them on the way back."""
    deltas: list[bytes] = []
    found: Found | None = None
    while found is None:
        piece = os.pread(descriptor, _PIECE, offset)
        then = offset + len(piece)
        kind, size, at = _heading(piece)
        if size > _LARGEST:
            raise NotPlainError
        if kind in _KINDS:
            found = _KINDS[kind], _inflate(descriptor, piece[at:], then)
        elif kind == _BY_NAME:
            deltas.append(_inflate(descriptor, piece[at + digest_size :], then))
            found = read_object(piece[at : at + digest_size])
        elif kind == _BY_OFFSET:
            back, at = read_offset(piece, at)  # how far before this object its base begins
            deltas.append(_inflate(descriptor, piece[at:], then))
            offset -= back
        else:
            raise NotPlainError
    name, data = found
    for delta in reversed(deltas):
        data = apply_delta(data, delta)
    return name, data


def _heading(piece: bytes) -> tuple[int, int, int]:
    """The kind, the size, and where what follows begins: 3 bits of kind, then the size by 4 and by 7 bits."""
    byte = piece[0]
    more, at = read_size(piece, 1) if byte & 128 else (0, 1)
    return byte >> 4 & 7, byte & 15 | more << 4, at


def _inflate(descriptor: int, piece: bytes, offset: int) -> bytes:
    inflate = zlib.decompressobj()
    parts = [inflate.decompress(piece)]
    while not inflate.eof:
        piece = os.pread(descriptor, _PIECE, offset)
        if not piece:
            raise NotPlainError
        parts.append(inflate.decompress(piece))
        offset += len(piece)
    return b"".join(parts)


def _parts(base: bytes, delta: bytes, at: int) -> Iterator[bytes]:
    """Copies out of the base (4 bits say which bytes of the place follow, 3 which of the size) and new bytes."""
    while at < len(delta):
        code = delta[at]
        at += 1
        if code < 128:
            yield delta[at : at + code]
            at += code
            continue
        numbers = [0] * 7
        for bit in range(7):
            if code >> bit & 1:
                numbers[bit] = delta[at]
                at += 1
        start, size = int.from_bytes(numbers[:4], "little"), int.from_bytes(numbers[4:], "little")
        yield base[start : start + (size or 1 << 16)]
