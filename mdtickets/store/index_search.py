"""Leaves of a query against the segments: which articles have them, and how well each fits."""

from collections.abc import Iterable, Iterator, Sequence
from heapq import nlargest
from math import log

from msgspec import Struct

from mdtickets.domain.article_terms import BODY_STARTS_AT
from mdtickets.domain.query import Text, TextField
from mdtickets.store import index_engine as whoosh
from mdtickets.store.index_schema import EVERYTHING, PLACES
from mdtickets.store.index_segments import OpenSegment, Segments
from mdtickets.store.index_wanted import Row, Wanted, terms_of

# BM25 (Robertson and Zaragoza 2009): how much a long article loses, and how soon a word more counts no more.
_B = 0.75
_K1 = 1.2
_DAY = 86_400

# More postings than this are not ranked: it would take longer than anybody looks at the first page.
TOO_COMMON = 50_000
_FRESH = 0.5  # by so much more counts what was written just now,
_HALF_FRESH = 90.0  # and by half as much what is so many days old

_PLACED = frozenset({"", TextField.SUBJECT, TextField.BODY})
_UNPLACED = (TextField.FROM, TextField.TO, TextField.FILENAME)

Asked = tuple[Text, Sequence[Wanted]]


class Found(Struct, frozen=True, kw_only=True):
    """The best article of a ticket."""

    score: float
    at: int  # seconds since 1970
    ticket: int  # as in the column
    segment: OpenSegment
    document: int


class _Word(Struct, frozen=True):
    """One wanted thing as it is ranked."""

    leaf: Text
    wanted: Wanted
    rarity: float


def documents(segment: OpenSegment, asked: Asked) -> set[int]:
    """The articles of a segment that have all that a leaf wants."""
    leaf, wants = asked
    found: set[int] | None = None
    for wanted in wants:
        some = _documents_of(segment, leaf.field, wanted)
        found = some if found is None else found & some
        if not found:
            break
    return found or set()


def tickets(segments: Segments, asked: Asked) -> set[int]:
    """The tickets that have an article with all that a leaf wants."""
    found: set[int] = set()
    for segment in segments:
        found.update(map(segment.tickets.__getitem__, documents(segment, asked)))
    return found


def postings(segments: Segments, asked: Iterable[Asked]) -> int:
    """How much there is to read to rank by these leaves."""
    return sum(
        segments.count(_field(leaf), term) for leaf, wants in asked for wanted in wants for term in terms_of(wanted)
    )


def rank(
    segments: Segments, asked: Sequence[Asked], among: frozenset[int] | None, now: int, most: int | None
) -> list[Found]:
    """The best article of each ticket, the best ticket first. `among` bounds the tickets, `most` their number."""
    words = [_Word(leaf, wanted, _rarity(segments, leaf, wanted)) for leaf, wants in asked for wanted in wants]
    best: dict[int, Found] = {}
    for segment in segments:
        scores: dict[int, float] = {}
        for word in words:
            _add_scores(scores, segment, word, segments.mean_length)
        for document, score in scores.items():
            ticket, at = segment.tickets[document], segment.times[document]
            if among is None or ticket in among:
                _keep_best(best, Found(
                    score=score * _freshness(now - at), at=at, ticket=ticket, segment=segment, document=document
                ))  # fmt: skip
    return _first(best.values(), most)


def newest(segments: Segments, asked: Sequence[Asked], among: frozenset[int] | None, most: int | None) -> list[Found]:
    """The same by time alone: the newest article that has any of the leaves, the newest first."""
    best: dict[int, Found] = {}
    for segment in segments:
        for document in set().union(*(documents(segment, each) for each in asked)):
            ticket, at = segment.tickets[document], segment.times[document]
            if among is None or ticket in among:
                _keep_best(best, Found(score=0.0, at=at, ticket=ticket, segment=segment, document=document))
    return _first(best.values(), most)


def _first(found: Iterable[Found], most: int | None) -> list[Found]:
    if most is None:
        return sorted(found, key=_order, reverse=True)
    return nlargest(most, found, key=_order)


def _order(found: Found) -> tuple[float, int, int]:
    return found.score, found.at, found.ticket


