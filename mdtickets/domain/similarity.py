"""How alike two requests are: word pairs of their texts (shingles, Jaccard) and the words of their subjects.

Only recent tickets of one customer are compared, so plain set arithmetic is fast enough and nothing is indexed.
"""

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from mdtickets.domain.number import clean_subject

# A text is told apart well enough by this many word pairs; more would only make the catalog larger.
_LARGEST_SIGNATURE = 200
_FEWEST_PAIRS = 5
_ALIKE_TEXT = 0.4
_ALIKE_SUBJECT = 0.6
_WORD = re.compile(r"\w+")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """An earlier ticket of the same customer, as far as likeness goes."""

    number: str
    title: str
    signature: frozenset[int]


def signature(text: str) -> frozenset[int]:
    """What stays of a text for comparison: check sums of its neighbouring words, the same in every process."""
    words = _WORD.findall(text.lower())[: _LARGEST_SIGNATURE + 1]
    return frozenset(zlib.crc32(f"{one} {two}".encode()) for one, two in pairwise(words))


def find_alike(subject: str, text_signature: frozenset[int], earlier: Iterable[Earlier]) -> tuple[tuple[str, str], ...]:
    """The earlier tickets that may be about the same: (number, why), in the order given."""
    words = _subject_words(subject)
    found = ((ticket.number, _why_alike(words, text_signature, ticket)) for ticket in earlier)
    return tuple((number, why) for number, why in found if why)


def _why_alike(words: frozenset[str], text_signature: frozenset[int], ticket: Earlier) -> str:
    text = _jaccard(text_signature, ticket.signature)
    if min(len(text_signature), len(ticket.signature)) >= _FEWEST_PAIRS and text >= _ALIKE_TEXT:
        return f"text {text:.0%} alike"
    subject = _jaccard(words, _subject_words(ticket.title))
    return f"subject {subject:.0%} alike" if subject >= _ALIKE_SUBJECT else ""


def _subject_words(subject: str) -> frozenset[str]:
    return frozenset(_WORD.findall(clean_subject(subject).lower()))


def _jaccard(one: frozenset[_T], two: frozenset[_T]) -> float:
    return len(one & two) / len(one | two) if one and two else 0.0
