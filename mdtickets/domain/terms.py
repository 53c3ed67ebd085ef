"""From words to the terms that the full text knows them by: folded, stemmed, whole and in parts.

A *token* is what stands together in a text: `Lizenz-Schlüssel`, `anna@example.org`, `0x80070005`, `v2.14.3`. It is found
whole, by its parts, and joined. A *form* is a word as it was written, folded; its *term* is the folded stem.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import chain

from msgspec import Struct

# (word in lower case, language) -> its stem
Stem = Callable[[str, str], str]

LANGUAGES = ("de", "en")
AS_WRITTEN = "-"  # the "language" of names and addresses: nothing is stemmed

_LONGEST_TOKEN = 100  # characters; what is longer is no word, and its parts are enough
_LONGEST_PART = 50
_MOST_PARTS = 12  # of one token: a path, not a line of base64 with slashes
_MOST_CACHED = 100_000  # tokens; a store has some 50,000 that come again

_TOKEN = re.compile(r"\w+(?:[.@/+:&'’-]\w+)*")
_PART = re.compile(r"[^\W_]+")
_COARSE = re.compile(r"[@/+:&]")
_HYPHEN = re.compile(r"[-'’]")
_VERSION = re.compile(r"[vV](?=\d)")
_DIGRAPHS = re.compile(r"ae|oe|(?<![aeq])ue")


class Token(Struct, frozen=True):
    """What one token is found by."""

    parts: tuple[tuple[str, ...], ...]  # one place after another; each has the terms of its stems
    wholes: tuple[str, ...]  # the terms of the whole, of its pieces and of its parts joined
    terms: tuple[str, ...]  # all of these
    forms: tuple[tuple[str, str], ...]  # (form, term) of everything above


class Sought(Struct, frozen=True):
    """What a token of a query may be called in the index."""

    wholes: tuple[str, ...]  # any of these is the token
    parts: tuple[tuple[str, ...], ...]  # so are these, one after another; empty where the token has one part
    form: str  # as it was written, folded
    stem: str  # the shortest of its stems


def fold(word: str) -> str:
    """The word in lower case without accents, with ä = ae = a, ö = oe = o, ü = ue = u, ß = ss."""
    word = word.casefold()
    if not word.isascii():
        word = unicodedata.normalize("NFKD", word)
        word = "".join(character for character in word if not unicodedata.combining(character))
    return _DIGRAPHS.sub(_first_letter, word) if "e" in word else word


def find_tokens(text: str) -> Iterator[str]:
    """The tokens of a text, as they are written."""
    return (match[0] for match in _TOKEN.finditer(text))


class _Known(dict[str, Token]):
    """Tokens by their text, each made when it is first met: a look costs no call of Python's."""

    def __init__(self, make: Callable[[str], Token]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, word: str) -> Token:
        token = self[word] = self._make(word)
        return token


class Analyser:
    """Tokens to terms, remembering those that it met."""

    def __init__(self, stem: Stem) -> None:
        self._stem = stem
        self._known: dict[str, _Known] = {}  # by language

    def read(self, text: str, language: str, most: int | None = None) -> list[Token]:
        """The tokens of a text, at most so many. Of a language that is not known ("") words have the stems of all."""
        known = self._known.get(language)
        if known is None:
            known = self._known[language] = _Known(lambda word: self._token(word, language))
        elif len(known) >= _MOST_CACHED:
            known.clear()
        words = _TOKEN.findall(text) if most is None else _TOKEN.findall(text)[:most]
        return list(map(known.__getitem__, words))

    def seek(self, text: str) -> list[Sought]:
        """The tokens of a query. Nobody knows its language, so each has its stems in all and is sought as written, too."""
        return [self._sought(word) for word in find_tokens(text)]

    def _token(self, word: str, language: str) -> Token:
        if word.isalnum() and len(word) <= _LONGEST_PART:
            forms_of_one = self._forms(word, language)
            terms = tuple(term for _form, term in forms_of_one)
            return Token(parts=(terms,), wholes=(), terms=terms, forms=forms_of_one)
        words = _PART.findall(word)[:_MOST_PARTS]
        forms = [self._forms(part, language) for part in words if len(part) <= _LONGEST_PART]
        whole_forms = [] if len(words) < 2 else list(self._whole_forms(word, language))
        parts = tuple(tuple(dict.fromkeys(term for _form, term in each)) for each in forms)
        wholes = tuple(dict.fromkeys(term for _form, term in whole_forms))
        return Token(
            parts=parts,
            wholes=wholes,
            terms=(*chain.from_iterable(parts), *wholes),
            forms=tuple(dict.fromkeys(chain(chain.from_iterable(forms), whole_forms))),
        )

    def _whole_forms(self, word: str, language: str) -> Iterator[tuple[str, str]]:
        if len(word) > _LONGEST_TOKEN:
            return
        pieces = [piece for piece in _COARSE.split(word) if piece]
        for each in dict.fromkeys((word, *pieces)):
            if len(_PART.findall(each)) > 1:
                form = fold(each)
                yield form, form
            if _VERSION.match(each):
                yield fold(each[1:]), fold(each[1:])
        for piece in pieces:
            if _HYPHEN.search(piece):
                yield from self._forms(_HYPHEN.sub("", piece), language)

    def _forms(self, word: str, language: str) -> tuple[tuple[str, str], ...]:
        form = fold(word)
        if language == AS_WRITTEN or not word.isalpha():
            return ((form, form),)
        languages = (language,) if language in LANGUAGES else LANGUAGES
        return tuple((form, term) for term in dict.fromkeys(fold(self._stem(word.lower(), each)) for each in languages))

    def _sought(self, word: str) -> Sought:
        form = fold(word)
        words = _PART.findall(word)
        if len(words) < 2:
            wholes = self._variants(words[0] if words else word)
            return Sought(wholes=wholes, parts=(), form=form, stem=min(wholes, key=len))
        joined = self._variants(_HYPHEN.sub("", word)) if _HYPHEN.search(word) and not _COARSE.search(word) else ()
        wholes = tuple(dict.fromkeys((form, *joined)))
        return Sought(wholes=wholes, parts=tuple(self._variants(part) for part in words), form=form, stem=form)

    def _variants(self, word: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys((fold(word), *(term for _form, term in self._forms(word, "")))))


def _first_letter(match: re.Match[str]) -> str:
    return match[0][0]
