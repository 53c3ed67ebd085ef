"""The first half of an answer: what it answers, to whom it would go, which words stand in it already.

Nothing is held by a process afterwards: the agent's lock and the draft are files, and may wait for days.
"""

import hashlib
import os
from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field
from msgspec.structs import replace

from mdtickets.app import phrases
from mdtickets.app.acting import act
from mdtickets.app.customers import recall
from mdtickets.app.session import Session
from mdtickets.app.zone import zone_of
from mdtickets.domain import agent as desk
from mdtickets.domain.answer import choose_article, quote, recipients_of
from mdtickets.domain.draft import Begun, Draft
from mdtickets.domain.event import What
from mdtickets.domain.history import Entry, find_entries
from mdtickets.domain.incoming import Incoming
from mdtickets.domain.model import Address, Ticket
from mdtickets.domain.number import mark_subject
from mdtickets.domain.settings import Agent, Queue
from mdtickets.domain.states import State
from mdtickets.errors import NotFoundError, RefusedError, UnreadableError
from mdtickets.mail.parse import LIMIT, parse
from mdtickets.store.customers import load_card
from mdtickets.store.tickets import TicketFiles, load_ticket, read_file

_TOKEN_BYTES = 10  # 80 bits: nobody guesses it
_BLANK_DIGITS = 12
_LONGEST_ABOUT = 300
_NOT_ANSWERED = frozenset({State.MERGED, State.REMOVED})


class Wish(Struct, frozen=True, kw_only=True):
    """What the agent said about the mail before he began to write it."""

    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    only_sender: bool = False
    article: int | None = None
    subject: str = ""
    template: str = ""
    attach: tuple[str, ...] = ()

    @property
    def named(self) -> frozenset[str]:
        """The addresses he gave himself, in lower case."""
        return frozenset(address.key for address in (*self.to, *self.cc, *self.bcc))


class Answered(Struct, frozen=True, kw_only=True):
    """The mail that is answered, its ticket, and how to speak to who wrote it."""

    ticket: Ticket
    entry: Entry | None = None
    mail: Incoming | None = None
    languages: tuple[str, ...] = field(default_factory=tuple)  # the most telling first


def new_token() -> str:
    """What makes a Message-ID of ours one that nobody can guess."""
    return os.urandom(_TOKEN_BYTES).hex()


def begin_reply(session: Session, agent: Agent, number: str, wish: Wish, text: str | None = None) -> Draft:
    """The draft of an answer, as it would be sent with that text, or as an editor gets it (None). Changes nothing."""
    files, ticket = load_answerable(session, number)
    answered = find_answered(session, files, ticket, wish)
    to, cc = _recipients(session, agent, answered, wish)
    subject = wish.subject or (answered.mail.subject if answered.mail else "") or ticket.title
    body = _body(session, agent, answered, wish, text)
    return Draft(
        to=to,
        cc=cc,
        bcc=wish.bcc,
        subject=mark_subject(subject, number),
        body=body,
        attach=wish.attach,
        about=_about(session, ticket) if text is None else "",
        begun=Begun(
            token=new_token(),
            article=answered.entry.name if answered.entry else "",
            seen=len(files.events),
            to=tuple(address.key for address in (*to, *cc, *wish.bcc)),
            blank=digest_of(body) if text is None and not wish.template else "",
        ),
    )


def _about(session: Session, ticket: Ticket) -> str:
    known = recall(session, ticket.customer, ticket.company)
    return (
        " · ".join((known.line, *(use.line for use in known.budgets), *known.notes))[:_LONGEST_ABOUT] if known else ""
    )


def take_ticket(session: Session, agent: Agent, number: str) -> bool:
    """Hold the ticket while its answer is written; whether it was free before. Raises RefusedError."""
    acted = act(session, agent, [number], lambda found: desk.take(found, reason="reply"))
    acted.finish()
    return any(event.what == What.LOCKED for event in acted.done[0].change.events)


def give_free(session: Session, agent: Agent, number: str) -> None:
    """Nothing was answered: the ticket is anybody's again."""
    act(session, agent, [number], desk.unlock).finish()


def load_answerable(session: Session, number: str) -> tuple[TicketFiles, Ticket]:
    """A ticket that may be written to. Raises RefusedError for one that was merged, removed, or is broken."""
    files = load_ticket(session.layout, number, session.fronts)
    ticket = files.ticket
    if ticket is None:
        raise RefusedError(f"ticket.md of {number} cannot be read.", f"Mend it first: mdtickets edit {number}")
    if ticket.state in _NOT_ANSWERED:
        hint = f"Answer {ticket.merged_into}." if ticket.merged_into else "Reopen it first."
        raise RefusedError(f"{number} is {ticket.state.value}: it is not answered.", hint)
    return files, ticket


