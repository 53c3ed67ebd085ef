"""What the index keeps beside Whoosh's files, in SQLite: its vocabulary, and which state of each ticket it has.

The vocabulary serves what Whoosh's term dictionary is slow at: prefixes, compounds (any part of a word) and words that
were meant. It only grows; an index made anew has none of what is gone.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from msgspec import Struct

from mdtickets.domain.spellings import is_near
from mdtickets.store.catalog import share_file
from mdtickets.store.transaction import transaction

# Words that may have another in them: not the numbers, addresses and codes that make most of a vocabulary.
_MAY_BE_COMPOUND = "length(form) >= 8 AND form NOT GLOB '*[0-9@./:+-]*'"
_SCHEMA = (
    """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE word (
    form TEXT NOT NULL, term TEXT NOT NULL, articles INTEGER NOT NULL, PRIMARY KEY (form, term)
) WITHOUT ROWID;
CREATE INDEX word_compound ON word (form, term, articles) WHERE """
    + _MAY_BE_COMPOUND
    + """;
CREATE TABLE ticket (number TEXT PRIMARY KEY, stamp TEXT NOT NULL, articles TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE long_number (id INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE);
"""
)
_ADOPT = (
    """INSERT INTO word SELECT form, term, articles FROM part.word WHERE true
    ON CONFLICT DO UPDATE SET articles = articles + excluded.articles""",
    "INSERT OR REPLACE INTO ticket SELECT number, stamp, articles FROM part.ticket",
)
_BUSY = 5.0  # seconds
_AT_ONCE = 500  # marks of one statement
_LONG = 7  # letters of a word in which two may be wrong
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_FIRST_LONG_NUMBER = 1 << 63


class Indexed(Struct, frozen=True, kw_only=True):
    """What the index has of a ticket."""

    stamp: str
    articles: tuple[str, ...]  # a mark of each article: of its name and bytes


class Words:
    """The open file. `create` makes an empty one where none is; else it must be there."""

    def __init__(self, path: Path, *, create: bool) -> None:
        """Raises sqlite3.DatabaseError when there is none or it is torn."""
        mode = "rwc" if create else "rw"
        self._connection = sqlite3.connect(
            f"{path.as_uri()}?mode={mode}", timeout=_BUSY, isolation_level=None, uri=True
        )
        try:
            if create:
                share_file(path)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            if create and not self._connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                self._connection.executescript(f"BEGIN; {_SCHEMA} COMMIT;")
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Give the file free."""
        self._connection.close()

    def transaction(self) -> AbstractContextManager[None]:
        """All writes of the block, or none."""
        return transaction(self._connection)

    def get(self, key: str) -> str:
        """What was noted under that key, "" when nothing was."""
        found = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return found[0] if found else ""

    def put(self, key: str, value: str) -> None:
        """Note something."""
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    @property
    def is_whole(self) -> bool:
        """Whether SQLite finds nothing wrong in all of the file."""
        try:
            return bool(self._connection.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok")
        except sqlite3.DatabaseError:
            return False

    # what of the tickets it has

    def indexed(self, numbers: Sequence[str]) -> dict[str, Indexed]:
        """What the index has of these tickets; those it does not know are not in the answer."""
        found: dict[str, Indexed] = {}
        for start in range(0, len(numbers), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            sql = f"SELECT number, stamp, articles FROM ticket WHERE number IN ({_marks(some)})"  # noqa: S608  # marks
            for number, stamp, articles in self._connection.execute(sql, some):
                found[number] = Indexed(stamp=stamp, articles=tuple(articles.split()))
        return found

    def all_numbers(self) -> Iterator[str]:
        """Every ticket that the index has."""
        return (number for (number,) in self._connection.execute("SELECT number FROM ticket"))

    def count_tickets(self) -> int:
        """How many tickets the index has."""
        count: int = self._connection.execute("SELECT count(*) FROM ticket").fetchone()[0]
        return count

    def note(self, tickets: Mapping[str, Indexed | None]) -> None:
        """Note what the index has of these tickets now; None = nothing."""
        gone = [(number,) for number, indexed in tickets.items() if indexed is None]
        rows = [(number, it.stamp, " ".join(it.articles)) for number, it in tickets.items() if it]
        self._connection.executemany("DELETE FROM ticket WHERE number = ?", gone)
        self._connection.executemany("INSERT OR REPLACE INTO ticket VALUES (?, ?, ?)", rows)

    def adopt(self, path: Path) -> None:
        """Take over what another such file has, of tickets that are not in this one."""
        self._connection.execute("ATTACH ? AS part", (os.fspath(path),))
        try:
            with self.transaction():
                for statement in _ADOPT:
                    self._connection.execute(statement)
        finally:
            self._connection.execute("DETACH part")

    # the vocabulary

    def count_words(self, forms: Mapping[tuple[str, str], int]) -> None:
        """So many more articles have these forms with these terms."""
        rows = [(form, term, count) for (form, term), count in forms.items()]
        sql = "INSERT INTO word VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET articles = articles + excluded.articles"
        self._connection.executemany(sql, rows)

    def beginning(self, prefix: str, most: int) -> list[str]:
        """The terms of the words that begin so, the commonest first."""
        sql = (
            "SELECT term FROM word WHERE form >= ? AND form < ? GROUP BY term ORDER BY sum(articles) DESC, term LIMIT ?"
        )
        return [term for (term,) in self._connection.execute(sql, (prefix, prefix + "\U0010ffff", most))]

    def containing(self, part: str, most: int) -> list[tuple[str, str]]:
        """(form, term) of the words that contain this and are more than it, the commonest first."""
        sql = (
            f"SELECT form, term FROM word INDEXED BY word_compound WHERE {_MAY_BE_COMPOUND}"  # noqa: S608  # our own words
            " AND instr(form, ?) AND form != ? ORDER BY articles DESC, form LIMIT ?"
        )
        return list(self._connection.execute(sql, (part, part, most)))

    def codes_containing(self, part: str, most: int) -> list[str]:
        """The terms of the numbers and codes that contain this, the commonest first."""
        sql = (
            "SELECT term FROM word WHERE instr(form, ?) AND form GLOB '*[0-9]*'"
            " GROUP BY term ORDER BY sum(articles) DESC, term LIMIT ?"
        )
        return [term for (term,) in self._connection.execute(sql, (part, most))]

    def terms_of(self, forms: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Those of these forms that some article has, with their terms."""
        found: dict[str, tuple[str, ...]] = {}
        for some in _batches(sorted(forms)):
            sql = f"SELECT form, term FROM word WHERE form IN ({_marks(some)}) ORDER BY form, term"  # noqa: S608  # marks
            for form, term in self._connection.execute(sql, some):
                found[form] = (*found.get(form, ()), term)
        return found

    def nearest(self, form: str) -> str:
        """The commonest word that differs by one letter (more, less, another, or two swapped), of a long one by two.

        "" when none does.
        """
        best, most = "", 0
        for some in _batches(sorted(_one_edit_away(form))):
            sql = f"SELECT form, sum(articles) FROM word WHERE form IN ({_marks(some)}) GROUP BY form"  # noqa: S608  # marks
            for found, articles in self._connection.execute(sql, some):
                if articles > most:
                    best, most = found, articles
        return best or self._two_edits_away(form)

    def _two_edits_away(self, form: str) -> str:
        if len(form) < _LONG or not form.isalpha():
            return ""
        # nobody errs in the first two letters and in a third
        begin = form[:2]
        sql = (
            "SELECT form FROM word WHERE form >= ? AND form < ? AND length(form) BETWEEN ? AND ?"
            " GROUP BY form ORDER BY sum(articles) DESC, form"
        )
        bounds = (begin, begin + "\U0010ffff", len(form) - 2, len(form) + 2)
        return next((near for (near,) in self._connection.execute(sql, bounds) if is_near(form, near, 2)), "")

    def knows(self, form: str) -> bool:
        """Whether some article has that word."""
        return bool(self._connection.execute("SELECT 1 FROM word WHERE form = ? LIMIT 1", (form,)).fetchone())

    # numbers that do not fit into a column

    def name_long_number(self, number: str) -> int:
        """What stands in the column for a ticket number of twenty digits and more."""
        self._connection.execute("INSERT OR IGNORE INTO long_number (number) VALUES (?)", (number,))
        sql = "SELECT id FROM long_number WHERE number = ?"
        found: int = self._connection.execute(sql, (number,)).fetchone()[0]
        return _FIRST_LONG_NUMBER + found

    def number_of(self, name: int) -> str:
        """The ticket number that stands in the column, or that what stands there is for."""
        if name < _FIRST_LONG_NUMBER:
            return str(name)
        sql = "SELECT number FROM long_number WHERE id = ?"
        found = self._connection.execute(sql, (name - _FIRST_LONG_NUMBER,)).fetchone()
        return found[0] if found else ""


def _one_edit_away(word: str) -> Iterable[str]:
    splits = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    yield from (left + right[1:] for left, right in splits if right)
    yield from (left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1)
    yield from (left + letter + right[1:] for left, right in splits if right for letter in _LETTERS)
    yield from (left + letter + right for left, right in splits for letter in _LETTERS)


def _batches(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
