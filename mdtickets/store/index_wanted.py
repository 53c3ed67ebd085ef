"""What a leaf of a query is looked for by: terms, alternatives among them, words in a row."""

from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from mdtickets.domain.query import Phrase, Prefix, Text, TextField
from mdtickets.domain.spellings import other_forms
from mdtickets.domain.terms import Analyser, Sought, fold
from mdtickets.store.index_words import Words

SHORTEST_COMPOUND = 5  # letters of a word that is looked for inside other words
_MOST_COMPOUNDS = 50  # terms
_LEAST_BESIDE = 3  # letters that a compound has more: `sprint` is none of `print`
_COMPOUND = 0.4  # of the weight of the word itself
_OTHER_FORM = 0.5  # of the weight of the word itself
_SHORTEST_CODE = 4  # signs of a part of a number or code
_LONGEST_APART = 40  # letters of a word that is taken apart
_SHORTEST_PIECE = 3  # letters
_SHORTEST_SIGNS = 2  # of a piece of a number or code
_JOINTS = ("", "s", "e", "n", "es", "en", "er")  # what German puts between the words of a compound
_SHORTEST_ALONE = 4  # letters of a piece that may stand anywhere
_MOST_PIECES = 8
MOST_OF_PREFIX = 2000  # terms, the commonest
_NO_COMPOUNDS = frozenset({TextField.FROM, TextField.TO})

# term -> whether any article has it
IsKnown = Callable[[str], bool]

Row = tuple[tuple[str, ...], ...]  # one place after another: the terms that may stand there


class Wanted(Struct, frozen=True, kw_only=True):
    """One thing that is looked for: an article has it when it has one of the terms, or all of a row."""

    terms: dict[str, float]  # with the part of its weight that counts
    rows: tuple[Row, ...] = ()  # one behind the other
    scattered: tuple[Row, ...] = ()  # anywhere in the article
    is_cut: bool = False  # there are more terms than are looked for


def wanted(leaf: Text, analyser: Analyser, words: Words, is_known: IsKnown) -> list[Wanted]:
    """What all must be in an article for this leaf to match it. Nothing is in none."""
    if isinstance(leaf, Prefix):
        found = words.beginning(fold(leaf.text), MOST_OF_PREFIX + 1)
        return [Wanted(terms=dict.fromkeys(found[:MOST_OF_PREFIX], 1.0), is_cut=len(found) > MOST_OF_PREFIX)]
    tokens = analyser.seek(leaf.text)
    if isinstance(leaf, Phrase) and (row := tuple(_row(tokens))) and len(row) > 1:
        return [Wanted(terms={}, rows=(row,))]
    return [_of_token(token, leaf.field, words, is_known) for token in tokens] or [Wanted(terms={})]


def terms_of(wanted: Wanted) -> Iterator[str]:
    """Every term that it may be found by."""
    yield from wanted.terms
    for row in (*wanted.rows, *wanted.scattered):
        for terms in row:
            yield from terms


def _of_token(token: Sought, field: str, words: Words, is_known: IsKnown) -> Wanted:
    terms = dict.fromkeys(token.wholes, 1.0)
    if token.parts:
        return Wanted(terms=terms, rows=(token.parts,))
    form = token.form
    if field not in _NO_COMPOUNDS and form.isalpha():
        for term in (term for terms in words.terms_of(other_forms(form)).values() for term in terms):
            terms.setdefault(term, _OTHER_FORM)
        for term in _compounds(form, words) if len(form) >= SHORTEST_COMPOUND else ():
            terms.setdefault(term, _COMPOUND)
    if any(map(is_known, terms)):
        return Wanted(terms=terms)
    return _of_unknown(form, terms, words)


def _of_unknown(form: str, terms: dict[str, float], words: Words) -> Wanted:
    """What a word that nobody wrote may be: a part of a number or code, or words that others wrote apart."""
    if not form.isalpha() and len(form) >= _SHORTEST_CODE:
        terms |= dict.fromkeys(words.codes_containing(form, _MOST_COMPOUNDS), _COMPOUND)
    pieces = _take_apart(form, words) if len(form) <= _LONGEST_APART else ()
    rows = (tuple(terms for _piece, terms in pieces),) if len(pieces) > 1 else ()
    is_compound = len(pieces) == 2 and all(len(piece) >= _SHORTEST_ALONE for piece, _terms in pieces)
    return Wanted(terms=terms, rows=rows, scattered=rows if is_compound and form.isalpha() else ())


def _take_apart(form: str, words: Words) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The fewest words that others wrote, one behind the other, with their terms; nothing when there are none."""
    length = len(form)
    least, joints = (_SHORTEST_PIECE, _JOINTS) if form.isalpha() else (_SHORTEST_SIGNS, ("",))
    spans = [(start, end) for start in range(length) for end in range(start + least, length + 1)]
    known = words.terms_of({form[start:end] for start, end in spans} - {form})
    best: dict[int, tuple[str, ...]] = {0: ()}  # by where the next begins
    for start, end in spans:
        piece, before = form[start:end], best.get(start)
        if before is None or len(before) == _MOST_PIECES or piece not in known:
            continue
        for joint in joints:
            after = end + len(joint)
            is_fewer = after not in best or len(before) + 1 < len(best[after])
            if is_fewer and form.startswith(joint, end) and (not joint or after < length):
                best[after] = (*before, piece)
    return tuple((piece, known[piece]) for piece in best.get(length, ()))


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
