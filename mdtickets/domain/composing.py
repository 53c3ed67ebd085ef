"""Tickets that we begin: a mail outward, a call in or out. Pure functions."""

import re
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from mdtickets.domain.answer import Ending, state_after
from mdtickets.domain.event import Event, What
from mdtickets.domain.model import Customer, Ticket
from mdtickets.domain.settings import Queue
from mdtickets.domain.states import State, StateType
from mdtickets.errors import RefusedError

_LONGEST_TITLE = 200
_UNTITLED = "(no subject)"
_CALL_FIELD = re.compile(r"(Customer|Subject):[ \t]*(.*)", re.IGNORECASE)


class Direction(StrEnum):
    """Who called whom."""

    IN = "in"
    OUT = "out"


class Beginning(Struct, frozen=True, kw_only=True):
    """What is known of a ticket before it has a number."""

    title: str
    queue: Queue
    by: str  # an agent's key
    now: datetime
    card: Customer | None = None
    company: str = ""
    participants: tuple[str, ...] = ()
    ending: Ending = Ending()  # a frozen value


def begin_ticket(begun: Beginning, number: str) -> Ticket:
    """The ticket, owned by who began it. Raises RefusedError when it is to wait for a time that is over."""
    state = state_after(begun.queue, begun.ending, begun.now)
    return Ticket(
        number=number,
        title=" ".join(begun.title.split())[:_LONGEST_TITLE] or _UNTITLED,
        state=state,
        queue=begun.queue.name,
        owner=begun.by,
        customer=begun.card.slug if begun.card else "",
        company=begun.company,
        participants=begun.participants,
        created_at=begun.now,
        updated_at=begun.now,
        pending_until=begun.ending.pending_until,
        closed_at=begun.now if state.type is StateType.CLOSED else None,
    )


def begin_events(ticket: Ticket, first: tuple[Event, ...]) -> tuple[Event, ...]:
    """How its history begins: with what was written, then the state where that is not `new`."""
    if ticket.state is State.NEW:
        return first
    details = {"from": State.NEW.value, "to": ticket.state.value}
    return (*first, Event(at=first[0].at, by=first[0].by, what=What.STATE, details=details))


def call_event(by: str, now: datetime, article: str, direction: Direction, minutes: int | None) -> Event:
    """What the history says of a call."""
    details = {"direction": direction.value}
    return Event(at=now, by=by, what=What.CALL, article=article, minutes=minutes, details=details)


def format_call(customer: str, subject: str) -> str:
    """The head of a call's draft, to be filled in."""
    return "".join(f"{name}: {value}".rstrip() + "\n" for name, value in (("Customer", customer), ("Subject", subject)))


def parse_call(text: str) -> tuple[str, str, str]:
    """Customer, subject and words of a call's draft. Without its head it is all words."""
    found: dict[str, str] = {}
    lines = text.lstrip("\n").split("\n")
    while lines and (match := _CALL_FIELD.fullmatch(lines[0].rstrip())):
        found[match[1].lower()] = match[2]
        lines.pop(0)
    return found.get("customer", ""), found.get("subject", ""), "\n".join(lines).strip("\n")


def choose_queue(queues: tuple[Queue, ...], name: str) -> Queue:
    """The queue of that name, the first one when none is named. Raises RefusedError."""
    named = [queue for queue in queues if name in {"", queue.name}]
    if not named:
        known = ", ".join(queue.name for queue in queues) or "none yet"
        raise RefusedError(f'There is no queue "{name}".', f"Choose of: {known}.")
    return named[0]
