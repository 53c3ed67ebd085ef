"""New tickets by an agent's hand: a mail outward, or a call; and calls noted on tickets that are there."""

import hashlib
from collections.abc import Sequence

from msgspec import Struct, field

from mdtickets.app import phrases
from mdtickets.app.acting import Acted, Extra, act, act_together
from mdtickets.app.answering import Mailing, ToHtml, mailing_of, outgoing_of, sender_of
from mdtickets.app.drafting import digest_of, new_token
from mdtickets.app.opening import Opener
from mdtickets.app.session import Session
from mdtickets.app.staging import Action, NewArticle, Staging
from mdtickets.domain.agent import Change, LockChange, Situation, change_to, check_not_merged, require_lock
from mdtickets.domain.answer import Ending, check_draft, state_after, written_text
from mdtickets.domain.article_name import format_article_name
from mdtickets.domain.composing import Beginning, Direction, begin_events, begin_ticket, call_event, choose_queue
from mdtickets.domain.draft import Begun, Draft
from mdtickets.domain.event import Event, What
from mdtickets.domain.model import Address, ArticleKind, Customer
from mdtickets.domain.noting import free_name
from mdtickets.domain.number import mark_subject
from mdtickets.domain.providers import is_public_provider
from mdtickets.domain.settings import Agent, Queue
from mdtickets.domain.slug import free_slug, is_slug, slug_of
from mdtickets.domain.states import StateType
from mdtickets.domain.timestamps import format_time
from mdtickets.errors import NotFoundError, RefusedError
from mdtickets.mail.draft import read_addresses
from mdtickets.store import frontmatter
from mdtickets.store.customers import parse_card
from mdtickets.store.frontmatter import FrontMatterError, Value
from mdtickets.store.lookup import find_company, find_customer, find_token
from mdtickets.store.outbox import OutboxEntry
from mdtickets.store.rows import ArticleFacts, facts_of_sent
from mdtickets.store.tickets import read_file


def queue_named(session: Session, name: str) -> Queue:
    """The queue of that name, the first of the settings when none is named. Raises RefusedError."""
    return choose_queue(tuple(session.settings.queues.values()), name)


def begin_mail(session: Session, agent: Agent, queue: Queue, draft: Draft, text: str | None) -> Draft:
    """The draft of a first mail, with the signatures below the words (None: those to be written in an editor)."""
    context = {
        "number": "",
        "title": draft.subject,
        "name": draft.to[0].name if draft.to else "",
        "agent": agent.name,
        "queue": queue.name,
        "team": session.settings.name,
        "address": queue.address or session.settings.main_address,
    }
    below = phrases.signature(session.layout, agent, queue, context)
    parts = [(text or "").strip("\n"), below]
    body = "\n\n".join(part for part in parts if part) + "\n"
    begun = Begun(token=new_token(), blank=digest_of(body) if text is None else "")
    return Draft(
        to=draft.to,
        cc=draft.cc,
        bcc=draft.bcc,
        subject=draft.subject,
        body=body if text is not None else f"\n\n{body}",
        attach=draft.attach,
        begun=begun,
    )


class _NewTicket(Struct, kw_only=True):
    """A ticket about to be opened. Used under the filing lock."""

    session: Session
    agent: Agent
    queue: Queue
    title: str
    person: Address | None
    opener: Opener
    card: Customer | None = None
    participants: tuple[str, ...] = ()
    ending: Ending = field(default_factory=Ending)

    def stage(
        self, staging: Staging, number: str, first: tuple[Event, ...], article: NewArticle, *entries: OutboxEntry
    ) -> None:
        """Stage it with its first article, its customer's card if he is new, and mail that is to leave."""
        known = self.card or (find_customer(self.session.catalog, self.person.key) if self.person else None)
        made = () if known or not self.person else (self._new_card(staging, self.person),)
        card = known or (made[0] if made else None)
        begun = Beginning(
            title=self.title,
            queue=self.queue,
            by=self.agent.key,
            now=self.session.now(),
            card=card,
            company=(card.company if card else "") or self._company(),
            participants=self.participants,
            ending=self.ending,
        )
        ticket = begin_ticket(begun, number)
        action = Action(
            number=number,
            events=begin_events(ticket, first),
            ticket=ticket,
            is_new=True,
            articles=(article,),
            cards=made,
            outbox=entries,
            author=(self.agent.name, self.agent.email or f"{self.agent.key}@localhost"),
        )
        self.opener.stage(staging, action)

    def _new_card(self, staging: Staging, person: Address) -> Customer:
        slug = free_slug(slug_of(person.name, person.address), staging.is_card_taken)
        return Customer(slug=slug, name=person.name or person.address, addresses=(person.key,), company=self._company())

    def _company(self) -> str:
        domain = self.person.domain if self.person else ""
        return "" if not domain or is_public_provider(domain) else find_company(self.session.catalog, domain)


