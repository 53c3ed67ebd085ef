"""What a slice changes, held together until all of it is put in place: nothing before, everything after.

Each action sees what those before it changed. The catalog's rows are written as we go, inside the caller's transaction,
so that look-ups find them too; the caller commits it once the files are in place, or rolls it back.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from mdtickets.app.dropped_notes import FoundNote, found_notes
from mdtickets.app.session import Session
from mdtickets.domain.article_name import format_article_name
from mdtickets.domain.commit_message import commit_message
from mdtickets.domain.delivery import DeliveryState
from mdtickets.domain.event import Event, What
from mdtickets.domain.model import ArticleKind, Customer, Reason, Ticket
from mdtickets.domain.notification import is_wanted
from mdtickets.domain.settings import HookTrust
from mdtickets.errors import TryAgainError
from mdtickets.store.announcements import Announced, format_announcement
from mdtickets.store.changes import Changes, Rank
from mdtickets.store.commit import Commit
from mdtickets.store.customers import customer_of, format_card, new_card, terms_of
from mdtickets.store.durable import StrPath
from mdtickets.store.frontmatter import Document, parse, write_document
from mdtickets.store.indexing import read_facts
from mdtickets.store.layout import HISTORY_FILE, TICKET_FILE
from mdtickets.store.outbox import Outbox, OutboxEntry
from mdtickets.store.rows import ArticleFacts, make_card_row, make_rows
from mdtickets.store.stamps import file_stamp, stamp_of
from mdtickets.store.ticket_lock import LOCK_FILE
from mdtickets.store.tickets import TicketFiles, load_ticket, new_ticket_files, read_file

OURSELVES = ("mdtickets", "mdtickets@localhost")


class ChangedMeanwhileError(TryAgainError):
    """Somebody edited a file between our look at it and our change: decide again."""


class NewArticle(Struct, frozen=True, kw_only=True):
    """An article to store: its name in the ticket's directory, its bytes, what the catalog remembers of it."""

    name: str
    chunks: bytes | Iterable[bytes]
    facts: ArticleFacts
    is_there: bool = False  # somebody put it there by hand
    replaces: bytes | None = None  # a note put there by hand, as it was when this was decided

    @property
    def committed(self) -> bytes | None:
        """The bytes for the commit; None: what lies on the disk, for it never changes."""
        may_change = self.is_there or self.replaces is not None
        return self.chunks if may_change and isinstance(self.chunks, bytes) else None


class Action(Struct, frozen=True, kw_only=True):
    """All that one mail, or one command, changes in one ticket: one commit."""

    number: str
    events: tuple[Event, ...]
    ticket: Ticket | None = None  # None: ticket.md stays as it is
    own: Mapping[str, str | None] = field(default_factory=dict)  # keys of the team's own beside it; None takes one out
    is_new: bool = False
    articles: tuple[NewArticle, ...] = ()
    cards: tuple[Customer, ...] = ()
    outbox: tuple[OutboxEntry, ...] = ()
    ticket_bytes: bytes | None = None  # `ticket.md` as it shall be, byte for byte, whatever `ticket` says
    removed: tuple[str, ...] = ()  # articles that go; git keeps them
    author: tuple[str, str] = OURSELVES  # name and address, for git


class CardChange(Struct, frozen=True, kw_only=True):
    """A card's bytes as they shall be, and as they were when that was decided; None when there was no such card."""

    slug: str
    old: bytes | None
    new: bytes


