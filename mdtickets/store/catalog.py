"""The catalog: one SQLite file with a row for each ticket, article and card, derived from the files.

It answers lists, follow-up look-ups and budgets in milliseconds. It may be deleted at any time. Readers and one writer
work side by side (WAL); what a crash loses is read again from the files.
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from mdtickets.store.catalog_schema import CATALOG_VERSION, CONTENT_TABLES, SCHEMA
from mdtickets.store.transaction import transaction

if TYPE_CHECKING:
    # they load YAML and all of mail, which a list does not need
    from mdtickets.store.rows import CardRow, TicketRows

_BUSY_MS = 5000
_TICKET_TABLES = ("ticket", "article", "tag", "own", "reference", "source", "acknowledgement")


class Catalog:
    """The open catalog of one store."""

    def __init__(self, path: Path) -> None:
        """Open it, making an empty one where none is, where it is torn, or where its version is another."""
        self.path = path
        self._connection = open_derived(path, SCHEMA, CATALOG_VERSION)
        self._inode = path.stat().st_ino

    def close(self) -> None:
        """Give the file free."""
        self._connection.close()

    @property
    def is_current(self) -> bool:
        """Whether the open file is still the one that lies there: somebody may have deleted it under a running daemon."""
        try:
            return self.path.stat().st_ino == self._inode
        except FileNotFoundError:
            return False

    @property
    def is_empty(self) -> bool:
        """Whether it was never filled: then everything has to be read from the files."""
        return self.get("filled") is None

    def transaction(self) -> AbstractContextManager[None]:
        """All writes of the block, or none. Blocks may be nested: the outermost one counts."""
        return transaction(self._connection)

    @contextmanager
    def impatient(self) -> Iterator[None]:
        """Do not wait for another writer while the block runs: raise sqlite3.OperationalError at once."""
        self._connection.execute("PRAGMA busy_timeout = 0")
        try:
            yield
        finally:
            self._connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")

    def get(self, key: str) -> str | None:
        """What was noted under that key."""
        found = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return found[0] if found else None

    def put(self, key: str, value: str) -> None:
        """Note something about this machine's catalog."""
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def query(self, sql: str, values: Sequence[object] | Mapping[str, object] = ()) -> list[sqlite3.Row]:
        """The rows that a SELECT gives."""
        return self._connection.execute(sql, values).fetchall()

    def replace_ticket(self, rows: "TicketRows") -> None:
        """Everything about one ticket anew."""
        with self.transaction():
            self.remove_ticket(rows.ticket["number"])
            self._insert_ticket(rows)

    def extend_ticket(self, rows: "TicketRows") -> None:
        """The ticket's own row anew; of the other rows only those that are not there yet."""
        with self.transaction():
            self._insert_ticket(rows)

    def put_stamp(self, number: str, stamp: str) -> None:
        """Note what a ticket's files look like now that they are in place."""
        self._connection.execute("UPDATE ticket SET stamp = ? WHERE number = ?", (stamp, number))

    def put_times(self, number: str, times: Mapping[str, object]) -> None:
        """Note when a ticket is due, and when the clock has something to do with it."""
        sql = "UPDATE ticket SET due_at = :due_at, timed_at = :timed_at WHERE number = :number"
        self._connection.execute(sql, {**times, "number": number})

    def note_unindexed(self, numbers: Iterable[str]) -> None:
        """The full text must look at every ticket that there is, and at these."""
        with self.transaction():
            self._connection.execute("INSERT OR IGNORE INTO unindexed SELECT number FROM ticket")
            self._connection.executemany("INSERT OR IGNORE INTO unindexed VALUES (?)", ((each,) for each in numbers))

    def forget_unindexed(self, stamps: Iterable[tuple[str, str]]) -> None:
        """The full text has these tickets as they were when they had these stamps ("" = they were gone)."""
        sql = (
            "DELETE FROM unindexed WHERE number = ?"
            " AND ifnull((SELECT stamp FROM ticket WHERE ticket.number = unindexed.number), '') = ?"
        )
        with self.transaction():
            self._connection.executemany(sql, stamps)

    def remove_ticket(self, number: object) -> None:
        """Forget a ticket whose directory is gone."""
        for table in _TICKET_TABLES:
            self._connection.execute(f"DELETE FROM {table} WHERE number = ?", (number,))  # noqa: S608  # our own names

    def replace_card(self, slug: str, row: "CardRow | None") -> None:
        """One card anew, or forgotten when it is gone."""
        with self.transaction():
            self._connection.execute("DELETE FROM card WHERE slug = ?", (slug,))
            self._connection.execute("DELETE FROM card_address WHERE slug = ?", (slug,))
            if row:
                self._insert("card", [row.card])
                self._insert("card_address", [{"address": address, "slug": slug} for address in row.addresses])

    def clear(self) -> None:
        """Forget everything that came from the files."""
        for table in CONTENT_TABLES:
            self._connection.execute(f"DELETE FROM {table}")  # noqa: S608  # our own names

    def dump(self) -> dict[str, list[tuple[object, ...]]]:
        """All that it says about the files, sorted: two catalogs of the same files are equal."""
        return {
            table: sorted(tuple(row) for row in self.query(f"SELECT * FROM {table}"))  # noqa: S608  # our own names
            for table in CONTENT_TABLES
        }

    def _insert_ticket(self, rows: "TicketRows") -> None:
        self._insert("ticket", [rows.ticket], verb="REPLACE")
        for table, found in (("tag", rows.tags), ("own", rows.own)):
            self._connection.execute(f"DELETE FROM {table} WHERE number = ?", (rows.ticket["number"],))  # noqa: S608  # ours
            self._insert(table, found)
        self._insert("article", rows.articles)
        self._insert("reference", rows.references)
        self._insert("source", rows.sources)
        self._insert("acknowledgement", rows.acknowledgements)

    def _insert(self, table: str, rows: Iterable[Mapping[str, object]], verb: str = "IGNORE") -> None:
        for row in rows:
            self._connection.execute(_insert_sql(table, tuple(row), verb), tuple(row.values()))


