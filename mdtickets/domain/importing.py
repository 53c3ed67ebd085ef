"""Import of old mail: which number a thread had elsewhere, and what a ticket made of old mail says. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from mdtickets.domain.event import Event
from mdtickets.domain.facts import Facts
from mdtickets.domain.incoming import Incoming
from mdtickets.domain.model import State, StateType, Ticket
from mdtickets.domain.number import clean_old_subject, find_named_numbers
from mdtickets.domain.old_tickets import OldNote, OldTicket
from mdtickets.domain.postmaster import LONGEST_TITLE, participants_of
from mdtickets.domain.timestamps import parse_time

CLOSED_AT = "closed_at"  # of the event that opened an imported ticket: when it was closed where it came from


class Clues(Struct, frozen=True, kw_only=True):
    """What of a mail tells its thread: its own Message-ID, those it refers to, the ticket number in its subject."""

    message_ids: tuple[str, ...]
    number: str = ""


def clues_of(incoming: Incoming) -> Clues:
    """The clues of one mail, the nearest first."""
    ids = (incoming.message_id, *incoming.in_reply_to, *incoming.references[::-1])
    numbers = find_named_numbers(incoming.subject)
    return Clues(message_ids=tuple(dict.fromkeys(one for one in ids if one)), number=numbers[0] if numbers else "")


def numbers_by_id(clues: Iterable[Clues]) -> dict[str, str]:
    """By Message-ID: the number of the thread. A ticket's first mail has none in its subject; the answers tell it."""
    found: dict[str, str] = {}
    for each in clues:
        if each.number:
            for message_id in each.message_ids:
                found.setdefault(message_id, each.number)
    return found


def number_elsewhere(clues: Clues, numbers: Mapping[str, str]) -> str:
    """The number that the ticket of this mail had, "" when nothing tells."""
    return clues.number or next((numbers[one] for one in clues.message_ids if one in numbers), "")


def written_at(incoming: Incoming, found_at: datetime, now: datetime) -> datetime:
    """When a mail was written, by itself where that can be; else when it came to where it was found."""
    at = incoming.date if incoming.date and incoming.date <= now else found_at
    return min(at, now)


def open_ticket(incoming: Incoming, facts: Facts, number: str, old: OldTicket) -> Ticket:
    """The ticket that an old mail opens, as `old` describes it; a mail of ours says nothing of its customer."""
    is_ours = is_by_us(incoming, facts)
    at = facts.received_at
    return Ticket(
        number=number,
        title=(old.title or clean_old_subject(incoming.subject))[:LONGEST_TITLE] or "(no subject)",
        state=old.state or State.OPEN,
        priority=old.priority,
        queue=old.queue,
        owner="".join(old.owner),
        customer="" if is_ours else _customer(facts),
        company="" if is_ours else facts.company,
        participants=participants_of(incoming, facts),
        created_at=at,
        updated_at=at,
        closed_at=_closed_at(old, at),
    )


def open_noted_ticket(note: OldNote, number: str, old: OldTicket) -> Ticket:
    """The ticket that begins with a note or a call: who asks is not known yet."""
    return Ticket(
        number=number,
        title=old.title[:LONGEST_TITLE] or "(no subject)",
        state=old.state or State.OPEN,
        priority=old.priority,
        queue=old.queue,
        owner="".join(old.owner),
        created_at=note.at,
        updated_at=note.at,
        closed_at=_closed_at(old, note.at),
    )


def after_note(ticket: Ticket, at: datetime, told: datetime | None) -> Ticket:
    """A ticket that holds nothing but what was imported, with something more; `told` is when it was said to be closed."""
    last = max(ticket.updated_at, at)
    return ticket.change(
        created_at=min(ticket.created_at, at),
        updated_at=last,
        closed_at=(told or last) if ticket.closed_at else None,
    )


def after(ticket: Ticket, incoming: Incoming, facts: Facts, told: datetime | None) -> Ticket:
    """The same with one more mail."""
    is_customers_first = not ticket.customer and not is_by_us(incoming, facts)
    return after_note(ticket, facts.received_at, told).change(
        customer=_customer(facts) if is_customers_first else ticket.customer,
        company=facts.company if is_customers_first else ticket.company,
        participants=participants_of(incoming, facts, ticket.participants),
    )


def is_by_us(incoming: Incoming, facts: Facts) -> bool:
    """Whether the team wrote it."""
    key = incoming.author.key if incoming.author else ""
    return key in facts.settings.own_addresses or (bool(key) and facts.settings.agent_of(key) is not None)


def is_same_letter(incoming: Incoming, facts: Facts) -> bool:
    """Whether it is there by its Message-ID: another program may have added lines of its own to its header."""
    author = incoming.author.key if incoming.author else ""
    return any(
        mail.is_ours or (mail.author == author and mail.subject == incoming.subject) for mail in facts.same_message_id
    )


def told_closed_at(events: Sequence[Event]) -> datetime | None:
    """When the system that a ticket came from closed it, as its first event tells; None where that is not known."""
    try:
        return parse_time(str(events[0].details[CLOSED_AT])) if events else None
    except (KeyError, ValueError):
        return None


def _closed_at(old: OldTicket, last: datetime) -> datetime | None:
    return old.closed_at or last if old.state and old.state.type is StateType.CLOSED else None


def _customer(facts: Facts) -> str:
    return facts.customer.slug if facts.customer else facts.next_slug
