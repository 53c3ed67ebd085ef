"""Which words tell what a ticket is about, and how alike two tickets are by them.

A word tells the more, the oftener the ticket has it and the fewer others do (tf-idf). Addresses, plain numbers and the
names of who wrote tell who it was, not what it is about, and are left out.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from math import log

from msgspec import Struct

from mdtickets.domain.terms import find_tokens, fold

_SUBJECT = 3  # a word of the subject counts as so many of the text
_SHORTEST, _LONGEST = 3, 40  # characters
_MOST_READ = 2000  # words of one text: what it is about stands before
_MOST_CONSIDERED = 300  # different words of a ticket, the most frequent
_MOST = 12  # words by which tickets are compared
_MOST_ARTICLES = 60_000  # that have one of these words: half a second
# a word that one article in so many has tells nothing, when there are so many articles; each language has its own words
_TOO_COMMON = ((200, 10), (12, 3), (0, 1))
_COURTESY = frozenset(
    """
    beste besten bitte damen danke dank dear freundliche freundlichen geehrte geehrter gruss grussen grusse
    guten hallo hello herr herren kind liebe lieber please regards sincerely thank thanks viele vielen yours
    """.split()
)
_BY_WORDS, _BY_PROBLEM, _BY_CUSTOMER = 0.6, 0.3, 0.1  # parts of the score
_LEAST_SHARE = 0.2
_FEWEST_WORDS = 2


class Likeness(Struct, frozen=True, kw_only=True):
    """How alike another ticket is: the words that both have, the most telling first, and what else is the same."""

    share: float = 0.0  # of all that tells of the ticket, 0 … 1
    words: tuple[str, ...] = ()
    same_problem: bool = False
    same_customer: bool = False  # or the same company

    @property
    def score(self) -> float:
        """0 … 1."""
        return self.share * _BY_WORDS + self.same_problem * _BY_PROBLEM + self.same_customer * _BY_CUSTOMER


def count_words(
    subjects: Iterable[str], texts: Iterable[str], names: Iterable[str], stop_words: AbstractSet[str]
) -> Counter[str]:
    """How often each word stands there, as it is written first; those in `names` and the (folded) stop words are not."""
    left_out = stop_words | _COURTESY | {fold(token) for name in names for token in _tokens(name)}
    spelled: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for often, text in [*((_SUBJECT, each) for each in dict.fromkeys(subjects)), *((1, each) for each in texts)]:
        for token in _tokens(text):
            form = fold(token)
            if form not in left_out:
                counts[spelled.setdefault(form, token)] += often
    return counts


def most_telling(counts: Counter[str], frequency: Callable[[str], int], articles: int) -> dict[str, float]:
    """The words that tell most, each with how often it counts.

    `frequency` is in how many of the `articles` a word is: one that is in a single article is in no other ticket.
    """
    worth: dict[str, float] = {}
    most = next(articles / part for enough, part in _TOO_COMMON if articles >= enough)
    considered = dict(counts.most_common(_MOST_CONSIDERED))
    found = {word: frequency(word) for word in considered}
    for word, often in considered.items():
        if found[word] > 1 and found[word] <= most:
            worth[word] = (1 + log(often)) * log(1 + articles / found[word])
    chosen: dict[str, float] = {}
    total = 0
    for word in sorted(worth, key=lambda word: (-worth[word], word)):
        total += found[word]
        if len(chosen) < _MOST and total <= _MOST_ARTICLES:
            chosen[word] = 1 + log(counts[word])
    return chosen


def alike_by_words(
    telling: Mapping[str, float], having: Mapping[str, Collection[str]], number: str, tickets: int
) -> dict[str, Likeness]:
    """The other tickets that have enough of these words. `having` are the tickets that have each, out of so many."""
    weights = {
        word: telling[word] * log(1 + tickets / len(others))
        for word, numbers in having.items()
        if (others := {*numbers} - {number})
    }
    whole = sum(weights.values())
    shared: dict[str, list[str]] = {}
    for word in sorted(weights, key=lambda word: -weights[word]):
        for other in having[word]:
            shared.setdefault(other, []).append(word)
    shared.pop(number, None)
    fewest = min(_FEWEST_WORDS, len(weights))
    found = {
        other: Likeness(share=sum(map(weights.__getitem__, words)) / whole, words=tuple(words))
        for other, words in shared.items()
        if len(words) >= fewest
    }
    return {other: likeness for other, likeness in found.items() if likeness.share >= _LEAST_SHARE}


def _tokens(text: str) -> list[str]:
    tokens = list(find_tokens(text))[:_MOST_READ]
    return [token for token in tokens if _SHORTEST <= len(token) <= _LONGEST and _may_tell(token)]


def _may_tell(token: str) -> bool:
    return not any(sign in token for sign in "@/:") and any(character.isalpha() for character in token)
