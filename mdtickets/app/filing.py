"""Filing what waits: Maildirs → slices → tickets, acknowledgements queued, sources out of the way, commits.

The order of one slice is what makes it safe: everything durable, then the sources leave, then git. A crash at any point
leaves the mail in the Maildir or in the ticket, and the next run goes on from there.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct, field

from mdtickets.app.acknowledging import Acknowledger
from mdtickets.app.applying import Mail, PlanRunner
from mdtickets.app.committing import make_commits, make_commits_put_off, put_in_place, recover
from mdtickets.app.filed import Filed, FiledMails
from mdtickets.app.gathering import Circumstances, gather
from mdtickets.app.letter import Letter, read_letter
from mdtickets.app.mailboxes import Waits, find_waiting, source_of
from mdtickets.app.numbering import Numbering
from mdtickets.app.session import Session
from mdtickets.app.staging import Staging
from mdtickets.app.unfinished import missing_entries
from mdtickets.app.zone import zone_of
from mdtickets.domain.event import What
from mdtickets.domain.facts import Source
from mdtickets.domain.incoming import Incoming
from mdtickets.domain.model import Problem, Ticket
from mdtickets.domain.plan import FileArticle, OpenTicket, Plan, Record, SendAcknowledgement
from mdtickets.domain.postmaster import decide
from mdtickets.domain.slug import free_slug, slug_of
from mdtickets.errors import CannotWriteError, TryAgainError
from mdtickets.store import lookup
from mdtickets.store.maildir import Retirement
from mdtickets.store.memory import give_back_memory

__all__ = ["Failed", "Filed", "FilingReport", "Progress", "file_waiting", "preview"]

# A slice ends at so many mails or bytes: what a crash can cost in commits, and what memory holds.
MOST_MAILS = 1000
MOST_BYTES = 16 << 20
_FEW = 100  # mails that leave nothing worth giving back

# What is not the mail's fault: it stays where it is and is tried again.
_MACHINE_ERRORS = (OSError, TryAgainError, sqlite3.OperationalError)

Progress = Callable[[int, int], None]


class Failed(Struct, frozen=True, kw_only=True):
    """One mail that stays where it is, for a reason of the machine; it is tried again."""

    path: str
    reason: str


class FilingReport(Struct):
    """What one sweep did."""

    filed: FiledMails = field(default_factory=FiledMails)
    failed: list[Failed] = field(default_factory=list)
    skipped: list[Problem] = field(default_factory=list)  # what lies in a Maildir and is no mail
    postponed: str = ""  # why the commit is still to come


def file_waiting(
    session: Session,
    *,
    only: Sequence[Path] = (),
    on_progress: Progress | None = None,
    on_wait: Callable[[str], None] | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> FilingReport:
    """File what waits in the mailboxes (or in the Maildirs of `only`) and in the spool.

    Ends after the slice in hand when `stop` says so. Raises RefusedError on a clone without a system_id,
    CannotWriteError when the machine lets nothing be filed.
    """
    _ = session.system_id
    report = FilingReport()
    try:
        with session.filing(on_wait=on_wait):
            report.postponed = recover(session)
        waiting, report.skipped = find_waiting(session, only)
    except _MACHINE_ERRORS as error:
        raise CannotWriteError(f"Nothing was filed: {_in_words(error)}.", "All mail stays where it is.") from error
    total = len(waiting)
    if total > _FEW:
        give_back_memory()
    done = 0
    for mails in _slices(waiting):
        if stop():
            break
        with session.filing(on_wait=on_wait):
            postponed = _file_slice(session, mails, report)
        if session.backlog is None:
            report.postponed = postponed
        elif session.backlog.is_full:
            report.postponed = make_commits_put_off(session)
        if len(mails) > _FEW:
            give_back_memory()
        done += len(mails)
        if on_progress:
            on_progress(done, total)
    return report


def preview(session: Session, *, only: Sequence[Path] = ()) -> FilingReport:
    """What `file_waiting` would do now. Nothing is filed, numbered, acknowledged or moved."""
    waiting, skipped = find_waiting(session, only, adopt=False)
    report = FilingReport(skipped=skipped)
    with session.filing(), suppress(_UndoneError):
        staging = Staging(session)
        try:
            with session.catalog.transaction():
                desk = _Desk(session, staging)
                report.filed.extend(desk.file(mail, letter) for mail, letter in _read_each(waiting))
                raise _UndoneError
        finally:
            staging.discard()
    return report


class _UndoneError(Exception):
    """What was decided is given up again."""


def _read_each(mails: Iterable[Waits]) -> Iterator[tuple[Waits, Letter]]:
    for mail in mails:
        try:
            letter = read_letter(mail.waiting.place)
        except FileNotFoundError:
            continue  # somebody filed it, or moved it: the next look finds it where it is then
        yield mail, letter


def _file_slice(session: Session, mails: Sequence[Waits], report: FilingReport) -> str:
    """File these mails together; when the machine does not let it, one by one. Why the commit is late, else ""."""
    try:
        return _file_together(session, mails, report)
    except _MACHINE_ERRORS as error:
        try:
            postponed = recover(session)
        except _MACHINE_ERRORS:
            return _give_up(mails, error, report)
        if len(mails) == 1:
            return _give_up(mails, error, report)
    for mail in mails:
        postponed = _file_slice(session, [mail], report) or postponed
    return postponed


def _give_up(mails: Sequence[Waits], error: Exception, report: FilingReport) -> str:
    report.failed += [Failed(path=mail.waiting.place, reason=_in_words(error)) for mail in mails]
    return ""


def _file_together(session: Session, mails: Sequence[Waits], report: FilingReport) -> str:
    filed: list[tuple[Waits, Filed]] = []

    def stage(staging: Staging) -> None:
        desk = _Desk(session, staging)
        filed.extend((mail, desk.file(mail, letter)) for mail, letter in _read_each(mails))
        staging.stage_mark(desk.numbering.mark, desk.numbering.last)

    batch = put_in_place(session, stage)
    _retire(session, [mail for mail, _filed in filed], report)
    report.filed.extend(done for _mail, done in filed)
    return make_commits(session, batch)


class _Desk:
    """Where one mail after another is decided on."""

    def __init__(self, session: Session, staging: Staging) -> None:
        self.now = session.now()
        today = self.now.astimezone(zone_of(session)).date()
        self.numbering = Numbering(session.layout, system_id=session.system_id, today=today)
        self._session = session
        self._catalog = session.catalog
        self._staging = staging
        self._acknowledger = Acknowledger(session)

    def file(self, mail: Waits, letter: Letter) -> Filed:
        """Give one mail its place, staged."""
        source = source_of(self._session, mail)
        known = lookup.find_source(self._catalog, source.maildir, source.name, letter.sha256)
        if known:
            return self._finish(mail, letter, known, source)
        incoming = letter.parse()
        around = Circumstances(
            source=source,
            settings=self._session.settings,
            received_at=mail.waiting.received_at,
            dated_at=min(mail.waiting.received_at, mail.waiting.modified_at),
            now=self.now,
            next_number=self.numbering.peek(),
            next_slug=lambda: self._free_slug(incoming),
        )
        facts = gather(self._catalog, incoming, around, self._staging.load)
        plan = decide(incoming, facts)
        if any(isinstance(action, OpenTicket) for action in plan.actions):
            self.numbering.use(plan.number)
        path = mail.waiting.place
        PlanRunner(
            Mail(letter=letter, incoming=incoming, facts=facts, path=path), plan, self._staging, self._acknowledger
        ).run()
        return _describe(path, plan, self._staging.load(plan.number).ticket, incoming)

    def _finish(self, mail: Waits, letter: Letter, number: str, source: Source) -> Filed:
        """It is in its ticket; the crash that kept it here may have cost the outbox entries of its answer."""
        files = self._staging.load(number)
        path = mail.waiting.place
        told = {"maildir": source.maildir, "name": source.name, "sha256": letter.sha256}
        self._staging.stage_entries(missing_entries(self._session, files, told, path))
        event = next(event for event in files.events if event.details.get("source") == told)
        title = files.ticket.title if files.ticket else ""
        return Filed(path=path, number=number, what=What(event.what), title=title, finished=True)

    def _free_slug(self, incoming: Incoming) -> str:
        author = incoming.author
        return free_slug(slug_of(author.name, author.address), self._staging.is_card_taken) if author else ""


def _describe(path: str, plan: Plan, ticket: Ticket | None, incoming: Incoming) -> Filed:
    answers = [action.language for action in plan.actions if isinstance(action, SendAcknowledgement)]
    files = [action for action in plan.actions if isinstance(action, FileArticle)]
    is_new = any(isinstance(action, OpenTicket) for action in plan.actions)
    return Filed(
        path=path,
        number=plan.number,
        what=plan.what,
        title=ticket.title if ticket and is_new else incoming.subject,
        acknowledged=answers[0] if answers else "",
        reopened=any(isinstance(action, Record) and action.what is What.STATE for action in plan.actions),
        unverified=any(action.unverified for action in files),
        duplicates=tuple(number for action in files for number in action.duplicates),
    )


def _retire(session: Session, mails: Iterable[Waits], report: FilingReport) -> None:
    """The sources leave, durably: only then may their answers leave too."""
    retirement = Retirement(session.disk)
    grown: dict[str, None] = {}
    for mail in mails:
        try:
            grown |= dict.fromkeys(retirement.retire(mail.waiting, mail.box.folder, mail.box.mailbox))
        except OSError as error:
            reason = f"filed, but it cannot be taken out of the Maildir: {_in_words(error)}"
            report.failed.append(Failed(path=mail.waiting.place, reason=reason))
    session.disk.sync(grown)


def _in_words(error: Exception) -> str:
    if not isinstance(error, OSError):
        return str(error)
    name = f": {error.filename}" if error.filename else ""
    return f"{error.strerror or error}{name}"


def _slices(waiting: list[Waits]) -> Iterator[list[Waits]]:
    """The mails in their order, cut into slices. The list is used up: a flood must not be held twice."""
    waiting.reverse()
    while waiting:
        mails: list[Waits] = []
        size = 0
        while waiting and len(mails) < MOST_MAILS and size < MOST_BYTES:
            mails.append(waiting.pop())
            size += mails[-1].waiting.size
        yield mails
