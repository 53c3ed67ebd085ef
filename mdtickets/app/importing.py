"""Import: old mail becomes articles of tickets, quietly: nobody is acknowledged or told, dates and numbers are kept.

It takes the way of filing: slices, each durable at once, then one commit. What is there already, by its bytes or its
Message-ID, is left out, so an import that was cut off is done again.
"""

import csv
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from mdtickets.app.committing import make_commits, put_in_place, recover
from mdtickets.app.old_mail import Imported, Importer, OldMail, OldText, Target, unreadable
from mdtickets.app.session import Session
from mdtickets.app.staging import Staging
from mdtickets.app.zone import zone_of
from mdtickets.domain.importing import clues_of, numbers_by_id, written_at
from mdtickets.domain.nearest import check_word
from mdtickets.domain.old_tickets import OldTicket, read_old_tickets
from mdtickets.domain.states import State
from mdtickets.errors import CannotWriteError, UnreadableError
from mdtickets.mail.parse import parse
from mdtickets.store.mail_sources import find_mails, read_table

Progress = Callable[[int, int], None]

Old = OldMail | OldText

_MOST_MAILS = 1000
_MOST_BYTES = 16 << 20
_LONGEST_HEAD = 1 << 18


def import_mails(
    session: Session,
    paths: Sequence[Path],
    usual: OldTicket,
    *,
    table: Path | None = None,
    trial: bool = False,
    progress: Progress | None = None,
    on_wait: Callable[[str], None] | None = None,
) -> Imported:
    """Add the mails of these files and directories, the oldest first, to their tickets or to new ones.

    New tickets are as `table`, the CSV of another system's tickets, says; else as `usual`. With `trial` nothing is
    changed. Raises RefusedError on a clone without a system_id, UnreadableError for the table, CannotWriteError when
    the machine lets nothing more be added: what was added before stays.
    """
    _ = session.system_id
    done = Imported()
    tickets = _read_tickets(session, table) if table else {}
    mails = _look(session, paths, done)
    target = Target(
        usual=usual,
        numbers=numbers_by_id(old.clues for old in mails),
        tickets=tickets,
        settings=session.settings,
    )
    texts = (OldText(note=note) for ticket in tickets.values() for note in ticket.notes)
    olds: list[Old] = [*mails, *texts]
    olds.sort(key=lambda old: old.order)
    try:
        with session.filing(on_wait=on_wait):
            done.postponed = recover(session)
            if trial:
                _try_out(session, olds, target, done)
                return done
        for count, part in _slices(olds):
            with session.filing(on_wait=on_wait):
                done.postponed = _add(session, part, target, done)
            if progress:
                progress(count, len(olds))
    except (OSError, sqlite3.OperationalError) as error:
        stopped = f"The import stopped after {done.added:,} mails: {error}."
        raise CannotWriteError(stopped, "Import again: what is there is left out.") from error
    return done


def usual_ticket(session: Session, queue: str, state: State) -> OldTicket:
    """What new tickets are like: in that queue, or in the first mailbox's. Raises UsageError for no queue of ours."""
    queues = session.settings.queues
    if queue:
        check_word("--queue", queue, queues)
    first = next((mailbox.queue for mailbox in session.settings.mailboxes), "") or next(iter(queues), "")
    return OldTicket(queue=queue or first, state=state)


class _UndoneError(Exception):
    """What was decided is given up again."""


def _read_tickets(session: Session, table: Path) -> dict[str, OldTicket]:
    try:
        tickets = read_old_tickets(read_table(table), zone_of(session))
    except OSError as error:
        raise UnreadableError(f"{table}: {error.strerror}.") from error
    except csv.Error as error:
        raise UnreadableError(f"{table}: {error}.") from error
    if not tickets:
        raise UnreadableError(f"{table} has no column of ticket numbers.", 'Its heading is "Ticket Number".')
    return tickets


def _look(session: Session, paths: Iterable[Path], done: Imported) -> list[OldMail]:
    """All mails; the oldest is added first, so that an answer finds the ticket of what it answers."""
    now = session.now()
    olds: list[OldMail] = []
    for path in paths:
        for found in find_mails(path, done.skipped):
            try:
                incoming = parse(_head_of(found.read(_LONGEST_HEAD)))
            except OSError as error:
                done.skipped.append(unreadable(found, error))
                continue
            olds.append(OldMail(found=found, at=written_at(incoming, found.at, now), clues=clues_of(incoming)))
    done.mails = len(olds)
    return olds


def _head_of(raw: bytes) -> bytes:
    """A mail's header alone: the rest is looked at when it is added."""
    ends = [place for empty in (b"\n\n", b"\n\r\n") if (place := raw.find(empty)) >= 0]
    return raw[: min(ends) + 1] if ends else raw


def _add(session: Session, olds: Sequence[Old], target: Target, done: Imported) -> str:
    """Add these mails together, in one commit; why that is late, else ""."""
    added = Imported()

    def stage(staging: Staging) -> None:
        _stage_all(session, staging, olds, target, added)
        staging.join_commits()

    batch = put_in_place(session, stage)
    done.add(added)
    return make_commits(session, batch)


def _try_out(session: Session, olds: Sequence[Old], target: Target, done: Imported) -> None:
    """Add all, and take it back."""
    staging = Staging(session)
    with suppress(_UndoneError):
        try:
            with session.catalog.transaction():
                _stage_all(session, staging, olds, target, done)
                raise _UndoneError
        finally:
            staging.discard()


def _stage_all(session: Session, staging: Staging, olds: Sequence[Old], target: Target, done: Imported) -> None:
    importer = Importer(session, staging, target, done)
    for old in olds:
        if isinstance(old, OldMail):
            importer.add(old)
        else:
            importer.add_text(old)
    if done.added or done.notes:
        staging.stage_mark(importer.numbering.mark, importer.numbering.last)


def _slices(olds: Sequence[Old]) -> Iterator[tuple[int, Sequence[Old]]]:
    """The mails in slices, each with how many there are up to its end."""
    start = size = 0
    for end, old in enumerate(olds, 1):
        size += old.size
        if size >= _MOST_BYTES or end - start >= _MOST_MAILS or end == len(olds):
            yield end, olds[start:end]
            start, size = end, 0
