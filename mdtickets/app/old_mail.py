"""Where one old mail after another gets its place: the ticket that had its number, the one it continues, or a new one."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from mdtickets.app.gathering import Circumstances, gather
from mdtickets.app.numbering import Numbering
from mdtickets.app.session import Session
from mdtickets.app.staging import OURSELVES, Action, NewArticle, Staging
from mdtickets.app.zone import zone_of
from mdtickets.domain.event import Event, What
from mdtickets.domain.facts import Facts, Source
from mdtickets.domain.followup import find_follow_up
from mdtickets.domain.importing import (
    CLOSED_AT,
    Clues,
    after,
    after_note,
    is_by_us,
    is_same_letter,
    number_elsewhere,
    open_noted_ticket,
    open_ticket,
    told_closed_at,
)
from mdtickets.domain.incoming import Incoming
from mdtickets.domain.model import Address, ArticleKind, Customer, Problem, Reason, Ticket
from mdtickets.domain.number import can_be_ours
from mdtickets.domain.old_tickets import OldNote, OldTicket
from mdtickets.domain.postmaster import make_card
from mdtickets.domain.settings import Settings
from mdtickets.domain.slug import free_slug, slug_of
from mdtickets.domain.timestamps import format_time
from mdtickets.mail.addresses import parse_addresses
from mdtickets.mail.parse import LIMIT, parse
from mdtickets.store import frontmatter, lookup
from mdtickets.store.conditions import IMPORTED_NUMBER
from mdtickets.store.frontmatter import Value
from mdtickets.store.mail_sources import FoundMail
from mdtickets.store.merged import follow_merges
from mdtickets.store.rows import ArticleFacts, facts_of_received, facts_of_sent, message_id_of_sent
from mdtickets.store.tickets import TicketFiles


class OldMail(Struct, frozen=True, kw_only=True):
    """One mail that was found, and what a first look at it tells."""

    found: FoundMail
    at: datetime
    clues: Clues

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return self.found.size

    @property
    def order(self) -> tuple[datetime, str, int]:
        """What goes before what."""
        return self.at, self.found.path, self.found.start


class OldText(Struct, frozen=True, kw_only=True):
    """One note or call that was found."""

    note: OldNote

    @property
    def size(self) -> int:
        """About how many bytes it has."""
        return len(self.note.text)

    @property
    def order(self) -> tuple[datetime, str, int]:
        """What goes before what: behind the mail of the same second."""
        return self.note.at, "\U0010ffff", 0


class Target(Struct, frozen=True, kw_only=True):
    """What new tickets get."""

    usual: OldTicket  # where nothing else is known
    numbers: Mapping[str, str]  # by Message-ID: the number that the thread had elsewhere
    tickets: Mapping[str, OldTicket]  # by that number
    settings: Settings

    def describe(self, number: str) -> OldTicket:
        """The ticket of that number elsewhere: its state; its queue and owner, if there is one of that name here."""
        old = self.tickets.get(number, self.usual)
        queue = old.queue if old.queue in self.settings.queues else self.usual.queue
        owner = self.agent_called(*old.owner)
        return replace(old, queue=queue, state=old.state or self.usual.state, owner=(owner,) if owner else ())

    def agent_called(self, *names: str) -> str:
        """The key of the agent who has one of these as his key, name or address, all in lower case; "" for nobody."""
        agents = self.settings.agents.values()
        return next((each.key for each in agents if {each.key, each.name.lower(), each.email.lower()} & set(names)), "")


class Imported(Struct, kw_only=True):
    """What an import did."""

    mails: int = 0  # that were found
    added: int = 0
    notes: int = 0  # that were added, and calls
    known: int = 0  # that were there already
    opened: list[str] = []  # numbers of new tickets
    skipped: list[Problem] = []  # what could not be read
    postponed: str = ""  # why a commit is still to come

    def add(self, more: "Imported") -> None:
        """Count what another slice did."""
        self.added += more.added
        self.notes += more.notes
        self.known += more.known
        self.opened += more.opened
        self.skipped += more.skipped


class Importer:
    """Gives old mails their places, staged. Used under the filing lock, inside a transaction of the catalog."""

    def __init__(self, session: Session, staging: Staging, target: Target, done: Imported) -> None:
        self.numbering = Numbering(
            session.layout,
            system_id=session.system_id,
            today=session.now().astimezone(zone_of(session)).date(),
        )
        self._session = session
        self._catalog = session.catalog
        self._staging = staging
        self._target = target
        self._known_numbers = frozenset(target.numbers.values())
        self._done = done
        self._now = session.now()

    def add(self, old: OldMail) -> None:
        """Add one mail, unless it is there or cannot be read."""
        try:
            raw = old.found.read()
        except OSError as error:
            self._done.skipped.append(unreadable(old.found, error))
            return
        sha256 = hashlib.sha256(raw).hexdigest()
        if lookup.is_filed(self._catalog, sha256):
            self._done.known += 1
            return
        incoming = parse(raw[:LIMIT], sha256=sha256, size=len(raw))
        facts = gather(self._catalog, incoming, self._around(old, incoming), self._staging.load)
        if is_same_letter(incoming, facts):
            self._done.known += 1
            return
        self._place(_Mail(old=old, raw=raw, incoming=incoming, facts=facts))
        self._done.added += 1

    def add_text(self, old: OldText) -> None:
        """Add one note or call, unless it is there."""
        note = old.note
        author = _author_of(note)
        agent = self._target.agent_called(author.name.lower(), author.key)
        data = _text_bytes(note, agent or note.author)
        sha256 = hashlib.sha256(data).hexdigest()
        if lookup.is_filed(self._catalog, sha256):
            self._done.known += 1
            return
        known = lookup.find_named(self._catalog, [note.number]).get(note.number, "")
        number = follow_merges(self._catalog, known) if known else self._choose_number(note.number, self._free_number())
        name = self._staging.article_name(number, note.at, sha256, note.kind, suffix="md")
        why = (Reason(rule="imported", reason=f"it stands in the table of tickets, at {note.number}"),)
        event = Event(
            at=self._now, by=agent or author.address or OURSELVES[0], what=What.IMPORTED, article=name, why=why
        )
        article = NewArticle(name=name, chunks=data, facts=ArticleFacts(sha256=sha256))
        if known:
            ticket = self._after_note(number, note)
            self._staging.stage(Action(number=number, events=(event,), ticket=ticket, articles=(article,)))
        else:
            ticket = open_noted_ticket(note, number, self._target.describe(note.number))
            self._stage_new(ticket, note.number, event, article)
        self._done.notes += 1

    def _after_note(self, number: str, note: OldNote) -> Ticket | None:
        before = self._staging.load(number)
        ticket = _untouched(before)
        return after_note(ticket, note.at, told_closed_at(before.events)) if ticket else None

    def _around(self, old: OldMail, incoming: Incoming) -> Circumstances:
        return Circumstances(
            source=Source(maildir="", name=old.found.name, queue=self._target.usual.queue),
            settings=self._session.settings,
            received_at=old.at,
            dated_at=old.at,
            now=self._now,
            next_number=self._free_number(),
            next_slug=lambda: self._free_slug(incoming),
        )

    def _place(self, mail: "_Mail") -> None:
        elsewhere = number_elsewhere(mail.old.clues, self._target.numbers)
        number, reason = self._home(mail, elsewhere)
        if number:
            self._continue(number, mail, reason)
        else:
            self._open(elsewhere, mail)

    def _home(self, mail: "_Mail", elsewhere: str) -> tuple[str, str]:
        """The ticket that it belongs to and why; "" when it opens one. Its number elsewhere comes first."""
        named = lookup.find_named(self._catalog, [elsewhere]).get(elsewhere, "") if elsewhere else ""
        if named:
            return follow_merges(self._catalog, named), f"its thread had the number {elsewhere}"
        match = find_follow_up(mail.incoming, mail.facts)
        if match is None or (elsewhere and self._has_another_number(match.known.ticket.number)):
            return "", ""
        return match.known.ticket.number, match.reason

    def _has_another_number(self, number: str) -> bool:
        """Whether a ticket has a number from elsewhere already: a mail of another number was split off there."""
        return number in self._known_numbers or IMPORTED_NUMBER in self._staging.load(number).own

    def _continue(self, number: str, mail: "_Mail", reason: str) -> None:
        before = self._staging.load(number)
        ticket = _untouched(before)
        if ticket:
            ticket = after(ticket, mail.incoming, mail.facts, told_closed_at(before.events))
        is_customers_first = bool(before.ticket and not before.ticket.customer)
        cards = mail.cards(ticket) if ticket and is_customers_first else ()
        article, event = self._article(number, mail, reason, is_first=False)
        self._staging.stage(Action(number=number, events=(event,), ticket=ticket, articles=(article,), cards=cards))

    def _open(self, elsewhere: str, mail: "_Mail") -> None:
        number = self._choose_number(elsewhere, mail.facts.next_number)
        ticket = open_ticket(mail.incoming, mail.facts, number, self._target.describe(elsewhere))
        reason = f"its thread had the number {elsewhere}" if elsewhere else "it continues nothing that is here"
        article, event = self._article(number, mail, reason, is_first=True)
        self._stage_new(ticket, elsewhere, event, article, mail.cards(ticket))

    def _choose_number(self, elsewhere: str, free: str) -> str:
        """The number that a new ticket had elsewhere, where it can be kept; else a free one of ours."""
        if elsewhere and can_be_ours(elsewhere) and not self._session.layout.ticket(elsewhere).exists():
            return elsewhere
        self.numbering.use(free)
        return free

    def _stage_new(
        self, ticket: Ticket, elsewhere: str, event: Event, article: NewArticle, cards: tuple[Customer, ...] = ()
    ) -> None:
        old = self._target.describe(elsewhere)
        if old.closed_at and ticket.closed_at:
            event = replace(event, details={**event.details, CLOSED_AT: format_time(old.closed_at)})
        self._staging.stage(
            Action(
                number=ticket.number,
                events=(event, *self._time_spent(ticket, old)),
                ticket=ticket,
                own={IMPORTED_NUMBER: elsewhere} if elsewhere and elsewhere != ticket.number else {},
                is_new=True,
                articles=(article,),
                cards=cards,
            )
        )
        self._done.opened.append(ticket.number)

    def _time_spent(self, ticket: Ticket, old: OldTicket) -> tuple[Event, ...]:
        """What was accounted there, as one entry of its owner."""
        if not old.minutes:
            return ()
        why = (Reason(rule="imported", reason="the table of tickets has this time"),)
        day = (ticket.closed_at or ticket.created_at).astimezone(zone_of(self._session)).date()
        return (
            Event(
                at=self._now,
                by=ticket.owner or OURSELVES[0],
                what=What.IMPORTED,
                minutes=old.minutes,
                why=why,
                details={"day": day.isoformat()},
            ),
        )

    def _article(self, number: str, mail: "_Mail", reason: str, *, is_first: bool) -> tuple[NewArticle, Event]:
        incoming = mail.incoming
        name = self._staging.article_name(number, mail.old.at, incoming.sha256, mail.kind)
        details = {"file": mail.old.found.name} | ({"message_id": incoming.message_id} if incoming.message_id else {})
        event = Event(
            at=self._now,
            by=incoming.author.address if incoming.author else OURSELVES[0],
            what=What.IMPORTED,
            article=name,
            why=(Reason(rule="imported", reason=reason),),
            details=details,
        )
        return NewArticle(name=name, chunks=mail.raw, facts=mail.article_facts(is_first=is_first)), event

    def _free_number(self) -> str:
        """The next number of ours that no ticket has: one of this very day may have been kept."""
        while lookup.ticket_exists(self._catalog, number := self.numbering.peek()):
            self.numbering.use(number)
        return number

    def _free_slug(self, incoming: Incoming) -> str:
        author = incoming.author
        return free_slug(slug_of(author.name, author.address), self._staging.is_card_taken) if author else ""


class _Mail(Struct, frozen=True, kw_only=True):
    """One old mail on its way into the store."""

    old: OldMail
    raw: bytes
    incoming: Incoming
    facts: Facts

    @property
    def kind(self) -> ArticleKind:
        """Ours or a customer's."""
        return ArticleKind.AGENT if is_by_us(self.incoming, self.facts) else ArticleKind.CUSTOMER

    def article_facts(self, *, is_first: bool) -> ArticleFacts:
        """What the catalog remembers of it."""
        if self.kind is ArticleKind.AGENT:
            return facts_of_sent(self.incoming.sha256, message_id_of_sent(self.incoming))
        return facts_of_received(self.incoming, is_first=is_first)

    def cards(self, ticket: Ticket) -> tuple[Customer, ...]:
        """The card of the ticket's customer, if he has none yet."""
        if not ticket.customer or self.facts.customer or self.kind is ArticleKind.AGENT:
            return ()
        return (make_card(self.incoming, ticket.customer, ticket.company),)


def _untouched(files: TicketFiles) -> Ticket | None:
    """The ticket, unless somebody has worked on it: that is not changed by what was before."""
    return files.ticket if all(event.what == What.IMPORTED for event in files.events) else None


def _author_of(note: OldNote) -> Address:
    found, _is_cut = parse_addresses([note.author.encode()])
    return found[0] if found else Address(name=note.author, address="")


def _text_bytes(note: OldNote, author: str) -> bytes:
    meta: dict[str, Value] = {"author": author, "created_at": format_time(note.at)}
    text = note.text.replace("\r\n", "\n").strip("\n") + "\n"
    return frontmatter.write(meta | {"visible": "yes" if note.is_visible else "no"}, text)


def unreadable(found: FoundMail, error: OSError) -> Problem:
    """What is said of a mail that cannot be read."""
    return Problem(path=found.name, line=None, problem=error.strerror or "cannot be read")
