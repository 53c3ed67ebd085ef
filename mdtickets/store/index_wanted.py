"""What a leaf of a query is looked for by: terms, alternatives among them, words in a row."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from mdtickets.domain.query import Phrase, Prefix, Text, TextField
from mdtickets.domain.terms import Analyser, Sought, fold
from mdtickets.store.index_words import Words

SHORTEST_COMPOUND = 5  # letters of a word that is looked for inside other words
_MOST_COMPOUNDS = 50  # terms
_LEAST_BESIDE = 3  # letters that a compound has more: `sprint` is none of `print`
_COMPOUND = 0.4  # of the weight of the word itself
_ROW = 1.0
_MOST_OF_PREFIX = 2000  # terms
_NO_COMPOUNDS = frozenset({TextField.FROM, TextField.TO})

Row = tuple[tuple[str, ...], ...]  # one place after another: the terms that may stand there


class Wanted(Struct, frozen=True, kw_only=True):
    """One thing that is looked for: an article has it when it has one of the terms, or one of the rows."""

    terms: dict[str, float]  # with the part of its weight that counts
    rows: tuple[Row, ...] = ()


def wanted(leaf: Text, analyser: Analyser, words: Words) -> list[Wanted]:
    """What all must be in an article for this leaf to match it. Nothing is in none."""
    if isinstance(leaf, Prefix):
        return [Wanted(terms=dict.fromkeys(_beginning(leaf.text, words), 1.0))]
    tokens = analyser.seek(leaf.text)
    if isinstance(leaf, Phrase) and (row := tuple(_row(tokens))) and len(row) > 1:
        return [Wanted(terms={}, rows=(row,))]
    return [_of_token(token, leaf.field, words) for token in tokens] or [Wanted(terms={})]


def _of_token(token: Sought, field: str, words: Words) -> Wanted:
    terms = dict.fromkeys(token.wholes, 1.0)
    if token.parts:
        return Wanted(terms=terms, rows=(token.parts,))
    if field not in _NO_COMPOUNDS and token.form.isalpha() and len(token.form) >= SHORTEST_COMPOUND:
        for term in _compounds(token.form, words):
            terms.setdefault(term, _COMPOUND)
    return Wanted(terms=terms)


def _compounds(form: str, words: Words) -> Iterable[str]:
    found = words.containing(form, _MOST_COMPOUNDS)
    return (term for other, term in found if other.isalpha() and _is_compound(other, form))


def _is_compound(other: str, form: str) -> bool:
    before, _form, behind = other.partition(form)
    return len(before) >= _LEAST_BESIDE or (not before and len(behind) >= _LEAST_BESIDE)


def _row(tokens: Iterable[Sought]) -> Iterator[tuple[str, ...]]:
    for token in tokens:
        if token.parts:
            yield from token.parts
        else:
            yield token.wholes


def _beginning(text: str, words: Words) -> list[str]:
    return words.beginning(fold(text), _MOST_OF_PREFIX)
