"""A few words of a text around what was looked for, and where it stands among them."""

from collections.abc import Collection

from msgspec import Struct

from mdtickets.domain.terms import Analyser, Token, find_tokens

_WIDTH = 160  # characters
_BEFORE = 40  # of them before the first word that was found, at most
_LONGEST = 20_000  # characters that are looked at


class Excerpt(Struct, frozen=True, kw_only=True):
    """One line of text, and the places (from, to) in it of what was found."""

    text: str = ""
    marks: tuple[tuple[int, int], ...] = ()


class _Match(Struct, frozen=True):
    start: int
    end: int
    terms: frozenset[str]


def excerpt(text: str, language: str, terms: Collection[str], analyser: Analyser, width: int = _WIDTH) -> Excerpt:
    """The stretch with the most different terms, the first of several; without any, no marks and the beginning."""
    line = " ".join(text[:_LONGEST].split())
    found = _matches(line, language, terms, analyser)
    start = _start(line, _best(found, width - _BEFORE), width)
    end = _end(line, start, width)
    before, behind = "… " if start else "", " …" if end < len(line) else ""
    shift = len(before) - start
    shown = (match for match in found if match.start >= start and match.end <= end)
    marks = tuple((match.start + shift, match.end + shift) for match in shown)
    return Excerpt(text=f"{before}{line[start:end]}{behind}", marks=marks)


def _matches(line: str, language: str, terms: Collection[str], analyser: Analyser) -> list[_Match]:
    found, place = [], 0
    for word, token in zip(find_tokens(line), analyser.read(line, language), strict=True):
        place = line.index(word, place)
        if has := frozenset(_terms(token)).intersection(terms):
            found.append(_Match(place, place + len(word), has))
        place += len(word)
    return found


def _terms(token: Token) -> set[str]:
    return {*token.wholes, *(term for place in token.parts for term in place)}


def _best(found: list[_Match], width: int) -> int:
    """Where the best stretch begins with a match; 0 when there is none."""
    best = most = last = 0
    for first, match in enumerate(found):
        while last < len(found) and found[last].end <= match.start + width:
            last += 1
        different = len(frozenset().union(*(each.terms for each in found[first : max(last, first + 1)])))
        if different > most:
            best, most = match.start, different
    return best


def _start(line: str, first: int, width: int) -> int:
    """Some words before the first match, from the beginning of one."""
    if first <= _BEFORE or len(line) <= width:
        return 0
    start = line.find(" ", first - _BEFORE) + 1
    return start if 0 < start <= first else first


def _end(line: str, start: int, width: int) -> int:
    end = start + width
    if end >= len(line):
        return len(line)
    space = line.rfind(" ", start + width // 2, end + 1)
    return space if space > start else end