def find_answered(session: Session, files: TicketFiles, ticket: Ticket, wish: Wish) -> Answered:
    """The article that is answered. None is needed when the recipients are named."""
    entries = tuple(find_entries(files.events))
    try:
        entry = choose_article(entries, files.number, wish.article)
    except RefusedError:
        if wish.article is not None or not wish.to:
            raise
        return Answered(ticket=ticket, languages=_languages(session, ticket, None))
    mail = read_mail(session, files.number, entry.name)
    return Answered(ticket=ticket, entry=entry, mail=mail, languages=_languages(session, ticket, mail))


def read_mail(session: Session, number: str, name: str) -> Incoming:
    """What an article says. Raises UnreadableError when its file cannot be read."""
    path = session.layout.ticket(number) / name
    try:
        raw = read_file(path)
    except OSError as error:
        raise UnreadableError(f"{session.layout.relative(path)}: {error.strerror}.") from error
    return parse(raw[:LIMIT], sha256=hashlib.sha256(raw).hexdigest(), size=len(raw))


def digest_of(body: str) -> str:
    """Tells whether a draft's text is still the one that it began with."""
    return hashlib.sha256(body.strip().encode(errors="replace")).hexdigest()[:_BLANK_DIGITS]


def is_blank(draft: Draft) -> bool:
    """Whether nobody has written anything into it."""
    return bool(draft.begun.blank) and digest_of(draft.body) == draft.begun.blank


def with_begun(draft: Draft, begun: Begun | None = None) -> Draft:
    """The draft, its beginning known again where its line was deleted: from memory, else as if all had come since."""
    if draft.begun.token:
        return draft
    return replace(draft, begun=begun or Begun(token=new_token()))


def _recipients(
    session: Session, agent: Agent, answered: Answered, wish: Wish
) -> tuple[tuple[Address, ...], tuple[Address, ...]]:
    own = session.settings.own_addresses | {agent.email.lower()}
    to, cc = recipients_of(answered.mail, own, only_sender=wish.only_sender) if answered.mail else ((), ())
    if wish.to:
        return wish.to, wish.cc
    return to, tuple({address.key: address for address in (*cc, *wish.cc)}.values())


def _body(session: Session, agent: Agent, answered: Answered, wish: Wish, text: str | None) -> str:
    """Salutation, words, signature, quotation, in OTRS's order."""
    layout, languages = session.layout, answered.languages
    queue = session.settings.queue(answered.ticket.queue)
    context = _context(session, agent, queue, answered)
    prepared = phrases.answer_text(layout, wish.template, languages, context) if wish.template else ""
    mail, entry = answered.mail, answered.entry
    quoted = quote(mail, languages[0], _written_at(mail, entry), zone_of(session)) if mail and entry else ""
    parts = [
        phrases.salutation(layout, languages, context),
        prepared,
        (text or "").strip("\n"),
        phrases.signature(layout, agent, queue, context),
        quoted.rstrip("\n"),
    ]
    body = "\n\n".join(part for part in parts if part) + "\n"
    # room to write in, above signature and quotation
    return f"\n{body}" if text is None and not (parts[0] or prepared) else body


def _written_at(mail: Incoming, entry: Entry) -> datetime:
    return mail.date or entry.at


def _context(session: Session, agent: Agent, queue: Queue, answered: Answered) -> Mapping[str, object]:
    """What the team's texts may name."""
    author = answered.mail.author if answered.mail else None
    return {
        "number": answered.ticket.number,
        "title": answered.ticket.title,
        "name": author.name if author else "",
        "agent": agent.name,
        "queue": queue.name,
        "team": session.settings.name,
        "address": queue.address or session.settings.main_address,
    }


def _languages(session: Session, ticket: Ticket, mail: Incoming | None) -> tuple[str, ...]:
    """Card, mail, queue, settings, in that order, as acknowledgements choose."""
    known = (
        _language_of_card(session, ticket.customer),
        mail.language if mail else "",
        session.settings.queue(ticket.queue).language,
        session.settings.language,
    )
    return tuple(dict.fromkeys(language for language in known if language)) or ("en",)


def _language_of_card(session: Session, slug: str) -> str:
    try:
        return load_card(session.layout, slug, session.fronts).customer.language
    except (NotFoundError, UnreadableError):
        return ""
