"""Values with defaults, so that a test names only what it is about."""

from datetime import UTC, datetime
from typing import Any

from mdtickets.domain.facts import Facts, KnownMail, KnownTicket, Source
from mdtickets.domain.incoming import Incoming
from mdtickets.domain.model import Address, ArticleKind, State, Ticket
from mdtickets.domain.settings import AckKind, Agent, Mailbox, Queue, Settings

NOW = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
OURS = "support@mustermann-video.example"
KIM = "kim@lee.example"
NUMBER = "2026112410000019"
NEXT = "2026112410000028"


def make_settings(**fields: Any) -> Settings:
    """The example firm, with one queue that acknowledges new tickets."""
    queue = fields.pop("queue", Queue(name="Support", address=OURS, acknowledge=frozenset({AckKind.NEW})))
    defaults: dict[str, Any] = {
        "name": "Mustermann Video",
        "system_id": "10",
        "mailboxes": (Mailbox(maildir="mail", address=OURS, queue=queue.name),),
        "queues": {queue.name: queue},
        "agents": {"anna": Agent(key="anna", name="Anna", email="anna@mustermann-video.example")},
    }
    return Settings(**defaults | fields)


def make_mail(**fields: Any) -> Incoming:
    """A plain request of Kim Lee."""
    defaults: dict[str, Any] = {
        "sha256": "3f2a9c1d" * 8,
        "size": 300,
        "message_id": "a1@lee.example",
        "author": Address(name="Kim Lee", address=KIM),
        "to": (Address(address=OURS),),
        "subject": "Recorder VR-200 eats tapes",
        "body": "It pulls the tape in and stops.",
        "new_text": "It pulls the tape in and stops.",
    }
    return Incoming(**defaults | fields)


def make_ticket(**fields: Any) -> Ticket:
    """Kim Lee's ticket, open."""
    defaults: dict[str, Any] = {
        "number": NUMBER,
        "title": "Recorder VR-200 eats tapes",
        "state": State.OPEN,
        "queue": "Support",
        "customer": "kim-lee",
        "participants": (KIM,),
        "created_at": datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
        "updated_at": datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
    }
    return Ticket(**defaults | fields)


def known(ticket: Ticket | None = None, **fields: Any) -> KnownTicket:
    """A ticket that a mail may belong to; its participants are its members."""
    ticket = ticket or make_ticket()
    defaults: dict[str, Any] = {"members": frozenset(ticket.participants)}
    return KnownTicket(ticket=ticket, **defaults | fields)


def known_mail(**fields: Any) -> KnownMail:
    """An acknowledgement of ours that Kim got."""
    defaults: dict[str, Any] = {
        "number": NUMBER,
        "article": "20261123T080001Z-77b01c2e-ack.eml",
        "kind": ArticleKind.ACK,
        "message_id": "ours@mustermann-video.example",
        "sha256": "77b01c2e" * 8,
        "author": "",
        "subject": "",
    }
    return KnownMail(**defaults | fields)


def make_facts(**fields: Any) -> Facts:
    """An empty store, now."""
    defaults: dict[str, Any] = {
        "now": NOW,
        "received_at": NOW,
        "source": Source(maildir="mail", name="1764000000.M1P1.host", queue="Support", address=OURS),
        "settings": make_settings(),
        "next_number": NEXT,
        "next_slug": "kim-lee",
    }
    defaults["dated_at"] = fields.get("received_at", NOW)
    return Facts(**defaults | fields)
