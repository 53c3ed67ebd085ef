"""What a decision may ask for: a closed list of actions, and the plan that holds them with its reasons."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mdtickets.domain.event import What
from mdtickets.domain.model import Customer, Reason, Ticket
from mdtickets.domain.settings import AckKind


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTicket:
    """Make a new ticket; its articles and events follow as actions of their own."""

    ticket: Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTicket:
    """Replace what `ticket.md` says by this."""

    ticket: Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteCard:
    """Make a customer's card."""

    customer: Customer


@dataclass(frozen=True, slots=True, kw_only=True)
class FileArticle:
    """Store the received mail in a ticket and say so in its history."""

    number: str
    what: What
    unverified: bool = False
    duplicates: tuple[str, ...] = ()  # numbers that may be about the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Add an event that has no article of its own; `article` names an earlier one it is about."""

    number: str
    what: What
    article: str | None = None
    why: tuple[Reason, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendAcknowledgement:
    """Compose, store and queue one acknowledgement."""

    number: str
    kind: AckKind
    what: What
    to: str
    language: str
    why: tuple[Reason, ...]


Action = OpenTicket | ChangeTicket | WriteCard | FileArticle | Record | SendAcknowledgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do with one mail, in order, and why. `defects` are those the decision itself found."""

    what: What
    number: str
    actions: tuple[Action, ...]
    why: tuple[Reason, ...]
    defects: tuple[str, ...] = ()
