"""The second half of an answer: looked over, then filed and queued in one durable step, then sent.

What was read while the agent wrote may be old. So the ticket is read again, once to tell him what came meanwhile, and
once more under the filing lock, where it is decided.
"""

import hashlib
import mimetypes
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from mdtickets.app.acting import Acted, Extra, act
from mdtickets.app.drafting import is_blank, read_mail
from mdtickets.app.session import Session
from mdtickets.app.staging import NewArticle, Staging
from mdtickets.app.zone import zone_of
from mdtickets.domain.agent import Change, Situation
from mdtickets.domain.answer import (
    Ending,
    Leaving,
    answer,
    check_answered,
    check_draft,
    doubts,
    is_name_taken,
    mails_since,
    references_of,
    written_text,
)
from mdtickets.domain.article_name import format_article_name, parse_article_name
from mdtickets.domain.draft import Draft
from mdtickets.domain.event import What
from mdtickets.domain.incoming import Incoming
from mdtickets.domain.model import Address, ArticleKind
from mdtickets.domain.outgoing import AttachedFile, Outgoing
from mdtickets.domain.settings import Agent, Queue, Settings
from mdtickets.errors import RefusedError, UnreadableError
from mdtickets.mail.compose import compose
from mdtickets.store.lookup import addresses_of
from mdtickets.store.outbox import OutboxEntry
from mdtickets.store.rows import facts_of_sent
from mdtickets.store.tickets import load_ticket

_ANY_TYPE = "application/octet-stream"

ToHtml = Callable[[str], str]


class NewMail(Struct, frozen=True, kw_only=True):
    """A mail that came while the agent wrote."""

    article: str  # file name
    mail: Incoming


class Review(Struct, frozen=True, kw_only=True):
    """What should be asked before a draft leaves, and how many events of the ticket were looked at."""

    seen: int
    new_mails: tuple[NewMail, ...] = ()
    doubts: tuple[str, ...] = ()


class Mailing(Struct, frozen=True, kw_only=True):
    """A mail of ours: the very bytes that are stored and sent."""

    message: bytes
    message_id: str
    envelope_from: str
    recipients: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """The digest in its article's name."""
        return hashlib.sha256(self.message).hexdigest()

    def entry(self, situation: Situation, article: str) -> OutboxEntry:
        """Its place in the outbox."""
        return OutboxEntry(
            number=situation.number,
            article=article,
            message_id=self.message_id,
            envelope_from=self.envelope_from,
            envelope_to=self.recipients,
            queued_at=situation.now,
        )


def review(
    session: Session, agent: Agent, number: str, draft: Draft, *, named: frozenset[str], text: str | None = None
) -> Review:
    """Look over a draft and at what happened to its ticket since it was begun.

    `text` is what the agent wrote, if that is known; `named` are recipients whom he named himself.

    Raises RefusedError when the draft cannot leave whatever he says.
    """
    written = written_text(draft.body) if text is None else text
    check_draft(draft, "" if is_blank(draft) else written)
    read_attachments(draft.attach)
    files = load_ticket(session.layout, number, session.fronts)
    seen = draft.begun.seen if draft.begun.token else 0
    new = [name for name in mails_since(files.events, seen) if parse_article_name(name)]
    belong = {*(files.ticket.participants if files.ticket else ()), *session.settings.own_addresses}
    belong |= set(addresses_of(session.catalog, files.ticket.customer)) if files.ticket else set()
    belong |= {one.email.lower() for one in (*session.settings.agents.values(), agent) if one.email}
    return Review(
        seen=len(files.events),
        new_mails=tuple(NewMail(article=name, mail=read_mail(session, number, name)) for name in new),
        doubts=tuple(doubts(draft, written, participants=belong, named=named)),
    )


def review_first(draft: Draft) -> Review:
    """The same for a mail that opens its ticket: nothing can have come meanwhile, and everybody in it was named."""
    written = written_text(draft.body)
    check_draft(draft, "" if is_blank(draft) else written)
    named = {address.key for address in draft.recipients}
    return Review(seen=0, doubts=tuple(doubts(draft, written, participants=named)))


