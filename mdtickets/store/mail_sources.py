"""Mail of other programs, to be imported: Maildirs, mbox files, directories of `.eml` files, articles of OTRS.

OTRS, Znuny and OTOBO keep the raw mail of an article as `plain.txt` below `var/article/YYYY/MM/DD/ID/`
(Kernel/System/Ticket/ArticleStorageFS.pm). Nothing is changed there, and links are not followed.
"""

import csv
import io
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from mmap import ACCESS_READ, mmap
from pathlib import Path

from msgspec import Struct

from mdtickets.domain.model import Problem
from mdtickets.mail.mbox import split_mbox, unquoted
from mdtickets.store.tickets import read_file

_MAILDIR = frozenset({"new", "cur"})
_OTRS_NAME = "plain.txt"
_MBOX_START = b"From "
_HEADER_LINE = re.compile(rb"[!-9;-~]{1,200}[ \t]*:")
_LEFT_OUT = frozenset("DT")  # flags of Maildir: drafts, and what is to be deleted
_SEPARATORS = (";", ",", "\t", "|")


class FoundMail(Struct, frozen=True, kw_only=True):
    """One mail that may be imported: a file, or a piece of an mbox file."""

    path: str
    start: int = 0
    end: int = -1  # -1 = the file's
    is_quoted: bool = False
    at: datetime  # when it came, as far as its place tells

    @property
    def name(self) -> str:
        """Where it lies, for people: the path, with the byte it begins at in an mbox file."""
        return self.path if self.end < 0 else f"{self.path}:{self.start}"

    @property
    def size(self) -> int:
        """How many bytes it has; 0 when it is gone."""
        if self.end >= 0:
            return self.end - self.start
        try:
            return Path(self.path).stat().st_size
        except OSError:
            return 0

    def read(self, most: int | None = None) -> bytes:
        """Its bytes, or the first of them. Raises OSError."""
        if self.end < 0 and most is None:
            return read_file(self.path)
        with Path(self.path).open("rb") as file:
            file.seek(self.start)
            raw = file.read(min(self.size, self.size if most is None else most))
        return unquoted(raw) if self.is_quoted else raw


def find_mails(path: Path, problems: list[Problem]) -> Iterator[FoundMail]:
    """The mails of a file, or of all directories below one; what cannot be read is added to `problems`."""
    try:
        yield from _in_directory(path, problems) if path.is_dir() else _in_file(path, problems)
    except OSError as error:
        problems.append(_problem(path, error))


def read_table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file with headings, whichever of the usual separators it has. Raises OSError, csv.Error."""
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    first = text.partition("\n")[0]
    usual = csv.field_size_limit(len(text) + 1)  # one cell may have all articles of a ticket
    try:
        rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(_SEPARATORS, key=first.count))
        # a row that is too long has a list of the rest, one that is too short None
        return [{str(key): cell for key, cell in row.items() if isinstance(cell, str)} for row in rows]
    finally:
        csv.field_size_limit(usual)


def _in_directory(top: Path, problems: list[Problem]) -> Iterator[FoundMail]:
    def note(error: OSError) -> None:
        problems.append(_problem(top, error))

    for directory, folders, names in os.walk(top, onerror=note):
        folders.sort()
        for name in sorted(names):
            path = Path(directory, name)
            if not _is_mail(path):
                continue
            try:
                yield _whole(path)
            except OSError as error:
                note(error)


def _is_mail(path: Path) -> bool:
    """Whether it is a mail by its place and name."""
    name = path.name
    if name.startswith(".") or path.is_symlink() or not path.is_file():
        return False
    if path.parent.name in _MAILDIR:
        return not _LEFT_OUT & set(name.partition(":2,")[2])
    return path.suffix == ".eml" or name == _OTRS_NAME


def _in_file(path: Path, problems: list[Problem]) -> Iterator[FoundMail]:
    with path.open("rb") as file:
        beginning = file.read(256)
        if beginning.startswith(_MBOX_START):
            with mmap(file.fileno(), 0, access=ACCESS_READ) as data:
                yield from _pieces(path, data)
        elif _HEADER_LINE.match(beginning):
            yield _whole(path)
        elif beginning:
            problems.append(Problem(path=str(path), line=None, problem="is neither a mail nor an mbox file"))


def _pieces(path: Path, data: mmap) -> Iterator[FoundMail]:
    modified_at = _modified_at(path)
    for mail in split_mbox(data):
        at = mail.at or modified_at
        yield FoundMail(path=str(path), start=mail.start, end=mail.end, is_quoted=mail.is_quoted, at=at)


def _whole(path: Path) -> FoundMail:
    return FoundMail(path=str(path), at=_modified_at(path))


def _modified_at(path: Path) -> datetime:
    return datetime.fromtimestamp(int(path.stat().st_mtime), UTC)


def _problem(path: Path, error: OSError) -> Problem:
    return Problem(path=str(error.filename or path), line=None, problem=error.strerror or "cannot be read")
