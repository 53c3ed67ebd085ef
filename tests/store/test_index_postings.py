"""Postings are written so that Whoosh's own reader, unchanged, reads them."""

from pathlib import Path
from typing import Any

import pytest
from whoosh.codec.whoosh3 import W3LeafMatcher

from mdtickets.store import index_engine as whoosh
from mdtickets.store.index_postings import Pool, Reader
from mdtickets.store.index_schema import EVERYTHING, PLACES, schema
from mdtickets.store.index_segments import NAME
from mdtickets.store.index_storage import Storage
from mdtickets.store.index_writing import Writer

_MANY = range(0, 900, 3)  # three blocks


def _segment(directory: Path, put: dict[str, dict[str, list[Any]]]) -> Reader:
    """A segment with these postings by field and term, each a list of document, weight or payload, document and so on."""
    storage = Storage(directory)
    whoosh.FileIndex.create(storage, schema(), NAME)
    writer = Writer(storage)
    for _document in range(1000):
        writer.add_document(article="mail.eml")
    writer.pool = Pool()
    for field, terms in put.items():
        for term, postings in terms.items():
            writer.pool.extend(field, term, postings)
    writer.commit(merge=False)
    (segment,) = whoosh.TOC.read(storage, NAME, schema=schema()).segments
    return Reader(storage, schema(), segment)


def _by_whoosh(reader: Reader, field: str, term: str) -> list[tuple[int, float, bytes | None]]:
    info = reader.term_info(field, term)
    matcher = W3LeafMatcher(reader._terms._postfile, *info.extent(), schema()[field].format)
    found = []
    while matcher.is_active():
        found.append((matcher.id(), round(matcher.weight(), 5), matcher.value()))
        matcher.next()
    return found


@pytest.mark.parametrize(
    "postings",
    [
        [(7, 1.0)],
        [(7, 0.3)],
        [(0, 1.0), (999, 1.0)],
        [(1, 2.0), (5, 2.0)],
        [(each, 1.0) for each in _MANY],
        [(each, each % 7 + 0.3) for each in _MANY],
    ],
)
def test_whoosh_reads_our_weights(tmp_path: Path, postings: list[tuple[int, float]]) -> None:
    """One posting or several blocks, weights alike or not."""
    flat = [each for posting in postings for each in posting]
    reader = _segment(tmp_path, {EVERYTHING: {"kabel": flat}})
    assert _by_whoosh(reader, EVERYTHING, "kabel") == [(at, round(weight, 5), None) for at, weight in postings]
    info = reader.term_info(EVERYTHING, "kabel")
    assert (info.doc_frequency(), info.min_id(), info.max_id()) == (len(postings), postings[0][0], postings[-1][0])
    assert info.weight() == pytest.approx(sum(weight for _at, weight in postings))
    assert info.max_weight() == pytest.approx(max(weight for _at, weight in postings))


@pytest.mark.parametrize("documents", [[3], list(_MANY)])
def test_whoosh_reads_our_payloads(tmp_path: Path, documents: list[int]) -> None:
    """Of any length."""
    payloads = {each: bytes([1 + each % 5]) * (2 + each % 3) for each in documents}
    reader = _segment(tmp_path, {PLACES: {"kabel": [each for pair in payloads.items() for each in pair]}})
    assert _by_whoosh(reader, PLACES, "kabel") == [(at, 1.0, payload) for at, payload in payloads.items()]
    blocks = [(tuple(block.ids), tuple(block.values or ())) for block in reader.blocks(PLACES, b"kabel")]
    assert [each for ids, values in blocks for each in zip(ids, values, strict=True)] == list(payloads.items())


def test_terms_are_found_by_whoosh_s_tables(tmp_path: Path) -> None:
    """By their hash, and in order, in every field; what is in no document is not found."""
    words = {field: {f"{word}{each}": [each, 1.0] for word in ("a", "ü", "日", "z") for each in range(50)}
             for field in (EVERYTHING, "subject")}  # fmt: skip
    reader = _segment(tmp_path, words)
    assert list(reader.all_terms()) == sorted((field, term.encode()) for field in words for term in words[field])
    assert all(reader.doc_frequency(field, term) == 1 for field in words for term in words[field])
    assert reader.doc_frequency(EVERYTHING, "none") == 0
    assert list(reader.blocks(EVERYTHING, b"none")) == []
