"""What an agent is told of an event: the words, as a mail of ours or as what his own program gets."""

import hashlib
import hmac
import json
from datetime import datetime

from msgspec import Struct

from mdtickets.app.session import Session
from mdtickets.app.zone import zone_of
from mdtickets.domain.event import Event, event_as_dict, format_event, parse_time
from mdtickets.domain.model import Address, Ticket
from mdtickets.domain.notification import Notice
from mdtickets.domain.number import HOOK
from mdtickets.domain.outgoing import Outgoing
from mdtickets.domain.plain import plain_line
from mdtickets.domain.settings import Occasion
from mdtickets.mail.compose import compose
from mdtickets.store.outbox import OutboxEntry
from mdtickets.store.secret import message_id_key

_FORMAT = 1
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
        Occasion.WARNING: "{target} soon due",
        Occasion.ESCALATION: "escalated, {target} overdue",
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
        Occasion.WARNING: "bald fällig, {target}",
        Occasion.ESCALATION: "eskaliert, {target} überfällig",
        Occasion.FAILED: "eine Mail wurde nicht zugestellt",
    },
}


_TARGETS = {
    "en": {"first_response": "first response", "update": "update", "solution": "solution", "agreed": "agreed date"},
    "de": {"first_response": "erste Antwort", "update": "Rückmeldung", "solution": "Lösung", "agreed": "Zusage"},
}


class Told(Struct, frozen=True, kw_only=True):
    """One event of one ticket, and whom it is told."""

    ticket: Ticket
    event: Event
    notice: Notice


def notice_mail(session: Session, told: Told) -> OutboxEntry:
    """The mail, with all the marks of automatic mail and a Message-ID that a second try finds again."""
    now, agent = session.now(), told.notice.agent
    queue = session.settings.queue(told.ticket.queue)
    address = queue.address or session.settings.main_address
    message_id = _message_id(session, told, address)
    mail = Outgoing(
        sender=Address(name=session.settings.name, address=address),
        to=(Address(name=agent.name, address=agent.email),),
        subject=_subject(session, told),
        body=_body(session, told),
        message_id=message_id,
        date=now.astimezone(zone_of(session)),
        headers=(*_HEADERS, ("X-Loop", address)),
    )
    return _entry(told, message_id, compose(mail), now)


def notice_json(session: Session, told: Told) -> bytes:
    """What a program is told: one JSON object, the mail's words beside the event as `log` has it."""
    found = {
        "format": _FORMAT,
        "agent": told.notice.agent.key,
        "occasion": told.notice.occasion.value,
        "number": told.ticket.number,
        "path": session.layout.relative(session.layout.ticket(told.ticket.number)),
        "title": told.ticket.title,
        "subject": _subject(session, told),
        "text": _body(session, told),
        "event": event_as_dict(told.event),
    }
    return (json.dumps(found, ensure_ascii=False) + "\n").encode(errors="replace")


def _entry(told: Told, message_id: str, mail: bytes, now: datetime) -> OutboxEntry:
    return OutboxEntry(
        number=told.ticket.number,
        article="",
        message=mail.decode(),
        message_id=message_id,
        envelope_from="",
        envelope_to=(told.notice.agent.email,),
        queued_at=now,
    )


def _subject(session: Session, told: Told) -> str:
    return f"[{HOOK}{told.ticket.number}] {_what(session, told)}: {_title(told)}"


def _title(told: Told) -> str:
    return plain_line(told.ticket.title)[:_LONGEST_TITLE]


def _what(session: Session, told: Told) -> str:
    language = session.settings.language if session.settings.language in _WORDS else "en"
    agent = session.settings.agents.get(told.event.by)
    target = str(told.event.details.get("target", ""))
    return _WORDS[language][told.notice.occasion].format(
        by=plain_line(agent.name if agent else told.event.by),
        target=_TARGETS[language].get(target, plain_line(target)),
    )


def _body(session: Session, told: Told) -> str:
    ticket, details = told.ticket, told.event.details
    reason = plain_line(str(details.get("reason") or details.get("detail") or ""))
    now = " · ".join(word for word in (ticket.state.value, ticket.queue, ticket.owner) if word)
    lines = [f"{ticket.number}  {_title(told)}", _what(session, told), _when(session, told), reason, now]
    return "\n".join(line for line in lines if line) + f"\n\nmdtickets show {ticket.number}\n"


def _when(session: Session, told: Told) -> str:
    """Until when something is, or was, to be done; "" when the event says no such time."""
    try:
        due_at = parse_time(str(told.event.details["due_at"])).astimezone(zone_of(session))
    except (KeyError, ValueError):
        return ""
    return f"{due_at:%d.%m.%Y %H:%M}" if session.settings.language == "de" else f"{due_at:%Y-%m-%d %H:%M}"


def _message_id(session: Session, told: Told, address: str) -> str:
    key = message_id_key(session.layout, session.disk)
    number = told.ticket.number
    what = f"{number} {told.notice.agent.key} {format_event(told.event)}".encode(errors="replace")
    token = hmac.new(key, what, hashlib.sha256).hexdigest()[:_TOKEN_DIGITS]
    return f"{number}.{token}@{address.rpartition('@')[2] or 'mdtickets.invalid'}"
