"""Mails of a ticket sent to somebody else, or once more: forwarded with words, or as they were (RFC 5322 section 3.6.6)."""

from collections.abc import Iterator

from msgspec import Struct, field
from msgspec.structs import replace

from mdtickets.app.acting import Acted, Extra, act
from mdtickets.app.answering import (
    Mailing,
    mailing_of,
    name_of,
    outgoing_of,
    sender_of,
    stored,
)
from mdtickets.app.drafting import Wish, digest_of, new_token, read_mail
from mdtickets.app.reading import read_raw
from mdtickets.app.session import Session
from mdtickets.app.staging import Staging
from mdtickets.app.zone import zone_of
from mdtickets.domain.agent import Change, Situation, require_lock
from mdtickets.domain.answer import Leaving, pass_on
from mdtickets.domain.draft import Begun, Draft
from mdtickets.domain.draft_name import forward_of
from mdtickets.domain.event import What
from mdtickets.domain.history import Entry, find_entries
from mdtickets.domain.incoming import Incoming
from mdtickets.domain.model import Address, ArticleKind
from mdtickets.domain.number import mark_subject
from mdtickets.domain.outgoing import AttachedFile
from mdtickets.domain.settings import Agent
from mdtickets.errors import RefusedError
from mdtickets.mail.attachments import extract
from mdtickets.mail.compose import resent
from mdtickets.store.tickets import load_ticket

_ATTACHED, _INLINE = "attached", "inline"
_HEADING = {
    "de": ("Weitergeleitete Nachricht", "Von", "An", "Betreff"),
    "en": ("Forwarded message", "From", "To", "Subject"),
}


class Original(Struct, frozen=True, kw_only=True):
    """The mail that is passed on."""

    entry: Entry
    mail: Incoming
    raw: bytes


class PassingOn(Struct, kw_only=True):
    """One mail of a ticket on its way to somebody else."""

    session: Session
    original: Original
    to: tuple[Address, ...]
    minutes: int | None = None
    token: str = field(default_factory=new_token)
    mailing: Mailing | None = None
    article: str = ""

    def compose(self, situation: Situation, sender: Address) -> Mailing:
        """As it was, the Resent fields in front."""
        message_id = f"{situation.number}.{self.token}@{sender.domain or 'mdtickets.invalid'}"
        date = situation.now.astimezone(zone_of(self.session))
        return Mailing(
            message=resent(self.original.raw, sender=sender, to=self.to, date=date, message_id=message_id),
            message_id=message_id,
            envelope_from=sender.address,
            recipients=tuple(address.address for address in self.to),
        )

    @property
    def what(self) -> What:
        """The word of its event."""
        return What.RESENT

    def decide(self, situation: Situation) -> Change:
        """The change of the ticket: a further article."""
        queue = situation.settings.queue(situation.ticket.queue)
        self.mailing = self.compose(situation, sender_of(queue, situation.settings))
        self.article = name_of(situation, self.mailing, ArticleKind.AGENT)
        leaving = Leaving(
            what=self.what,
            article=self.article,
            message_id=self.mailing.message_id,
            recipients=self.mailing.recipients,
            answers=self.original.entry.name,
        )
        return pass_on(situation, leaving, minutes=self.minutes)

    def extra(self, situation: Situation, _change: Change, _staging: Staging) -> Extra:
        """The article, and its entry in the outbox."""
        assert self.mailing is not None  # noqa: S101  # decided before
        return stored(situation, self.mailing, self.article)


class Forwarding(PassingOn, kw_only=True):
    """A mail forwarded with some words: whole as an attachment, or its text inline and its files beside it."""

    draft: Draft

    @property
    def what(self) -> What:
        """The word of its event."""
        return What.FORWARDED

    def decide(self, situation: Situation) -> Change:
        """The change of the ticket. Raises RefusedError when this very draft was sent before a crash."""
        begun = f".{self.token}@"
        if any(begun in str(event.details.get("message_id", "")) for event in situation.events):
            name = forward_of(situation.number)
            raise RefusedError("This mail was sent already.", f"Drop its draft: mdtickets drafts --remove {name}")
        return super().decide(situation)

    def compose(self, situation: Situation, sender: Address) -> Mailing:
        """A mail of our own around it."""
        draft = replace(self.draft, begun=replace(self.draft.begun, token=self.token))
        outgoing = outgoing_of(self.session, draft, sender, situation.number)
        return mailing_of(outgoing.with_files((*self._files(), *outgoing.attachments)))

    def _files(self) -> Iterator[AttachedFile]:
        if not is_inline(self.draft):
            yield AttachedFile(name="mail.eml", type="message/rfc822", content=self.original.raw)
            return
        for attachment, content in extract(self.original.raw):
            yield AttachedFile(name=attachment.name, type=attachment.type, content=content)


