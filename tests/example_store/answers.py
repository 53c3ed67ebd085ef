"""An agent's answer as a mail, made as `reply` will make it: addressed, threaded, signed."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from mdtickets.app.session import Session
from mdtickets.domain.event import Event, What
from mdtickets.domain.model import Address, Ticket
from mdtickets.domain.number import mark_subject
from mdtickets.domain.outgoing import Outgoing
from mdtickets.mail.compose import compose
from mdtickets.mail.parse import parse
from mdtickets.store.customers import parse_card
from mdtickets.store.tickets import TicketFiles
from tests.example_store.files import File
from tests.example_store.letters import Ours, base64_lines, encode_words, multipart, part

_GREETINGS = {True: "Mit freundlichen Grüßen", False: "Kind regards"}


def write_answer(
    session: Session, files: TicketFiles, *, agent: str, at: datetime, text: str, attached: Sequence[File]
) -> tuple[bytes, Ours]:
    """The answer to the last mail of the customer: its bytes, and what somebody who answers it must know."""
    ticket = _ticket(files)
    settings = session.settings
    queue = settings.queue(ticket.queue)
    parent = parse((session.layout.ticket(files.number) / _last_mail(files.events)).read_bytes())
    german = text.startswith("Guten Tag")
    signed = (
        f"{text}\n\n{_GREETINGS[german]}\n{settings.agents[agent].name}\n\n-- \n{settings.name} GmbH · {queue.address}"
    )
    outgoing = Outgoing(
        sender=Address(name=settings.name, address=queue.address),
        to=(_customer(session, ticket),),
        subject=mark_subject(ticket.title, ticket.number),
        body=signed,
        message_id=_message_id(session, ticket.number, at, queue.address),
        in_reply_to=parent.message_id,
        references=(*parent.references, parent.message_id),
        date=at,
    )
    mail = compose(outgoing)
    ours = Ours(
        message_id=outgoing.message_id,
        references=outgoing.references,
        subject=outgoing.subject,
        text=signed,
        sender=str(outgoing.sender),
        at=at,
    )
    return (_attach(mail, attached, outgoing.message_id) if attached else mail), ours


def customer_address(files: TicketFiles) -> str:
    """Whom an answer goes to."""
    return _ticket(files).participants[0]


def _ticket(files: TicketFiles) -> Ticket:
    assert files.ticket is not None
    return files.ticket


def _customer(session: Session, ticket: Ticket) -> Address:
    card = parse_card(session.layout.card(ticket.customer).read_bytes(), ticket.customer)
    return Address(name=card.name, address=ticket.participants[0])


def _last_mail(events: Sequence[Event]) -> str:
    mails = [event.article for event in events if event.what in {What.NEW, What.FOLLOW_UP} and event.article]
    return mails[-1]


def _message_id(session: Session, number: str, at: datetime, sender: str) -> str:
    key = bytes.fromhex(session.layout.secret.read_text(encoding="ascii").strip())
    token = hmac.new(key, f"{number} answer {at.isoformat()}".encode(), hashlib.sha256).hexdigest()[:20]
    return f"{number}.{token}@{sender.partition('@')[2]}"


def _attach(mail: bytes, attached: Sequence[File], message_id: str) -> bytes:
    """The same mail with files: its text becomes the first part."""
    head, _, body = mail.decode().partition("\n\n")
    lines = head.split("\n")
    of_text = [line for line in lines if line.lower().startswith("content-")]
    of_mail = [line for line in lines if line not in of_text]
    boundary = f"=-{hashlib.sha256(message_id.encode()).hexdigest()[:24]}"
    parts = ["\n".join(of_text) + f"\n\n{body}", *map(_part, attached)]
    return (
        "\n".join([*of_mail, f'Content-Type: multipart/mixed; boundary="{boundary}"'])
        + f"\n\n{multipart(boundary, *parts)}"
    ).encode()


def _part(file: File) -> str:
    name = encode_words(file.name)
    disposition = f'Content-Disposition: attachment; filename="{name}"'
    return part(f'{file.type}; name="{name}"', "base64", base64_lines(file.data), disposition)