class FirstMail(Struct, kw_only=True):
    """A mail that opens its ticket."""

    session: Session
    agent: Agent
    queue: Queue
    draft: Draft
    ending: Ending = field(default_factory=Ending)
    to_html: ToHtml | None = None
    mailing: Mailing | None = None
    article: str = ""
    number: str = ""

    def send(self) -> Acted:
        """File and queue it, durably."""
        check_draft(self.draft, written_text(self.draft.body))
        acted = act_together(self.session, self.agent, [], lambda _none: [], also=self._stage)
        acted.opened = (self.number,)
        return acted

    def foresee(self) -> bytes:
        """The bytes that would be sent now."""
        check_draft(self.draft, written_text(self.draft.body))
        return self._compose(Opener(self.session).number()).message

    def _stage(self, staging: Staging) -> None:
        if sent := find_token(self.session.catalog, self.draft.begun.token):
            raise RefusedError(f"This mail was sent already: {sent}.", "Drop its draft: mdtickets drafts --remove new")
        own = self.session.settings.own_addresses
        persons = [one for one in (*self.draft.to, *self.draft.cc) if one.key not in own]
        new = _NewTicket(
            session=self.session,
            opener=Opener(self.session),
            agent=self.agent,
            queue=self.queue,
            title=self.draft.subject,
            person=persons[0] if persons else None,
            participants=tuple(dict.fromkeys(one.key for one in persons)),
            ending=self.ending,
        )
        self.number = new.opener.number()
        mailing = self.mailing = self._compose(self.number)
        now = self.session.now()
        self.article = format_article_name(now, mailing.sha256, ArticleKind.AGENT)
        facts = facts_of_sent(mailing.sha256, mailing.message_id)
        article = NewArticle(name=self.article, chunks=mailing.message, facts=facts)
        entry = OutboxEntry(
            number=self.number,
            article=self.article,
            message_id=mailing.message_id,
            envelope_from=mailing.envelope_from,
            envelope_to=mailing.recipients,
            queued_at=now,
        )
        new.stage(staging, self.number, self._events(mailing), article, entry)

    def _events(self, mailing: Mailing) -> tuple[Event, ...]:
        now, to = self.session.now(), list(mailing.recipients)
        composed = {"message_id": mailing.message_id, "to": to}
        queued = {**composed, "to": to[0] if len(to) == 1 else to, "machine": self.session.settings.system_id}
        return (
            Event(
                at=now,
                by=self.agent.key,
                what=What.COMPOSED,
                article=self.article,
                minutes=self.ending.minutes,
                details=composed,
            ),
            Event(at=now, by=self.agent.key, what=What.QUEUED, article=self.article, details=queued),
        )

    def _compose(self, number: str) -> Mailing:
        sender = sender_of(self.queue, self.session.settings)
        outgoing = outgoing_of(self.session, self.draft, sender, number)
        outgoing = outgoing.with_subject(mark_subject(self.draft.subject, number, prefix=""))
        if self.queue.markdown and self.to_html:
            outgoing = outgoing.with_html(self.to_html(outgoing.body))
        return mailing_of(outgoing)


class Call(Struct, frozen=True, kw_only=True):
    """What was said on the telephone."""

    text: str
    direction: Direction
    ending: Ending | None = None  # None: the ticket stays as it is
    minutes: int | None = None