@lru_cache(maxsize=32)  # one for each table
def _insert_sql(table: str, columns: tuple[str, ...], verb: str) -> str:
    marks = ", ".join("?" * len(columns))
    return f"INSERT OR {verb} INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608  # our own names


def as_list(text: str) -> tuple[str, ...]:
    """The words of a column that holds a JSON list."""
    return tuple(json.loads(text)) if text != "[]" else ()


def open_derived(path: Path, schema: str, version: int) -> sqlite3.Connection:
    """The open file of that schema, an empty one where none is, where it is torn, or where its version is another.

    Several processes may read it, one write. `version` must tell one kind of file from the others too.
    """
    try:
        return _connect(path, schema, version)
    except sqlite3.DatabaseError as error:
        if is_locked(error):
            raise
        drop_derived(path)
        return _connect(path, schema, version)


def is_locked(error: sqlite3.Error) -> bool:
    """Whether somebody else is writing, and nothing is wrong with the file."""
    return isinstance(error, sqlite3.OperationalError) and "locked" in str(error)


def drop_derived(path: Path) -> None:
    """Take away a file that is torn, or no database at all: it is derived, and will be made anew."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _connect(path: Path, schema: str, version: int) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_MS / 1000, isolation_level=None)
    try:
        share_file(path)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        # else each statement of a large transaction keeps what it may have to take back in a file: half of all writes
        connection.execute("PRAGMA temp_store = MEMORY")
        if connection.execute("PRAGMA user_version").fetchone()[0] != version:
            _create(connection, schema, version)
    except BaseException:
        connection.close()
        raise
    return connection


def share_file(path: Path) -> None:
    """Make a file or directory as open to the group as its directory is; SQLite makes its other files like this one."""
    status = path.stat()
    wanted = path.parent.stat().st_mode & (0o070 if path.is_dir() else 0o060)
    if wanted & ~status.st_mode and status.st_uid == os.geteuid():
        path.chmod(status.st_mode & 0o7777 | wanted)


def _create(connection: sqlite3.Connection, schema: str, version: int) -> None:
    connection.execute("BEGIN EXCLUSIVE")
    # another process may have made it while we waited
    if connection.execute("PRAGMA user_version").fetchone()[0] != version:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in tables:
            connection.execute(f'DROP TABLE "{name}"')
        for statement in schema.split(";\n"):  # not at each semicolon: triggers have some of their own
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {version}")
    connection.execute("COMMIT")