def _keep_best(best: dict[int, Found], found: Found) -> None:
    known = best.get(found.ticket)
    if known is None or (found.score, found.at) > (known.score, known.at):
        best[found.ticket] = found


def _freshness(age: int) -> float:
    return 1.0 + _FRESH / (1.0 + max(0, age) / _DAY / _HALF_FRESH)


def _documents_of(segment: OpenSegment, field: str, wanted: Wanted) -> set[int]:
    found: set[int] = set()
    for term in wanted.terms:
        if field == TextField.BODY:
            found.update(_in_body(segment, term))
        else:
            found.update(segment.documents(field or EVERYTHING, term))
    return found.union(*_documents_with_rows(segment, field, wanted))


def _in_body(segment: OpenSegment, term: str) -> Iterator[int]:
    documents = list(segment.documents(PLACES, term))
    return (document for document, places in segment.places(term, documents) if places[-1] >= BODY_STARTS_AT)


def _documents_with_rows(segment: OpenSegment, field: str, wanted: Wanted) -> Iterator[set[int]]:
    for row in wanted.rows:
        yield _documents_with_row(segment, field, row)
    for row in wanted.scattered:
        yield _with_all(segment, EVERYTHING if not field else PLACES if field == TextField.BODY else field, row)


def _documents_with_row(segment: OpenSegment, field: str, row: Row) -> set[int]:
    if field not in _PLACED:
        return _with_all(segment, field, row)
    found = _placed(segment, field, row)
    # a name has no places, but stands nearly alone in its field
    for unplaced in () if field else _UNPLACED:
        found |= _with_all(segment, unplaced, row)
    return found


def _with_all(segment: OpenSegment, field: str, row: Row) -> set[int]:
    found: set[int] | None = None
    for terms in row:
        some = {document for term in terms for document in segment.documents(field, term)}
        found = some if found is None else found & some
        if not found:
            break
    return found or set()


def _placed(segment: OpenSegment, field: str, row: Row) -> set[int]:
    """The documents in which the terms of a row stand one after another."""
    common = sorted(_with_all(segment, PLACES, row))
    starts: dict[int, set[int]] = {}
    for offset, terms in enumerate(row):
        here: dict[int, set[int]] = {}
        for term in terms:
            for document, places in segment.places(term, common):
                here.setdefault(document, set()).update(place - offset for place in places)
        starts = {doc: here[doc] & starts[doc] for doc in here.keys() & starts.keys()} if offset else here
        common = sorted(document for document, places in starts.items() if places)
    return {document for document in common if any(_lies_in(place, field) for place in starts[document])}


def _lies_in(place: int, field: str) -> bool:
    return not field or (place >= BODY_STARTS_AT) == (field == TextField.BODY)


def _add_scores(scores: dict[int, float], segment: OpenSegment, word: _Word, mean_length: float) -> None:
    """Add what one wanted thing is worth: all its forms count as one word."""
    together: dict[int, float] = {}
    for term, part in word.wanted.terms.items():
        for document, weight in segment.weights(_field(word.leaf), term):
            together[document] = together.get(document, 0.0) + part * weight
    for found in _documents_with_rows(segment, word.leaf.field, word.wanted):
        for document in found:
            together[document] = together.get(document, 0.0) + 1.0
    lengths = segment.lengths
    for document, weight in together.items():
        worth = whoosh.bm25(word.rarity, weight, lengths[document], mean_length, _B, _K1)
        scores[document] = scores.get(document, 0.0) + worth


def _rarity(segments: Segments, leaf: Text, wanted: Wanted) -> float:
    """The inverse document frequency, as Whoosh reckons it."""
    count = sum(segments.count(_field(leaf), term) for term in wanted.terms)
    for row in (*wanted.rows, *wanted.scattered):
        count += min(sum(segments.count(PLACES, term) for term in terms) for terms in row)
    return log(max(1.0, segments.size / (min(count, segments.size) + 1))) + 1.0


def _field(leaf: Text) -> str:
    """Where the weights of a leaf's terms stand."""
    return PLACES if leaf.field == TextField.BODY else leaf.field or EVERYTHING
