"""Export: the articles and fields of tickets for other programs, one ticket after the other, outside the store."""

import errno
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from msgspec import Struct

from mdtickets.app.listing import with_lock
from mdtickets.app.querying import Asked
from mdtickets.app.reading import Thread, read_thread
from mdtickets.app.session import Session
from mdtickets.domain.article_name import ArticleName, parse_article_name
from mdtickets.domain.model import Problem
from mdtickets.domain.overview import Selection, TicketRow
from mdtickets.errors import CannotWriteError, NotFoundError, RefusedError
from mdtickets.mail.mbox import format_mbox_mail
from mdtickets.store.durable import read_chunks
from mdtickets.store.exporting import MaildirExport, write_whole
from mdtickets.store.listing import rows_of, select_numbers
from mdtickets.store.search_articles import article_rows

Progress = Callable[[int, int], None]

_MAIL = "eml"
_BATCH = 500  # rows of the catalog at a time


class Mail(Struct, frozen=True, kw_only=True):
    """One mail of a ticket: where it lies, and what its name says."""

    number: str
    path: Path
    name: ArticleName

    @property
    def unique(self) -> str:
        """Its unique name in a Maildir, the same in each export: time of receipt, ticket, digest and kind."""
        return f"{int(self.name.at.timestamp())}.{self.number}_{self.path.stem.partition('-')[2]}.mdtickets"


class Exported(Struct, kw_only=True):
    """What became of an export."""

    tickets: int = 0
    mails: int = 0
    added: int = 0  # mails that were not there before
    skipped: list[Problem] = []  # what could not be read


def numbers_to_export(session: Session, asked: Asked) -> list[str]:
    """The tickets of a query, in the order of their numbers, in whatever state."""
    return select_numbers(session.catalog, Selection(states=("all",), sort="number"), asked.plan)


def export_maildir(
    session: Session,
    numbers: Sequence[str],
    directory: Path,
    progress: Progress | None = None,
    *,
    linked: bool = False,
    trial: bool = False,
) -> Exported:
    """Copies, or hard links, of all mails of these tickets that are not in the Maildir yet. Raises CannotWriteError.

    A mail that cannot be read is told in `skipped`. With `trial` nothing is written.
    """
    check_place(session, directory)
    found = Exported()
    maildir = MaildirExport(directory, linked=linked)
    try:
        if not trial:
            maildir.make()
        for mail in _mails(session, numbers, found, progress):
            if not maildir.has(mail.unique):
                found.added += 1
                if not trial:
                    maildir.add(mail.path, mail.unique)
    except OSError as error:
        raise _cannot_write(error, directory) from error
    return found


def mbox(
    session: Session, numbers: Sequence[str], found: Exported, progress: Progress | None = None
) -> Iterator[bytes]:
    """An mbox file of all mails of these tickets, piece by piece; `found` counts while it is read."""
    for mail in _mails(session, numbers, found, progress):
        found.added += 1
        yield from format_mbox_mail(read_chunks(mail.path), mail.name.at)


def rows(
    session: Session, numbers: Sequence[str], found: Exported, progress: Progress | None = None
) -> Iterator[TicketRow]:
    """What lists show of these tickets."""
    for each in _in_batches(numbers):
        for row in rows_of(session.catalog, each):
            found.tickets += 1
            yield with_lock(session, row)
        if progress:
            progress(found.tickets, len(numbers))


def threads(
    session: Session, numbers: Sequence[str], found: Exported, progress: Progress | None = None
) -> Iterator[Thread]:
    """These tickets with all their articles, one at a time."""
    for place, number in enumerate(numbers, 1):
        try:
            thread = read_thread(session, number)
        except NotFoundError as error:
            # somebody took it away since it was listed
            found.skipped.append(Problem(path=number, line=None, problem=str(error)))
            continue
        found.tickets += 1
        yield thread
        if progress:
            progress(place, len(numbers))


def write_file(session: Session, path: Path, chunks: Iterable[bytes]) -> None:
    """Write a new file outside the store, piece by piece. Raises CannotWriteError; then there is none of it."""
    check_place(session, path)
    try:
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
        write_whole(path, chunks)
    except OSError as error:
        raise _cannot_write(error, path) from error


def check_place(session: Session, path: Path) -> None:
    """Raises RefusedError for a place in the store: git would take the copies in."""
    if path.resolve().is_relative_to(session.layout.root.resolve()):
        raise RefusedError(f"{path} lies in the store.", "Export to a place outside it.")


def _mails(session: Session, numbers: Sequence[str], found: Exported, progress: Progress | None) -> Iterator[Mail]:
    """The mails of these tickets that can be read, in their order."""
    for place, number in enumerate(numbers, 1):
        found.tickets += 1
        for mail in _mails_of(session, number):
            problem = _unreadable(session, mail)
            if problem:
                found.skipped.append(problem)
            else:
                found.mails += 1
                yield mail
        if progress:
            progress(place, len(numbers))


def _mails_of(session: Session, number: str) -> Iterator[Mail]:
    directory = session.layout.ticket(number)
    for row in article_rows(session.catalog, number):
        name = parse_article_name(row["name"])
        if name and name.suffix == _MAIL:
            yield Mail(number=number, path=directory / row["name"], name=name)


def _unreadable(session: Session, mail: Mail) -> Problem | None:
    try:
        next(iter(read_chunks(mail.path)), b"")
    except OSError as error:
        problem = error.strerror or "cannot be read"
        return Problem(path=session.layout.relative(mail.path), line=None, problem=problem)
    return None


def _in_batches(numbers: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(numbers)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _cannot_write(error: OSError, path: Path) -> CannotWriteError:
    if error.errno == errno.EEXIST:
        return CannotWriteError(f"{path} is there already.", "Name a new file, or - for standard output.")
    if error.errno == errno.EXDEV:
        return CannotWriteError(f"{path}: hard links need the store's file system.", "Leave --link out to copy.")
    return CannotWriteError(f"{path}: {error.strerror}.")
