"""The facts: an SQLite file of its own with what statistics count, derived from histories and catalog.

Filing knows nothing of it. It is caught up (`facts_following`) by whoever asks, and by the daemon in quiet moments.
Beside its tables a query sees those of the catalog.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from mdtickets.store.catalog import open_derived
from mdtickets.store.facts_rows import TicketFacts, Working
from mdtickets.store.facts_schema import CONTENT_TABLES, FACTS_VERSION, SCHEMA
from mdtickets.store.layout import Layout
from mdtickets.store.transaction import transaction

_BEHIND = """
SELECT ticket.number FROM catalog.ticket LEFT JOIN followed USING (number) WHERE followed.stamp IS NOT ticket.stamp
UNION ALL SELECT number FROM followed WHERE number NOT IN (SELECT number FROM catalog.ticket)
"""


class Facts:
    """The open file of one store, the catalog's tables beside its own."""

    def __init__(self, layout: Layout) -> None:
        """Open it, making an empty one where none is, where it is torn, or where its version is another.

        The catalog must be there.
        """
        self._connection = open_derived(layout.facts, SCHEMA, FACTS_VERSION)
        self._connection.row_factory = None
        self._connection.execute("ATTACH DATABASE ? AS catalog", (os.fspath(layout.catalog),))

    def close(self) -> None:
        """Give the files free."""
        self._connection.close()

    def get(self, key: str) -> str:
        """What was noted under that key, "" when nothing was."""
        found = self._connection.execute("SELECT value FROM note WHERE key = ?", (key,)).fetchone()
        return found[0] if found else ""

    def query(self, sql: str, values: Sequence[object] | Mapping[str, object] = ()) -> list[tuple[Any, ...]]:
        """The rows that a SELECT gives."""
        return self.walk(sql, values).fetchall()

    def walk(self, sql: str, values: Sequence[object] | Mapping[str, object] = ()) -> sqlite3.Cursor:
        """The same one by one, each a tuple."""
        return self._connection.execute(sql, values)

    def behind(self) -> list[str]:
        """The tickets that are not here as the catalog has them, or no more in the catalog."""
        return [str(number) for (number,) in self.query(_BEHIND)]

    def replace(self, found: Iterable[TicketFacts], gone: Iterable[str] = ()) -> None:
        """Everything about these tickets anew, and nothing of those that are gone."""
        found = list(found)
        numbers = [(number,) for number in (*(each.number for each in found), *gone)]
        with self._writing():
            for table in CONTENT_TABLES:
                self._connection.executemany(f"DELETE FROM {table} WHERE number = ?", numbers)  # noqa: S608  # our names
            self._connection.executemany("INSERT INTO followed VALUES (?, ?)", _stamps(found))
            for table in CONTENT_TABLES[1:]:
                self._insert(table, [row for each in found for row in each.rows[table]])

    def begin_anew(self, notes: Mapping[str, str]) -> None:
        """Forget everything, and note by what the rows to come are reckoned."""
        with self._writing():
            for table in (*CONTENT_TABLES, "note"):
                self._connection.execute(f"DELETE FROM {table}")  # noqa: S608  # our own names
            self._connection.executemany("INSERT INTO note VALUES (?, ?)", notes.items())

    def reckon_anew(self, working: Working, notes: Mapping[str, str]) -> None:
        """The working minutes of all that took time, by other calendars, and the notes of these."""
        spans = self.query("SELECT at - seconds, at, queue, number, position FROM happening WHERE seconds IS NOT NULL")
        counted = ((working(since, until, queue), *place) for since, until, queue, *place in spans)
        with self._writing():
            self._connection.executemany("INSERT OR REPLACE INTO note VALUES (?, ?)", notes.items())
            self._connection.executemany("UPDATE happening SET working = ? WHERE number = ? AND position = ?", counted)

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        """All that it says: two files of the same store by the same clock are equal."""
        return {table: self.query(f"SELECT * FROM {table} ORDER BY number") for table in CONTENT_TABLES}  # noqa: S608  # ours

    def _writing(self) -> AbstractContextManager[None]:
        # not IMMEDIATE: that would take the catalog from whoever files
        return transaction(self._connection, "BEGIN")

    def _insert(self, table: str, rows: Sequence[tuple[object, ...]]) -> None:
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608  # our own names


def _stamps(found: Iterable[TicketFacts]) -> Iterator[tuple[str, str]]:
    return ((each.number, each.stamp) for each in found)