def begin_forward(
    session: Session, number: str, original: Original, wish: Wish, text: str | None, *, inline: bool
) -> Draft:
    """The draft of a mail passed on: with that text, or with room for it (None)."""
    mail, ticket = original.mail, load_ticket(session.layout, number).ticket
    subject = mail.subject or (ticket.title if ticket else "")
    how = _INLINE if inline else _ATTACHED
    below = f"\n{_inline(mail)}" if inline else ""
    body = (text or "").strip("\n") + "\n" + below
    return Draft(
        to=wish.to,
        cc=wish.cc,
        bcc=wish.bcc,
        subject=mark_subject(subject, number, prefix="Fwd: "),
        body=body,
        attach=wish.attach,
        forwards=f"{how}, article {original.entry.position} of {mail.author or 'nobody'}: {mail.subject}",
        # words are no must, but what has neither words nor recipients was given up
        begun=Begun(
            token=new_token(),
            article=original.entry.name,
            blank=digest_of(body) if text is None and not wish.to else "",
        ),
    )


def is_inline(draft: Draft) -> bool:
    """Whether the mail's text stands in ours."""
    return draft.forwards.partition(",")[0].strip() == _INLINE


def original_of(session: Session, number: str, draft: Draft) -> Original:
    """The mail that a draft passes on. Raises RefusedError when the ticket has it no more."""
    entries = find_entries(load_ticket(session.layout, number).events)
    entry = next((one for one in entries if one.name == draft.begun.article), None)
    if entry is None:
        raise RefusedError(f"{number} does not have the mail of this draft.", "Begin anew: mdtickets drafts")
    return find_original(session, number, entry.position)


def find_original(session: Session, number: str, position: int | None, *, ours: bool = False) -> Original:
    """The mail that is meant: the one named, else the customer's last (`ours`: our last). Raises RefusedError."""
    kind = ArticleKind.AGENT if ours else ArticleKind.CUSTOMER
    mails = [one for one in find_entries(load_ticket(session.layout, number).events) if one.name.endswith(".eml")]
    found = [one for one in mails if (one.kind is kind if position is None else one.position == position)]
    if not found:
        named = "has no such mail" if position is None else f"has no mail at article {position}"
        raise RefusedError(f"{number} {named}.", f"See `mdtickets show {number}`.")
    entry = found[-1]
    if ours and entry.kind is ArticleKind.CUSTOMER:
        raise RefusedError(f"Article {entry.position} of {number} is not ours.", "Pass it on with `mdtickets bounce`.")
    raw = read_raw(session, number, entry.position)
    return Original(entry=entry, mail=read_mail(session, number, entry.name), raw=raw)


def pass_mail_on(session: Session, agent: Agent, number: str, passing: PassingOn, *, dry_run: bool = False) -> Acted:
    """File and queue it, durably. Raises RefusedError when nobody is to get it or another agent holds the ticket."""
    if not passing.to:
        raise RefusedError("The mail has no recipient.", "Name one: --to ADDRESS.")
    return act(session, agent, [number], passing.decide, dry_run=dry_run, extra=passing.extra)


def check_free(session: Session, agent: Agent, number: str) -> None:
    """Refuse when another agent holds the ticket: better before somebody writes than after."""

    def decide(situation: Situation) -> Change:
        require_lock(situation)
        return Change(ticket=situation.ticket)

    act(session, agent, [number], decide, dry_run=True)


def recipients_before(session: Session, number: str, original: Original) -> tuple[Address, ...]:
    """Who got a mail of ours: those its `queued` event names."""
    events = load_ticket(session.layout, number).events
    queued = [one for one in events if one.article == original.entry.name and one.what == What.QUEUED]
    told = queued[-1].details.get("to", []) if queued else []
    names = [told] if isinstance(told, str) else told
    known = {address.key: address for address in original.mail.recipients}
    return tuple(known.get(name.lower(), Address(address=name)) for name in names if isinstance(name, str))


def _inline(mail: Incoming) -> str:
    heading, from_, to, subject = _HEADING.get(mail.language, _HEADING["en"])
    lines = [
        f"-------- {heading} --------",
        f"{from_}: {mail.author or ''}",
        f"{to}: {', '.join(map(str, mail.to))}",
        f"{subject}: {mail.subject}",
    ]
    return "\n".join([*lines, "", mail.body])
