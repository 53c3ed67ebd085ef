"""How many columns a text takes on a terminal, and how to cut, pad and wrap it to fit.

Columns follow Unicode Standard Annex 11 (East Asian Width); a base character and what is drawn over it stay together.
"""

import unicodedata
from collections.abc import Iterator

ELLIPSIS = "…"

_JOINER = "\u200d"
_AS_EMOJI = "\ufe0f"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_HANGUL_TAILS = range(0x1160, 0x1200)
_DRAWN_OVER = frozenset({"Mn", "Me", "Cf"})
# More marks than any script needs on one letter: a stranger's joke that would hide the lines above.
_MOST_MARKS = 8


def width_of(text: str) -> int:
    """The columns that a line of text takes."""
    if text.isascii():
        return len(text)
    return sum(columns for _cluster, columns in _clusters(text))


def cut(text: str, columns: int) -> str:
    """The text, shortened to at most `columns` with an ellipsis where something is missing."""
    if width_of(text) <= columns:
        return text
    return _head(text, columns - 1).rstrip() + ELLIPSIS if columns > 0 else ""


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """The text with spaces up to `columns`; in front of it when it is to stand on the right."""
    spaces = " " * (columns - width_of(text))
    return spaces + text if right else text + spaces


def wrap(text: str, columns: int) -> list[str]:
    """The lines of a text, each at most `columns` wide. Web addresses stay whole: half of one leads nowhere."""
    return [piece for line in text.split("\n") for piece in _wrap_line(line.expandtabs(8), max(columns, 10))]


def _wrap_line(line: str, columns: int) -> list[str]:
    if width_of(line) <= columns:
        return [line.rstrip()]
    indent = line[: min(len(line) - len(line.lstrip(" ")), columns // 2)]
    done: list[str] = []
    current, used = indent, len(indent)
    for word in line.split():
        for piece in _breakable(word, columns - len(indent)):
            size = width_of(piece)
            gap = 1 if used > len(indent) else 0
            if gap and used + gap + size > columns:
                done.append(current)
                current, used, gap = indent, len(indent), 0
            current += " " * gap + piece
            used += gap + size
    return [*done, current]


def _breakable(word: str, columns: int) -> list[str]:
    if width_of(word) <= columns or "://" in word:
        return [word]
    pieces = []
    while word:
        piece = _head(word, columns) or word[:1]
        pieces.append(piece)
        word = word[len(piece) :]
    return pieces


def _head(text: str, columns: int) -> str:
    """As much of the beginning as fits."""
    end = 0
    for cluster, size in _clusters(text):
        columns -= size
        if columns < 0:
            break
        end += len(cluster)
    return text[:end]


def _clusters(text: str) -> Iterator[tuple[str, int]]:
    """Each base character with all that is drawn over it, and its columns."""
    cluster, columns, joined = "", 0, False
    for character in text:
        if cluster and (joined or _adds_nothing(character)):
            cluster += character
            # an emoji style makes a narrow sign wide on the terminals that know it
            columns = max(columns, 2) if character == _AS_EMOJI else columns
        else:
            if cluster:
                yield cluster, columns
            cluster, columns = character, _columns(character)
        joined = character == _JOINER
    if cluster:
        yield cluster, columns


def tame(text: str) -> str:
    """The text with no letter under more marks than `_MOST_MARKS`."""
    if text.isascii():
        return text
    return "".join(cluster[: 1 + _MOST_MARKS] for cluster, _columns_of_it in _clusters(text))


def _columns(character: str) -> int:
    if _adds_nothing(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def _adds_nothing(character: str) -> bool:
    code = ord(character)
    if code < 0x300:
        return code == 0xAD
    return code in _SKIN_TONES or code in _HANGUL_TAILS or unicodedata.category(character) in _DRAWN_OVER
