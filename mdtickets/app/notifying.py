"""Telling the team: announcements become mails to agents, then hooks run.

An announcement is written in the same step as its events, and goes in the same step in which its mails are queued: so at
most one mail leaves for each event and agent, whatever crashes.
"""

import hashlib
import hmac
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from mdtickets.app.committing import put_in_place, recover
from mdtickets.app.hooks import run_hooks
from mdtickets.app.session import Session
from mdtickets.app.staging import Staging
from mdtickets.app.zone import zone_of
from mdtickets.domain.event import Event, format_event
from mdtickets.domain.model import Address, Ticket
from mdtickets.domain.notification import Notice, notices
from mdtickets.domain.number import HOOK
from mdtickets.domain.outgoing import Outgoing
from mdtickets.domain.plain import plain_line
from mdtickets.domain.settings import Occasion
from mdtickets.errors import NotFoundError
from mdtickets.mail.compose import compose
from mdtickets.store.announcements import Announced, find_announcements, read_announcement
from mdtickets.store.outbox import OutboxEntry
from mdtickets.store.secret import message_id_key
from mdtickets.store.tickets import load_ticket

log = logging.getLogger("mdtickets")

_MOST = 200  # announcements in one step
_TOKEN_DIGITS = 20
_LONGEST_TITLE = 100

# RFC 3834 section 5: nobody may answer these by a program, and our own filing answers none of them.
_HEADERS = (
    ("Auto-Submitted", "auto-generated"),
    ("Precedence", "bulk"),
    ("X-Auto-Response-Suppress", "All"),
)

_WORDS = {
    "en": {
        Occasion.NEW: "new ticket from {by}",
        Occasion.FOLLOW_UP: "follow-up by {by}",
        Occasion.NOTE: "note by {by}",
        Occasion.ASSIGNED: "assigned to you by {by}",
        Occasion.STOLEN: "{by} took over your lock",
        Occasion.UNLOCKED: "the time of your lock is over",
        Occasion.REMINDER: "reminder",
        Occasion.FAILED: "a mail was not delivered",
    },
    "de": {
        Occasion.NEW: "neues Ticket von {by}",
        Occasion.FOLLOW_UP: "Antwort von {by}",
        Occasion.NOTE: "Notiz von {by}",
        Occasion.ASSIGNED: "dir zugewiesen von {by}",
        Occasion.STOLEN: "{by} hat deine Sperre übernommen",
        Occasion.UNLOCKED: "die Zeit deiner Sperre ist um",
        Occasion.REMINDER: "Erinnerung",
        Occasion.FAILED: "eine Mail wurde nicht zugestellt",
    },
}


@contextmanager
def telling(session: Session) -> Iterator[None]:
    """Queue the mails to agents before the block, which sends; run the hooks after it, however it ends."""
    announced = queue_notifications(session)
    try:
        yield
    finally:
        run_hooks(session, announced)


def queue_notifications(session: Session) -> list[Announced]:
    """Queue a mail for each agent who wants to hear of what happened; the events that are announced no more."""
    told: list[Announced] = []
    while find_announcements(session.layout):
        with session.filing():
            recover(session)
            told += _queue_mails(session, find_announcements(session.layout)[:_MOST])
    return told


def _queue_mails(session: Session, paths: list[Path]) -> list[Announced]:
    announced: list[Announced] = []

    def stage(staging: Staging) -> None:
        for path in paths:
            announced.extend(_read(path))
            staging.stage_removal(path)
        staging.stage_entries(_mails(session, announced))

    put_in_place(session, stage)
    return announced


def _read(path: Path) -> list[Announced]:
    try:
        return read_announcement(path)
    except OSError as error:
        log.warning("an announcement cannot be read: %s", error.strerror)
        return []


def _mails(session: Session, announced: list[Announced]) -> Iterator[OutboxEntry]:
    tickets: dict[str, Ticket | None] = {}
    for number, event in announced:
        if number not in tickets:
            tickets[number] = _ticket(session, number)
        ticket = tickets[number]
        if ticket:
            told = notices(event, ticket, session.settings)
            yield from (_mail(session, ticket, event, notice) for notice in told)


def _ticket(session: Session, number: str) -> Ticket | None:
    try:
        return load_ticket(session.layout, number).ticket
    except NotFoundError:
        return None


def _mail(session: Session, ticket: Ticket, event: Event, notice: Notice) -> OutboxEntry:
    settings, now = session.settings, session.now()
    address = settings.queue(ticket.queue).address or settings.main_address
    what = _what(session, event, notice)
    title = plain_line(ticket.title)[:_LONGEST_TITLE]
    message_id = _message_id(session, ticket.number, event, notice, address)
    mail = Outgoing(
        sender=Address(name=settings.name, address=address),
        to=(Address(name=notice.agent.name, address=notice.agent.email),),
        subject=f"[{HOOK}{ticket.number}] {what}: {title}",
        body=_body(ticket, what, title, event),
        message_id=message_id,
        date=now.astimezone(zone_of(session)),
        headers=(*_HEADERS, ("X-Loop", address)),
    )
    return _entry(ticket.number, message_id, notice, compose(mail), now)


def _entry(number: str, message_id: str, notice: Notice, mail: bytes, now: datetime) -> OutboxEntry:
    return OutboxEntry(
        number=number,
        article="",
        message=mail.decode(),
        message_id=message_id,
        envelope_from="",
        envelope_to=(notice.agent.email,),
        queued_at=now,
    )


def _what(session: Session, event: Event, notice: Notice) -> str:
    words = _WORDS.get(session.settings.language, _WORDS["en"])
    agent = session.settings.agents.get(event.by)
    return words[notice.occasion].format(by=plain_line(agent.name if agent else event.by))


def _body(ticket: Ticket, what: str, title: str, event: Event) -> str:
    reason = plain_line(str(event.details.get("reason") or event.details.get("detail") or ""))
    now = " · ".join(word for word in (ticket.state.value, ticket.queue, ticket.owner) if word)
    lines = [f"{ticket.number}  {title}", what, reason, now]
    return "\n".join(line for line in lines if line) + f"\n\nmdtickets show {ticket.number}\n"


def _message_id(session: Session, number: str, event: Event, notice: Notice, address: str) -> str:
    key = message_id_key(session.layout, session.disk)
    what = f"{number} {notice.agent.key} {format_event(event)}".encode(errors="replace")
    token = hmac.new(key, what, hashlib.sha256).hexdigest()[:_TOKEN_DIGITS]
    return f"{number}.{token}@{address.rpartition('@')[2] or 'mdtickets.invalid'}"
