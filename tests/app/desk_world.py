"""Two tickets of two customers, for tests of what agents do to them."""

from datetime import datetime
from pathlib import Path

from mdtickets.app.filing import file_waiting
from mdtickets.app.session import Session
from mdtickets.domain.model import Ticket
from mdtickets.domain.settings import Agent
from mdtickets.store.ticket_lock import LOCK_FILE
from mdtickets.store.tickets import TicketFiles, load_ticket
from tests.world import NOW, mail, make_world, open_world, put_mail

FIRST, SECOND = "2026112410000019", "2026112410000028"
MAX = "Max Müller <max@mueller.example>"


def make_desk(place: Path) -> Path:
    """The root of a store with the tickets FIRST (two mails of Kim) and SECOND (one of Max)."""
    root = make_world(place)
    put_mail(place, 1, mail("First"))
    put_mail(place, 2, mail("Second", sender=MAX))
    put_mail(place, 3, mail("Re: First", headers="In-Reply-To: <first@lee.example>\n"))
    file_now(root)
    return root


def file_now(root: Path, now: datetime = NOW) -> None:
    """File what waits."""
    session = open_world(root, now=now)
    assert not file_waiting(session).failed
    session.close()


def anna(session: Session) -> Agent:
    """The one agent."""
    return session.settings.agents["anna"]


def files_of(session: Session, number: str) -> TicketFiles:
    """What the ticket's directory says."""
    return load_ticket(session.layout, number)


def ticket_of(session: Session, number: str) -> Ticket:
    """What `ticket.md` says."""
    ticket = files_of(session, number).ticket
    assert ticket
    return ticket


def is_locked(session: Session, number: str) -> bool:
    """Whether there is a lock file, its time over or not."""
    return (session.layout.ticket(number) / LOCK_FILE).exists()
