"""The fields of the full text, as Whoosh keeps them: what is indexed is terms that were made before, never text."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from struct import Struct
from sys import byteorder
from typing import Any

from mdtickets.domain.article_terms import ArticleTerms
from mdtickets.domain.query import TextField
from mdtickets.store import index_engine as whoosh

NUMBER = "number"  # the ticket, to delete its articles by
EVERYTHING = "everything"  # terms with weights
PLACES = "places"  # terms with their places in subject and new text
TICKET, AT, LENGTH = "ticket", "at", "length"  # columns
ARTICLE = "article"  # the file name, stored

_LONGEST_NUMBER = 1 << 63  # numbers from here on (none before the year 9223) are looked up
_MOST_LENGTH = 65_535
_PLACE = Struct("<H")


class Weights(whoosh.Format):  # type: ignore[misc]  # Whoosh has no types
    """Postings of a weight and nothing else."""

    posting_size = 0


class Places(whoosh.Format):  # type: ignore[misc]  # Whoosh has no types
    """Postings of the places where a term stands: 16 bits each."""

    def decode_positions(self, value: bytes) -> "array[int]":
        """The places, rising."""
        return unpack_places(value)


class TermsField(whoosh.FieldType):  # type: ignore[misc]  # Whoosh has no types
    """A field of terms with their weights. They reach the segment without it (`index_postings.Pool`)."""

    def __init__(self) -> None:
        super().__init__(format=Weights(), analyzer=None)


class PlacesField(whoosh.FieldType):  # type: ignore[misc]  # Whoosh has no types
    """A field of terms with their places. They reach the segment without it (`index_postings.Pool`)."""

    def __init__(self) -> None:
        super().__init__(format=Places(), analyzer=None)


class Numbers(whoosh.NumericColumn):  # type: ignore[misc]  # Whoosh has no types
    """A column of unsigned numbers that can be read as one array."""

    class Reader(whoosh.NumericColumn.Reader):  # type: ignore[misc]  # Whoosh has no types
        """The column of one segment."""

        def as_array(self) -> "array[int]":
            """The value of every document."""
            values = array(self._typecode)
            values.frombytes(self._dbfile.get(self._basepos, self._count * self._fixedlen))
            if byteorder == "little":
                values.byteswap()
            # what is the default at the end of a column is not written
            values.extend([self._default] * (self._doccount - len(values)))
            return values


def schema() -> Any:
    """The fields of an article."""
    texts: dict[str, Any] = {field.value: TermsField() for field in TextField if field is not TextField.BODY}
    return whoosh.Schema(
        **texts,
        **{NUMBER: TermsField(), EVERYTHING: TermsField(), PLACES: PlacesField(), ARTICLE: whoosh.STORED()},
        **{TICKET: whoosh.COLUMN(Numbers("Q")), AT: whoosh.COLUMN(Numbers("I")), LENGTH: whoosh.COLUMN(Numbers("H"))},
    )


def terms_of(article: ArticleTerms) -> Iterator[tuple[str, Mapping[str, float | bytes]]]:
    """The terms of an article by field, each with its weight or its places."""
    for field, terms in article.fields.items():
        yield field.value, dict.fromkeys(terms, 1.0)
    yield NUMBER, {article.number: 1.0}
    weights = article.weights.items()
    yield EVERYTHING, {term: weight if weight.is_integer() else round(weight, 1) for term, weight in weights}
    yield PLACES, {term: pack_places(places) for term, places in article.places.items()}


def document(article: ArticleTerms, ticket: int) -> dict[str, Any]:
    """What is kept of an article beside its terms; `ticket` is its number in the column."""
    return {
        ARTICLE: article.name,
        TICKET: ticket,
        AT: max(0, article.at),
        LENGTH: min(_MOST_LENGTH, round(sum(article.weights.values()))),
    }


def is_plain_number(number: str) -> bool:
    """Whether a ticket number stands in the column as it is; a longer one stands there as a name for it."""
    return not number.startswith("0") and int(number) < _LONGEST_NUMBER


def pack_places(places: Sequence[int]) -> bytes:
    """Places as bytes."""
    if len(places) == 1:
        return _PLACE.pack(places[0])  # most words stand in a text once
    packed = array("H", places)
    if byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def unpack_places(data: bytes) -> "array[int]":
    """Places from bytes."""
    places = array("H")
    places.frombytes(data)
    if byteorder == "big":
        places.byteswap()
    return places


def seconds(moment: datetime) -> int:
    """A time as the column has it."""
    return int(moment.astimezone(UTC).timestamp())
