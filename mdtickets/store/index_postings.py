"""The postings of an index, in Whoosh's own format, written and read a block at a time.

As it comes, Whoosh takes some forty calls to write a term that stands in one article, and most terms do; and it hands
postings out one by one, three calls for each.
"""

import struct
import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import md5
from itertools import accumulate
from operator import sub
from pickle import dumps
from typing import Any

from mdtickets.store import index_engine as whoosh

# (field, [(term, its postings: document, weight or payload, document, …)])
Field = tuple[str, list[tuple[str, list[Any]]]]

_BLOCK = 128  # postings
_ONE = 2  # items of one posting
# Weights are worth compressing where there are so many; documents and places hardly get shorter by it.
_WORTH_COMPRESSING = 24
_COMPRESSION, _WINDOW, _MEMORY = 1, 12, 5
_PICKLE = 3  # Whoosh writes 2, which has no bytes: a payload took ten times as long, and three times the room

# As `whoosh.codec.whoosh3` and `whoosh.filedb.filetables` have them.
_MAGIC = b"W3Bl"
_LENGTH = struct.Struct("!i")  # of a block; that of the last one is negative
_KEY = struct.Struct("!iiH")  # length of a key, and of what is kept for it; the field
_FIELD_SIZE = 2
_SIZES = 8  # bytes before the key
# not inlined; weight and number of all postings, lengths (none), highest weight, first and last document; where, how long
_TERM = struct.Struct("!BfIBBfIIqi")


class Pool:
    """The postings of a segment that is being written. They come in the order of their documents."""

    def __init__(self) -> None:
        self._fields: defaultdict[str, dict[str, list[Any]]] = defaultdict(dict)

    def add(self, posting: tuple[str, bytes, int, float, bytes]) -> None:
        """One more, as Whoosh makes them of fields that it indexes itself: (field, term, document, weight, payload)."""
        field, term, document, weight, value = posting
        self.extend(field, term.decode(), [document, value or weight])

    def put(self, field: str, document: int, terms: Mapping[str, float | bytes]) -> None:
        """The terms of a field of a document, each with its weight, or with a payload where the field has payloads."""
        known = self._fields[field]
        for term, posting in terms.items():
            found = known.get(term)
            if found is None:
                known[term] = [document, posting]
            else:
                found += (document, posting)

    def extend(self, field: str, term: str, postings: list[Any]) -> None:
        """More postings of one term."""
        self._fields[field].setdefault(term, []).extend(postings)

    def iter_postings(self) -> Iterator[Field]:
        """All of them, by field and term: what our field writer takes."""
        return ((field, sorted(terms.items())) for field, terms in sorted(self._fields.items()))

    def cleanup(self) -> None:
        """Nothing lies on the disk."""


class FieldWriter(whoosh.W3FieldWriter):  # type: ignore[misc]  # Whoosh has no types
    """Whoosh's own, which writes all postings of a term together."""

    def add_postings(self, _schema: Any, _lengths: Any, items: Iterable[Field]) -> None:
        """Write all fields, in order."""
        for number, (field, terms) in enumerate(items):
            self._fieldmap[field] = number
            self._add_terms(number, terms)

    def _add_terms(self, field: int, terms: Iterable[tuple[str, list[Any]]]) -> None:
        """The terms of one field, as Whoosh's tables of hashes have them."""
        index, buckets = self._tindex.index, self._tindex.buckets
        write_term, write_postings = self._tindex.dbfile.file.write, self._postfile.file.write
        at, place = self._tindex.tell(), self._postfile.tell()
        for term, flat in terms:
            word = term.encode()
            postings, statistics = _encode(flat)
            write_postings(postings)
            row = _KEY.pack(_FIELD_SIZE + len(word), _TERM.size, field) + word
            write_term(row + _TERM.pack(*statistics, place, len(postings)))
            index.append(at)
            digest = int.from_bytes(md5(row[_SIZES:]).digest()[-4:], "big")  # noqa: S324  # the hash that Whoosh takes
            buckets[digest & 255].append((digest, at))
            at += len(row) + _TERM.size
            place += len(postings)


