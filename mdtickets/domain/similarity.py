"""How alike two requests are: word pairs of their texts (shingles, Jaccard) and the words of their subjects.

Only recent tickets of one customer are compared, so plain set arithmetic is fast enough and nothing is indexed.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

from msgspec import Struct

from mdtickets.domain.number import clean_subject

# A text is told apart well enough by its first words; more would only make the catalog larger.
_MOST_WORDS = 60
_MOST_CHARACTERS = 2000
_FEWEST_PAIRS = 5
_ALIKE_TEXT = 0.4
_ALIKE_SUBJECT = 0.6
_WORD = r"\w+"
_BETWEEN_WORDS = r"\W+"
_T = TypeVar("_T")
_Pairs = frozenset[tuple[str, str]]


class Earlier(Struct, frozen=True, kw_only=True):
    """An earlier ticket of the same customer, as far as likeness goes."""

    number: str
    title: str
    opening: str  # see `opening_of`


@lru_cache(maxsize=2)  # asked for when the mail is compared, and again when it is remembered
def opening_of(text: str) -> str:
    """What stays of a text for comparison: its first words in lower case, one blank between two."""
    # one piece more than the words, for the first one may be empty; what lies behind them is not looked at
    pieces = re.split(_BETWEEN_WORDS, text[:_MOST_CHARACTERS].lower(), maxsplit=_MOST_WORDS + 1)[: _MOST_WORDS + 1]
    return " ".join([word for word in pieces if word][:_MOST_WORDS])


def find_alike(subject: str, opening: str, earlier: Iterable[Earlier]) -> tuple[tuple[str, str], ...]:
    """The earlier tickets that may be about the same: (number, why), in the order given."""
    words, pairs = _subject_words(subject), _pairs(opening)
    found = ((ticket.number, _why_alike(words, pairs, ticket)) for ticket in earlier)
    return tuple((number, why) for number, why in found if why)


def joined(alike: Iterable[Iterable[str]]) -> list[frozenset[str]]:
    """The groups that tickets form which are alike: what is like one of a group belongs to it."""
    groups: list[frozenset[str]] = []
    for numbers in alike:
        group = frozenset(numbers)
        apart = [other for other in groups if not other & group]
        groups = [*apart, group.union(*(other for other in groups if other & group))]
    return groups


def _why_alike(words: frozenset[str], pairs: _Pairs, ticket: Earlier) -> str:
    others = _pairs(ticket.opening)
    text = _jaccard(pairs, others)
    if min(len(pairs), len(others)) >= _FEWEST_PAIRS and text >= _ALIKE_TEXT:
        return f"text {text:.0%} alike"
    subject = _jaccard(words, _subject_words(ticket.title))
    return f"subject {subject:.0%} alike" if subject >= _ALIKE_SUBJECT else ""


def _pairs(opening: str) -> _Pairs:
    return frozenset(pairwise(opening.split()))


def _subject_words(subject: str) -> frozenset[str]:
    return frozenset(re.findall(_WORD, clean_subject(subject).lower()))


def _jaccard(one: frozenset[_T], two: frozenset[_T]) -> float:
    both = len(one & two)
    return both / (len(one) + len(two) - both) if both else 0.0
