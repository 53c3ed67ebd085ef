"""Where a key stands in a TOML file: tomllib tells values, not lines, and a sentence about a mistake needs one.

Looked at only when something is wrong. What is written in one line (an inline table, a list) has that line.
"""

import re
import tomllib
from collections.abc import Iterator

Path = tuple[str, ...]

_KEY = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_DOTTED = rf"{_KEY}(?:\s*\.\s*{_KEY})*"
_HEADER = re.compile(rf"\s*\[(\[)?\s*({_DOTTED})\s*\]")
_ASSIGNMENT = re.compile(rf"\s*({_DOTTED})\s*=")
_WORDS = re.compile(_KEY)
_STRINGS = re.compile(r"""\"{3}|'{3}|"(?:[^"\\]|\\.)*"|'[^']*'|\#.*""")
_AT = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")


class KeyLines:
    """The lines of all tables and keys of a file, counted from 1. Entries of lists are named "0", "1" and so on."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {}
        counted: dict[Path, int] = {}
        table: Path = ()
        for number, line in _statements(text):
            header = _HEADER.match(line)
            if header:
                table = _words(header[2])
                if header[1]:
                    counted[table] = counted.get(table, -1) + 1
                    table = (*table, str(counted[table]))
                self._note(table, number)
                continue
            assignment = _ASSIGNMENT.match(line)
            if assignment:
                self._note((*table, *_words(assignment[1])), number)

    def find(self, path: Path) -> int | None:
        """The line of a key; None when it is not there."""
        return self._lines.get(path)

    def find_nearest(self, path: Path) -> int | None:
        """The line of a key, else of the nearest table around it; None when nothing of it is there."""
        for length in range(len(path), 0, -1):
            line = self._lines.get(path[:length])
            if line is not None:
                return line
        return None

    def _note(self, path: Path, line: int) -> None:
        for length in range(1, len(path) + 1):
            self._lines.setdefault(path[:length], line)


def mistake(text: str, error: tomllib.TOMLDecodeError) -> tuple[int, str]:
    """The line of a syntax error, and what it is."""
    found = _AT.search(str(error))
    line = int(found[1]) if found and found[1] else text.count("\n") + 1
    return line, _AT.sub("", str(error)).strip()


def _words(dotted: str) -> Path:
    return tuple(_unquoted(word) for word in _WORDS.findall(dotted))


def _unquoted(word: str) -> str:
    if word[0] == "'":
        return word[1:-1]
    return str(tomllib.loads(f"key = {word}")["key"]) if word[0] == '"' else word


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """The lines on which a table or a key can begin: none within brackets or long strings."""
    depth = 0
    quote = ""
    for number, line in enumerate(text.split("\n"), 1):
        if depth == 0 and not quote:
            yield number, line
        bare = []
        position = 0
        for found in _STRINGS.finditer(line):
            sign = found[0][:3]
            if not quote:
                bare.append(line[position : found.start()])
            if sign in {'"""', "'''"} and quote in {"", sign}:
                quote = "" if quote else sign
            position = found.end()
        if not quote:
            bare.append(line[position:])
        outside = "".join(bare)
        if not _HEADER.match(outside):
            depth = max(0, depth + sum(map(outside.count, "[{")) - sum(map(outside.count, "]}")))