class Postings(whoosh.W3LeafMatcher):  # type: ignore[misc]  # Whoosh has no types
    """Whoosh's own reader of a term's postings, which hands them out a block at a time."""

    def blocks(self) -> Iterator["Postings"]:
        """Itself, once for each block that is left: its `ids`, `weights` and `values` are those of the block."""
        while self.is_active():
            yield self
            self._next_block()

    @property
    def ids(self) -> Sequence[int]:
        """The documents of the block."""
        if self._ids is None:
            self._read_ids()
        ids: Sequence[int] = self._ids
        return ids

    @property
    def weights(self) -> Sequence[float]:
        """The weight in each."""
        if self._weights is None:
            self._read_weights()
        weights: Sequence[float] = self._weights
        return weights

    @property
    def values(self) -> Sequence[bytes] | None:
        """The payload of each, None where the field has none."""
        if self._data is None:
            self._read_data()
        values: Sequence[bytes] | None = self._data[2]
        return values

    def _read_ids(self) -> None:
        if self._data is None:
            self._read_data()
        self._ids = tuple(accumulate(self._data[0]))

    def _read_weights(self) -> None:
        if self._data is None:
            self._read_data()
        weights = self._data[1]
        self._weights = weights if isinstance(weights, tuple) else ((weights or 1.0),) * self._blocklength


class Reader(whoosh.SegmentReader):  # type: ignore[misc]  # Whoosh has no types
    """Whoosh's own reader of a segment, which has the postings of a term by blocks."""

    def blocks(self, field: str, term: bytes) -> Iterator[Postings]:
        """The postings of a term, block by block, those of deleted documents among them; none when nothing has it."""
        try:
            postings = self._terms.matcher(field, term, self.schema[field].format)
        except whoosh.TermNotFound:
            return
        yield from postings.blocks()


def _encode(flat: list[Any]) -> tuple[bytes, tuple[int, float, int, int, int, float, int, int]]:
    """The postings of a term, and what Whoosh keeps of them beside the term."""
    if len(flat) == _ONE:
        return _encode_one(*flat)
    ids, others = flat[::2], flat[1::2]
    count = len(ids)
    weights, values = (None, others) if isinstance(others[0], bytes) else (array("f", others), None)
    if weights is None or weights.count(1.0) == count:
        total, most, weights = float(count), 1.0, None
    else:
        total, most = sum(weights), max(weights)
    pieces = [_MAGIC]
    for start in range(0, count, _BLOCK):
        end = start + _BLOCK
        pieces += _block(ids[start:end], weights and weights[start:end], values and values[start:end], end >= count)
    return b"".join(pieces), (0, total, count, 0, 0, most, ids[0], ids[-1])


def _encode_one(
    document: int, posting: float | bytes
) -> tuple[bytes, tuple[int, float, int, int, int, float, int, int]]:
    """The same for a term that stands in one document, as most do."""
    if isinstance(posting, bytes):
        weight, data = 1.0, dumps(((document,), None, (posting,)), _PICKLE)
    else:
        weight = posting
        data = dumps(((document,), None if weight == 1.0 else weight, None), _PICKLE)
    info = dumps((1, document, weight, 0, 0, 0), _PICKLE)
    postings = b"".join((_MAGIC, _LENGTH.pack(-len(info) - len(data)), info, data))
    return postings, (0, weight, 1, 0, 0, weight, document, document)


def _block(
    ids: list[int], weights: "array[float] | None", values: list[bytes] | None, is_last: bool
) -> tuple[bytes, bytes, bytes]:
    """One block: its length, what is known of it, and its postings."""
    count = len(ids)
    steps = (ids[0], *map(sub, ids[1:], ids))
    mini = weights and _shortly(weights)
    data = dumps((steps, mini, values and tuple(values)), _PICKLE)
    compression = 0
    if count >= _WORTH_COMPRESSING and isinstance(mini, tuple):
        data = _compress(data)
        compression = _COMPRESSION
    info = dumps((count, ids[-1], max(weights) if weights else 1.0, compression, 0, 0), _PICKLE)
    size = len(info) + len(data)
    return _LENGTH.pack(-size if is_last else size), info, data


def _compress(data: bytes) -> bytes:
    """By a small window: zlib's own takes longer to set up than to work."""
    compressor = zlib.compressobj(_COMPRESSION, zlib.DEFLATED, _WINDOW, _MEMORY)
    return compressor.compress(data) + compressor.flush()


def _shortly(weights: "array[float]") -> float | tuple[float, ...]:
    """Weights as a block has them: one when all are alike."""
    first = weights[0]
    return first if weights.count(first) == len(weights) else tuple(weights)
