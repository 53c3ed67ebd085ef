"""The text of an acknowledgement, as the mail that is sent: by template and language, with every mark against loops."""

import hashlib
import hmac
from datetime import datetime
from itertools import islice

from msgspec import Struct

from mdtickets.app.session import Session
from mdtickets.app.zone import zone_of
from mdtickets.domain.facts import Facts
from mdtickets.domain.incoming import Incoming
from mdtickets.domain.model import Address
from mdtickets.domain.number import HOOK
from mdtickets.domain.opening_hours import opening_hours
from mdtickets.domain.outgoing import Outgoing
from mdtickets.domain.plan import SendAcknowledgement
from mdtickets.domain.settings import Queue
from mdtickets.mail.compose import compose
from mdtickets.store.outbox import OutboxEntry
from mdtickets.store.secret import message_id_key

_TOKEN_DIGITS = 20  # 80 bits: nobody guesses it
_MOST_REFERENCES = 10
_QUOTED_LINES = 6

# RFC 3834 section 5, and what programs older than it, or Exchange, listen to.
_LOOP_HEADERS = (
    ("Auto-Submitted", "auto-replied"),
    ("Precedence", "bulk"),
    ("X-Auto-Response-Suppress", "All"),
)


class Acknowledgement(Struct, frozen=True, kw_only=True):
    """A composed acknowledgement: the very bytes that are stored and sent."""

    message: bytes
    message_id: str
    recipient: str

    @property
    def sha256(self) -> str:
        """The digest in its article's name."""
        return hashlib.sha256(self.message).hexdigest()

    def entry(self, number: str, article: str, now: datetime, *, after: str) -> OutboxEntry:
        """Its place in the outbox. The envelope's sender is the null path: nobody may answer it automatically."""
        return OutboxEntry(
            number=number,
            article=article,
            message_id=self.message_id,
            envelope_from="",
            envelope_to=(self.recipient,),
            queued_at=now,
            after=after,
        )


class Acknowledger:
    """Composes the acknowledgements of one slice."""

    def __init__(self, session: Session) -> None:
        self._zone = zone_of(session)
        self._layout = session.layout
        self._language = session.settings.language
        self._key = message_id_key(session.layout, session.disk)

    def compose(self, action: SendAcknowledgement, incoming: Incoming, facts: Facts, *, title: str) -> Acknowledgement:
        """The mail that tells the sender what became of his. The same mail and secret give the same Message-ID."""
        from mdtickets.app.templates import templates_of

        queue = facts.settings.queue(facts.source.queue)
        sender = _sender(queue, facts)
        message_id = self._message_id(action, incoming, sender)
        received_at = facts.received_at.astimezone(self._zone)
        context = _context(action, incoming, facts, title=title, queue=queue) | {"received_at": received_at}
        templates = templates_of(self._layout, self._language)
        subject, body = templates.render(action.kind.value, action.language, context, otherwise=(queue.language,))
        message = compose(
            Outgoing(
                sender=sender,
                to=(Address(address=action.to),),
                subject=f"[{HOOK}{action.number}] {subject}",
                body=body,
                message_id=message_id,
                in_reply_to=incoming.message_id,
                references=(*incoming.references[-_MOST_REFERENCES:], incoming.message_id),
                date=facts.now.astimezone(self._zone),
                headers=(*_LOOP_HEADERS, ("X-Loop", sender.address)),
            )
        )
        return Acknowledgement(message=message, message_id=message_id, recipient=action.to)

    def _message_id(self, action: SendAcknowledgement, incoming: Incoming, sender: Address) -> str:
        """Ours alone to know, and the same when a crash makes us compose it again."""
        what = f"{action.number} {action.kind} {incoming.sha256}".encode()
        token = hmac.digest(self._key, what, "sha256").hex()[:_TOKEN_DIGITS]
        return f"{action.number}.{token}@{sender.domain or 'mdtickets.invalid'}"


def _sender(queue: Queue, facts: Facts) -> Address:
    address = queue.address or facts.source.address or facts.settings.main_address
    return Address(name=queue.sender_name or facts.settings.name, address=address)


def _context(
    action: SendAcknowledgement, incoming: Incoming, facts: Facts, *, title: str, queue: Queue
) -> dict[str, object]:
    """What a template may name."""
    filled = (line for line in incoming.new_text.splitlines() if line.strip())
    lines = list(islice(filled, _QUOTED_LINES + 1))
    return {
        "number": action.number,
        "title": title,
        "subject": incoming.subject,
        "name": incoming.author.name if incoming.author else "",
        "quoted": lines[:_QUOTED_LINES],
        "more": len(lines) > _QUOTED_LINES,
        "queue": queue.name,
        "working_hours": opening_hours(facts.settings.calendar_of(queue.name), action.language),
        "team": facts.settings.name,
        "address": queue.address,
    }