class Staging:
    """The changes of one slice. Used under the filing lock, inside a transaction of the catalog."""

    def __init__(self, session: Session) -> None:
        self.commits: list[Commit] = []
        self._alone: list[Commit] = []  # of what was done by hand
        self._session = session
        self._layout = session.layout
        self._catalog = session.catalog
        self._changes = Changes(session.disk, session.layout)
        self._outbox = Outbox(session.layout, session.disk)
        self._files: dict[str, TicketFiles] = {}
        self._originals: dict[str, TicketFiles] = {}
        self._cards: set[str] = set()
        self._announced: list[Announced] = []
        self._replaced: dict[str, bytes] = {}  # files that must still be what they were when it was decided

    def load(self, number: str) -> TicketFiles:
        """A ticket's files as they are by now. What was edited or noted by hand is put into the history first, alone.

        Raises NotFoundError.
        """
        if number not in self._files:
            files = load_ticket(self._layout, number, self._session.fronts)
            self._originals[number] = files
            self._files[number] = files
            if files.is_edited and files.ticket:
                self._record_edit(files)
            for note in found_notes(self._session, files):
                self._record_note(number, note)
        return self._files[number]

    def article_name(self, number: str, at: datetime, sha256: str, kind: ArticleKind, *, suffix: str = "eml") -> str:
        """The name for a new article; one that other bytes have not taken."""
        name = format_article_name(at, sha256, kind, suffix=suffix)
        files = self._files.get(number)
        taken = files is not None and any(event.article == name for event in files.events)
        return format_article_name(at, sha256, kind, suffix=suffix, taken=taken)

    def is_card_taken(self, slug: str) -> bool:
        """Whether a card of that name is there or about to be."""
        return slug in self._cards or bool(file_stamp(self._layout.card(slug)))

    def stage(self, action: Action) -> None:
        """Write an action's files under temporary names, its rows into the catalog, and remember its commit."""
        files = self._changed_files(action)
        directory = self._place(action.number)
        if action.is_new:
            self._changes.open_directory(directory)
        for article in action.articles:
            if not article.is_there:
                self._changes.add(Rank.ARTICLE, f"{directory}/{article.name}", article.chunks)
                if article.replaces is not None:
                    self._replaced[f"{directory}/{article.name}"] = article.replaces
        for name in action.removed:
            self._changes.remove(f"{directory}/{name}")
        for card in action.cards:
            self._stage_card(card)
        self.stage_entries(action.outbox)
        self._remember(action, files)

    def stage_entries(self, entries: Iterable[OutboxEntry]) -> None:
        """Write outbox entries together with the rest."""
        for entry in entries:
            self._session.disk.make_directory(self._outbox.directory(DeliveryState.QUEUED))
            place = self._outbox.place_of_new(entry.message_id)
            self._changes.add(Rank.OUTBOX, place, self._outbox.entry_bytes(entry))

    def stage_cards(self, cards: Iterable[CardChange], subject: str, author: tuple[str, str]) -> None:
        """Write cards anew, in one commit with all that was staged before."""
        files: dict[str, bytes | None] = {}
        for card in cards:
            path = self._layout.card(card.slug)
            if _read(path) != card.old:
                raise ChangedMeanwhileError(f"The card {card.slug} was changed while it was written to.", "Try again.")
            document = parse(card.new)
            self._put_card(path, customer_of(document, card.slug), card.new, document)
            files[self._layout.relative(path)] = card.new
        told = [commit.message.partition("\n")[0] for commit in self.commits]
        message = "\n\n".join(part for part in (subject, "\n".join(told), "Event: customer") if part) + "\n"
        before = {path: data for commit in self.commits for path, data in commit.files.items()}
        name, email = author
        now = self._session.now()
        self.commits = [
            Commit(author_name=name, author_email=email, at=now, message=message, files={**before, **files})
        ]

    def stage_lock(self, number: str, data: bytes) -> None:
        """Write an agent's lock; it is there before anything that it protects."""
        self._changes.add(Rank.CARD, self._layout.ticket(number) / LOCK_FILE, data)

    def stage_unlock(self, number: str) -> None:
        """Take an agent's lock away; it goes once everything else is in place."""
        self._changes.remove(self._layout.ticket(number) / LOCK_FILE)

    def stage_removal(self, path: Path) -> None:
        """Take a small file of this machine's own away together with the rest."""
        self._changes.remove(path)

    def stage_mark(self, path: Path, text: str) -> None:
        """Write a small file of this machine's own together with the rest."""
        self._session.disk.make_directory(path.parent)
        self._changes.add(Rank.CARD, path, text.encode())

    def join_commits(self) -> None:
        """Make one commit of all: events of the same kind on many tickets need no commit each.

        What people did by hand stays alone.
        """
        alone = [commit for commit in self.commits if any(commit is each for each in self._alone)]
        joined = [commit for commit in self.commits if not any(commit is each for each in self._alone)]
        if len(joined) > 1:
            files = {path: data for commit in joined for path, data in commit.files.items()}
            removed = tuple(path for commit in joined for path in commit.removed)
            subjects = [commit.message.partition("\n")[0] for commit in joined]
            message = f"{len(subjects)} tickets: {subjects[0].partition(': ')[2]}, …\n\n" + "\n".join(subjects) + "\n"
            joined = [replace(joined[0], message=message, files=files, removed=removed)]
        self.commits = [*alone, *joined]

    def put_in_place(self) -> None:
        """Make it all true, durably. Raises ChangedMeanwhileError when a file was edited since it was loaded."""
        for number, files in self._files.items():
            self._stage_ticket_files(number, files)
        for path, data in self._replaced.items():
            if _read(path) != data:
                name = path.rpartition("/")[2]
                raise ChangedMeanwhileError(f"{name} was changed by hand while it was written to.", "Try again.")
        if self._announced:
            self._stage_announcement()
        self._changes.put_in_place()
        for number in self._files:
            self._catalog.put_stamp(number, stamp_of(self._layout, number))
        self._remember_fronts()

    def finish(self) -> None:
        """The catalog's transaction has ended well: nothing is left to make up for."""
        self._changes.finish()

    @property
    def is_settled(self) -> bool:
        """Whether it will all be true, now or after a crash: nothing can be taken back any more."""
        return self._changes.is_settled

    def discard(self) -> None:
        """Take everything back; the caller rolls the catalog back."""
        self._changes.discard()

    def _is_announced(self, event: Event) -> bool:
        settings = self._session.settings
        hook = settings.hooks is HookTrust.TRUSTED and (self._layout.hooks / event.what).is_file()
        return hook or is_wanted(event, settings)

    def _remember_fronts(self) -> None:
        """So that the next command need not read what this one has written."""
        for number, files in self._files.items():
            if files.document and self._originals.get(number) is not files:
                self._session.fronts.note(f"{self._layout.ticket_name(number)}/{TICKET_FILE}", files.document)

    def _stage_announcement(self) -> None:
        path, data = format_announcement(self._layout, self._announced)
        self._session.disk.make_directory(path.parent)
        self._changes.add(Rank.OUTBOX, path, data)

    def _changed_files(self, action: Action) -> TicketFiles:
        if action.is_new and action.ticket:
            files = new_ticket_files(action.ticket)
            files = files.with_own(action.own) if action.own else files
        else:
            files = self.load(action.number)
            if action.ticket_bytes is not None:
                files = files.with_bytes(action.ticket_bytes)
            elif action.ticket and files.ticket:
                files = files.with_ticket(action.ticket)
                files = files.with_own(action.own) if action.own else files
        return files.with_events(*action.events)

    def _stage_card(self, card: Customer) -> None:
        document = new_card(card)
        self._put_card(self._layout.card(card.slug), card, write_document(document), document)

    def _put_card(self, path: Path, card: Customer, data: bytes, document: Document) -> None:
        self._session.disk.make_directory(path.parent)
        self._changes.add(Rank.CARD, path, data)
        self._cards.add(card.slug)
        self._session.fronts.note(self._layout.relative(path), document)
        stamp = file_stamp(self._changes.staged(path))
        self._catalog.replace_card(card.slug, make_card_row(card, card.slug, stamp, terms=terms_of(document)))

    def _remember(self, action: Action, files: TicketFiles) -> None:
        self._files[action.number] = files
        if self._session.settings.announces:
            added = files.events[-len(action.events) :]
            self._announced += [(action.number, event) for event in added if self._is_announced(event)]
        facts = {article.name: article.facts for article in action.articles}
        reckon = self._session.reckon
        if action.removed or any(article.replaces is not None for article in action.articles):
            self._catalog.replace_ticket(make_rows(files, read_facts(self._layout, files) | facts, "", reckon))
        else:
            self._catalog.extend_ticket(make_rows(files, facts, "", reckon))
        self.commits.append(self._commit(action, files))

    def _commit(self, action: Action, files: TicketFiles) -> Commit:
        directory = self._layout.ticket_name(action.number)
        contents: dict[str, bytes | None] = {
            f"{directory}/{article.name}": article.committed for article in action.articles
        }
        if (action.ticket or action.ticket_bytes is not None) and files.ticket_bytes is not None:
            contents[f"{directory}/{TICKET_FILE}"] = files.ticket_bytes
        contents[f"{directory}/{HISTORY_FILE}"] = files.history_bytes
        for card in action.cards:
            contents[self._layout.relative(self._layout.card(card.slug))] = format_card(card)
        name, email = action.author
        return Commit(
            author_name=name,
            author_email=email,
            at=self._session.now(),
            message=commit_message(
                action.number,
                action.events,
                title=files.ticket.title if files.ticket else "",
                name=name if action.author is not OURSELVES else "",
                message_id=str(action.events[0].details.get("message_id", "")),
            ),
            files=contents,
            removed=tuple(f"{directory}/{name}" for name in action.removed),
        )

    def _record_edit(self, files: TicketFiles) -> None:
        why = (Reason(rule="edited", reason=f"{TICKET_FILE} was changed by hand"),)
        event = Event(at=self._session.now(), by=OURSELVES[0], what=What.EDITED, why=why)
        # the edit itself goes into the commit, so that no mail's commit carries it
        self.stage(Action(number=files.number, events=(event,), ticket=files.ticket))
        self._alone.append(self.commits[-1])

    def _record_note(self, number: str, note: FoundNote) -> None:
        name = note.event.article or ""
        facts = ArticleFacts(sha256=hashlib.sha256(note.data).hexdigest())
        before = note.data if note.is_edited else None
        article = NewArticle(name=name, chunks=note.data, facts=facts, is_there=True, replaces=before)
        self.stage(Action(number=number, events=(note.event,), articles=(article,), author=note.author))
        self._alone.append(self.commits[-1])

    def _place(self, number: str) -> str:
        return f"{self._layout.root}/{self._layout.ticket_name(number)}"

    def _stage_ticket_files(self, number: str, files: TicketFiles) -> None:
        directory = self._place(number)
        original = self._originals.get(number)
        if original is files:
            return
        if original and not _is_unchanged(directory, original):
            raise ChangedMeanwhileError(f"{number} was changed by hand while it was written to.", "Try again.")
        if files.ticket_bytes is not None and (original is None or files.ticket_bytes != original.ticket_bytes):
            self._changes.add(Rank.TICKET, f"{directory}/{TICKET_FILE}", files.ticket_bytes)
        self._changes.add(Rank.HISTORY, f"{directory}/{HISTORY_FILE}", files.history_bytes)


def _is_unchanged(directory: str, original: TicketFiles) -> bool:
    if _read(f"{directory}/{TICKET_FILE}") != original.ticket_bytes:
        return False
    # a last line that lacked its newline was ended when it was read
    return (_read(f"{directory}/{HISTORY_FILE}") or b"") in {original.history_bytes, original.history_bytes[:-1]}


def _read(path: StrPath) -> bytes | None:
    try:
        return read_file(path)
    except FileNotFoundError:
        return None
