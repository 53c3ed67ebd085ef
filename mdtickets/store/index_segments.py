"""The segments of an index, open for reading: which articles have a term, with which weight, and where."""

import time
from array import array
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain, filterfalse
from typing import Any

from mdtickets.store import index_engine as whoosh
from mdtickets.store.index_postings import Reader
from mdtickets.store.index_schema import ARTICLE, AT, LENGTH, PLACES, TICKET, schema, unpack_places
from mdtickets.store.index_storage import Storage

NAME = "MAIN"
_ATTEMPTS = 20
_PAUSE = 0.02  # seconds


class OpenSegment:
    """One segment. Its documents are numbered from 0."""

    def __init__(self, storage: Storage, fields: Any, segment: Any) -> None:
        self.reader = Reader(storage, fields, segment)
        self.size: int = segment.doc_count_all()
        self.file_name: str = segment.file_name
        self._deleted = frozenset(segment.deleted_docs())

    @cached_property
    def tickets(self) -> "array[int]":
        """By document: its ticket."""
        return self._column(TICKET)

    @cached_property
    def times(self) -> "array[int]":
        """By document: seconds since 1970."""
        return self._column(AT)

    @cached_property
    def lengths(self) -> "array[int]":
        """By document: the sum of its weights."""
        return self._column(LENGTH)

    def count(self, field: str, term: str) -> int:
        """How many documents have a term, those that were deleted since among them."""
        found: int = self.reader.doc_frequency(field, term)
        return found

    def documents(self, field: str, term: str) -> Iterator[int]:
        """The documents that have a term, rising."""
        found = chain.from_iterable(block.ids for block in self.reader.blocks(field, term.encode()))
        return filterfalse(self._deleted.__contains__, found) if self._deleted else found

    def weights(self, field: str, term: str) -> Iterator[tuple[int, float]]:
        """The documents that have a term, rising, and its weight in each."""
        blocks = self.reader.blocks(field, term.encode())
        found = chain.from_iterable(zip(block.ids, block.weights, strict=True) for block in blocks)
        return (each for each in found if each[0] not in self._deleted) if self._deleted else found

    def places(self, term: str, documents: Sequence[int]) -> Iterator[tuple[int, Sequence[int]]]:
        """Where a term stands in those of the documents (rising) that have it."""
        try:
            matcher = self.reader.postings(PLACES, term)
        except whoosh.TermNotFound:
            return
        for document in documents:
            if not matcher.is_active():
                return
            matcher.skip_to(document)
            if matcher.is_active() and matcher.id() == document:
                yield document, unpack_places(matcher.value())

    def article(self, document: int) -> str:
        """The file name of an article."""
        name: str = self.reader.stored_fields(document)[ARTICLE]
        return name

    def _column(self, name: str) -> "array[int]":
        found: array[int] = self.reader.column_reader(name, translate=False).as_array()
        return found


class Segments:
    """All segments as the newest table of contents names them. `refresh` keeps those open that stayed as they were."""

    def __init__(self, storage: Storage) -> None:
        """Raises what Whoosh raises on files that it cannot read."""
        self._storage = storage
        self._fields = schema()
        self._open: dict[tuple[str, int], OpenSegment] = {}
        self._generation = -1
        self.refresh()

    def __iter__(self) -> Iterator[OpenSegment]:
        return iter(self._open.values())

    def __len__(self) -> int:
        return len(self._open)

    @cached_property
    def size(self) -> int:
        """How many documents there are, those that were deleted among them."""
        return sum(segment.size for segment in self)

    @cached_property
    def mean_length(self) -> float:
        """Of all documents."""
        return (sum(sum(segment.lengths) for segment in self) / self.size if self.size else 0.0) or 1.0

    def count(self, field: str, term: str) -> int:
        """How many documents have a term."""
        return sum(segment.count(field, term) for segment in self)

    def refresh(self) -> None:
        """See what was written since."""
        for _attempt in range(_ATTEMPTS):
            try:
                self._load()
            except FileNotFoundError:
                # a writer removed what we were about to open
                time.sleep(_PAUSE)
            else:
                return
        self._load()

    def _load(self) -> None:
        contents = whoosh.TOC.read(self._storage, NAME, schema=self._fields)
        if contents.generation == self._generation:
            return
        found = {}
        for segment in contents.segments:
            key = (segment.segment_id(), segment.deleted_count())
            found[key] = self._open.get(key) or OpenSegment(self._storage, self._fields, segment)
        self._open = found
        self._generation = contents.generation
        for name in ("size", "mean_length"):
            self.__dict__.pop(name, None)