class Reply(Struct, kw_only=True):
    """One answer on its way into the store. `act` asks it to decide, then for what to store."""

    session: Session
    draft: Draft
    ending: Ending = field(default_factory=Ending)
    again: bool = False
    seen: int | None = None  # mail that came after so many events has been shown to nobody
    to_html: ToHtml | None = None
    mailing: Mailing | None = None
    article: str = ""

    def decide(self, situation: Situation) -> Change:
        """The change; raises RefusedError when another agent answered, or a mail came that nobody has seen."""
        holds = situation.lock is not None and situation.lock.agent == situation.agent.key
        number, key = situation.number, situation.agent.key
        check_answered(number, situation.events, self.draft, key, holds=holds, again=self.again)
        if self.seen is not None and mails_since(situation.events, self.seen):
            raise RefusedError(
                f"A mail came to {situation.number} at this very moment.",
                f"Look at it: mdtickets show {situation.number}; then send yours again.",
            )
        queue = situation.settings.queue(situation.ticket.queue)
        self.mailing = self._compose(situation, queue)
        self.article = name_of(situation, self.mailing, ArticleKind.AGENT)
        leaving = Leaving(
            what=What.ANSWERED,
            article=self.article,
            message_id=self.mailing.message_id,
            recipients=self.mailing.recipients,
            answers=self.draft.begun.article,
        )
        return answer(situation, leaving, self.draft, self.ending)

    def extra(self, situation: Situation, _change: Change, _staging: Staging) -> Extra:
        """The article, and its entry in the outbox."""
        assert self.mailing is not None  # noqa: S101  # decided before
        return stored(situation, self.mailing, self.article)

    def _compose(self, situation: Situation, queue: Queue) -> Mailing:
        name = self.draft.begun.article
        known = any(event.article == name for event in situation.events) and parse_article_name(name)
        mail = read_mail(self.session, situation.number, name) if known else None
        outgoing = outgoing_of(self.session, self.draft, sender_of(queue, situation.settings), situation.number)
        if mail:
            outgoing = replace(outgoing, in_reply_to=mail.message_id, references=references_of(mail))
        if queue.markdown and self.to_html:
            outgoing = replace(outgoing, html=self.to_html(outgoing.body))
        return mailing_of(outgoing)


def send_reply(session: Session, agent: Agent, number: str, reply: Reply, *, dry_run: bool = False) -> Acted:
    """File and queue an answer, durably, or refuse it with nothing changed. `finish` of the result makes the commit."""
    return act(session, agent, [number], reply.decide, dry_run=dry_run, extra=reply.extra)


def outgoing_of(session: Session, draft: Draft, sender: Address, number: str) -> Outgoing:
    """The mail that a draft describes."""
    return Outgoing(
        sender=sender,
        to=draft.to,
        cc=draft.cc,
        bcc=draft.bcc,
        subject=draft.subject,
        body=draft.body.strip("\n") + "\n",
        message_id=f"{number}.{draft.begun.token}@{sender.domain or 'mdtickets.invalid'}",
        date=session.now().astimezone(zone_of(session)),
        attachments=read_attachments(draft.attach),
    )


def mailing_of(outgoing: Outgoing) -> Mailing:
    """Its bytes, and who gets them."""
    recipients = {one.key: one.address for one in (*outgoing.to, *outgoing.cc, *outgoing.bcc)}
    return Mailing(
        message=compose(outgoing),
        message_id=outgoing.message_id,
        envelope_from=outgoing.sender.address,
        recipients=tuple(recipients.values()),
    )


def sender_of(queue: Queue, settings: Settings) -> Address:
    """Whose name and address stand in From. Raises RefusedError when the settings name no address."""
    address = queue.address or settings.main_address
    if not address:
        raise RefusedError(
            f"The queue {queue.name} has no address to send from.",
            f"mdtickets config set queue.{queue.name}.address support@example.com",
        )
    return Address(name=queue.sender_name or settings.name, address=address)


def name_of(situation: Situation, mailing: Mailing, kind: ArticleKind) -> str:
    """The file name of its article."""
    name = format_article_name(situation.now, mailing.sha256, kind)
    taken = is_name_taken(situation, name)
    return format_article_name(situation.now, mailing.sha256, kind, taken=taken)


def stored(situation: Situation, mailing: Mailing, article: str) -> Extra:
    """What is stored of a mail of ours: its bytes and its entry in the outbox."""
    facts = facts_of_sent(mailing.sha256, mailing.message_id)
    return Extra(
        articles=(NewArticle(name=article, chunks=mailing.message, facts=facts),),
        outbox=(mailing.entry(situation, article),),
    )


def read_attachments(names: Sequence[str]) -> tuple[AttachedFile, ...]:
    """The agent's own files. Raises UnreadableError for one that cannot be read."""
    return tuple(map(_read_attachment, names))


def _read_attachment(name: str) -> AttachedFile:
    path = Path(name).expanduser()
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{name} cannot be attached: {error.strerror}.") from error
    type_, encoding = mimetypes.guess_type(path.name)
    # a packed file is a file, whatever is packed in it
    return AttachedFile(name=path.name, type=type_ if type_ and not encoding else _ANY_TYPE, content=content)
