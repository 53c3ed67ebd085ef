"""What a decision may ask for: a closed list of actions, and the plan that holds them with its reasons."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from mdtickets.domain.event import What
from mdtickets.domain.model import Customer, Reason, Ticket
from mdtickets.domain.settings import AckKind


class OpenTicket(Struct, frozen=True, kw_only=True):
    """Make a new ticket; its articles and events follow as actions of their own."""

    ticket: Ticket


class ChangeTicket(Struct, frozen=True, kw_only=True):
    """Replace what `ticket.md` says by this."""

    ticket: Ticket


class WriteCard(Struct, frozen=True, kw_only=True):
    """Make a customer's card."""

    customer: Customer


class FileArticle(Struct, frozen=True, kw_only=True):
    """Store the received mail in a ticket and say so in its history."""

    number: str
    what: What
    unverified: bool = False
    duplicates: tuple[str, ...] = ()  # numbers that may be about the same


class Record(Struct, frozen=True, kw_only=True):
    """Add an event that has no article of its own; `article` names an earlier one it is about."""

    number: str
    what: What
    article: str | None = None
    why: tuple[Reason, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


class SendAcknowledgement(Struct, frozen=True, kw_only=True):
    """Compose, store and queue one acknowledgement."""

    number: str
    kind: AckKind
    what: What
    to: str
    language: str
    why: tuple[Reason, ...]


Action = OpenTicket | ChangeTicket | WriteCard | FileArticle | Record | SendAcknowledgement


class Plan(Struct, frozen=True, kw_only=True):
    """What to do with one mail, in order, and why. `defects` are those the decision itself found."""

    what: What
    number: str
    actions: tuple[Action, ...]
    why: tuple[Reason, ...]
    defects: tuple[str, ...] = ()
