"""When segments are merged: never by Whoosh's own rule, which may take half of the store for one mail.

Each commit makes a segment. Ten segments of one size (up to 10, 100, 1000 … articles) become one, and those that have
reached the last size are sealed: the articles of a mail are written again three times, whatever the store's size.
"""

from collections.abc import Callable, Sequence
from typing import Any

from mdtickets.store.index_postings import Reader

SEALED = 2500  # articles from which on a segment is merged no more
_AT_ONCE = 10  # segments of one size
_MOST_DELETED = 0.3  # of a segment; then it is written anew without them

Policy = Callable[[Any, list[Any]], list[Any]]


def keep_all(_writer: Any, segments: list[Any]) -> list[Any]:
    """Merge nothing: what an addition that must be quick does. Segments with nothing in them go."""
    return [segment for segment in segments if segment.doc_count()]


def merge_due(writer: Any, segments: list[Any]) -> list[Any]:
    """Merge what is due, into the segment that is being written; returns what stays as it is."""
    chosen = choose(segments)
    for segment in chosen:
        reader = Reader(writer.storage, writer.schema, segment)
        try:
            writer.add_reader(reader)
        finally:
            reader.close()
    return [segment for segment in segments if segment not in chosen and segment.doc_count()]


def choose(segments: Sequence[Any]) -> list[Any]:
    """The segments that are to become one now, none when none are due."""
    for segment in segments:
        if segment.deleted_count() > _MOST_DELETED * segment.doc_count_all() and segment.doc_count():
            return [segment]
    sizes: dict[int, list[Any]] = {}
    for segment in segments:
        if segment.doc_count() < SEALED:
            sizes.setdefault(len(str(segment.doc_count())), []).append(segment)
    return next((found[:_AT_ONCE] for _size, found in sorted(sizes.items()) if len(found) >= _AT_ONCE), [])