def note_call(session: Session, agent: Agent, number: str, call: Call, *, dry_run: bool = False) -> Acted:
    """Note a call on a ticket. Raises RefusedError when nothing was said, or when it closes what another one holds."""
    _check_words(call)

    def data_of(found: Situation) -> bytes:
        return _call_bytes(agent, format_time(found.now), call)

    def decide(found: Situation) -> Change:
        name = free_name(found, _digest(data_of(found)), ArticleKind.CALL)
        after = found.ticket
        if call.ending:
            require_lock(found)
            check_not_merged(found)
            state = state_after(found.settings.queue(after.queue), call.ending, found.now)
            closed_at = (after.closed_at or found.now) if state.type is StateType.CLOSED else None
            after = after.change(
                state=state, pending_until=call.ending.pending_until, pending_then="", closed_at=closed_at
            )
        is_closed = after.state.type is StateType.CLOSED and call.ending is not None
        change = change_to(found, after, lock=LockChange.RELEASE if is_closed else LockChange.KEEP)
        event = call_event(agent.key, found.now, name, call.direction, call.minutes)
        updated = change.ticket.change(updated_at=max(found.now, found.ticket.updated_at))
        return Change(ticket=updated, events=(event, *change.events), lock=change.lock)

    def extra(found: Situation, change: Change, _staging: Staging) -> Extra:
        data = data_of(found)
        article = NewArticle(name=change.events[0].article or "", chunks=data, facts=ArticleFacts(sha256=_digest(data)))
        return Extra(articles=(article,))

    return act(session, agent, [number], decide, dry_run=dry_run, extra=extra)


def open_by_call(
    session: Session,
    agent: Agent,
    queue: Queue,
    call: Call,
    *,
    title: str = "",
    customer: str = "",
    dry_run: bool = False,
) -> Acted:
    """Open a ticket for a call. `customer` is an address or a card's slug. Raises RefusedError."""
    _check_words(call)
    person, card = find_person(session, customer)
    now = session.now()
    data = _call_bytes(agent, format_time(now), call)
    opener = Opener(session)
    number = ""

    def give_number(_situations: Sequence[Situation]) -> Sequence[Change]:
        nonlocal number
        number = opener.number()
        return ()

    def stage(staging: Staging) -> None:
        new = _NewTicket(
            session=session,
            opener=opener,
            agent=agent,
            queue=queue,
            title=title or call.text.strip().splitlines()[0],
            person=person,
            card=card,
            participants=(person.key,) if person else (card.addresses if card else ()),
            ending=call.ending or Ending(is_open=True),
        )
        name = format_article_name(now, _digest(data), ArticleKind.CALL, suffix="md")
        event = call_event(agent.key, now, name, call.direction, call.minutes)
        article = NewArticle(name=name, chunks=data, facts=ArticleFacts(sha256=_digest(data)))
        new.stage(staging, number, (event,), article)

    acted = act_together(session, agent, [], give_number, dry_run=dry_run, also=stage)
    acted.opened = (number,)
    return acted


def find_person(session: Session, customer: str) -> tuple[Address | None, Customer | None]:
    """Who is meant by an address or a card's slug; nobody by "". Raises NotFoundError for a card that is not there."""
    if not customer:
        return None, None
    if "@" in customer:
        return read_addresses([customer])[0], None
    if not is_slug(customer):
        raise RefusedError(f'"{customer}" is neither a mail address nor a card.', "See `mdtickets customer list`.")
    try:
        return None, parse_card(read_file(session.layout.card(customer)), customer)
    except (OSError, FrontMatterError):
        raise NotFoundError(f"There is no card {customer}.", "See `mdtickets customer list`.") from None


def _nothing(_situations: Sequence[Situation]) -> Sequence[Change]:
    """No ticket that is there changes."""
    return ()


def _check_words(call: Call) -> None:
    if not call.text.strip():
        raise RefusedError("A call must have words; nothing was noted.")


def _call_bytes(agent: Agent, at: str, call: Call) -> bytes:
    meta: dict[str, Value] = {"author": agent.key, "created_at": at, "direction": call.direction.value}
    if call.minutes:
        meta["minutes"] = str(call.minutes)
    return frontmatter.write(meta | {"visible": "no"}, call.text.replace("\r\n", "\n").strip("\n") + "\n")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
