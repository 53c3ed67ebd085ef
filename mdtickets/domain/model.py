"""The nouns: ticket, article, address, customer, and the words they may be in (OTRS's)."""

from datetime import datetime
from enum import StrEnum
from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from mdtickets.domain.states import OPEN_STATE_TYPES, Priority, State, StateType, TicketLock

__all__ = [
    "OPEN_STATE_TYPES",
    "Address",
    "ArticleKind",
    "Customer",
    "Link",
    "Priority",
    "Problem",
    "Reason",
    "SenderType",
    "State",
    "StateType",
    "Ticket",
    "TicketLock",
]


class SenderType(StrEnum):
    """Who wrote an article (OTRS sender types)."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SYSTEM = "system"


class ArticleKind(StrEnum):
    """What an article is; the last part of its file name."""

    CUSTOMER = "customer"
    AGENT = "agent"
    ACK = "ack"
    NOTE = "note"
    CALL = "call"
    SYSTEM = "system"

    @property
    def sender_type(self) -> SenderType:
        """Who writes articles of this kind."""
        if self is ArticleKind.CUSTOMER:
            return SenderType.CUSTOMER
        return SenderType.SYSTEM if self in {ArticleKind.ACK, ArticleKind.SYSTEM} else SenderType.AGENT


class Address(Struct, frozen=True, kw_only=True):
    """One mailbox of RFC 5322 section 3.4: a display name (may be empty) and an addr-spec."""

    name: str = ""
    address: str

    @property
    def key(self) -> str:
        """What two spellings of the same mailbox have in common."""
        return self.address.lower()

    @property
    def domain(self) -> str:
        """What follows the last @, in lower case."""
        return self.key.rpartition("@")[2]

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


class Link(Struct, frozen=True, kw_only=True):
    """A tie to another ticket: normal, parent, child or duplicate."""

    type: str
    number: str


class Ticket(Struct, frozen=True, kw_only=True):
    """One request of a customer: what `ticket.md` says is true now.

    Keys of the file that are not known here belong to the team; they stay in the file and are not repeated.
    """

    number: str
    title: str
    state: State = State.NEW
    queue: str
    priority: Priority = Priority.NORMAL
    owner: str = ""
    responsible: str = ""
    customer: str = ""  # slug of the card in customers/
    company: str = ""  # slug of the company's card
    participants: tuple[str, ...] = ()  # lower-case addresses that belong to the conversation
    tags: tuple[str, ...] = ()
    problem: str = ""
    watchers: tuple[str, ...] = ()  # keys of agents who want to hear of it
    created_at: datetime
    updated_at: datetime
    pending_until: datetime | None = None
    pending_then: str = ""  # close or reopen
    closed_at: datetime | None = None
    due_at: datetime | None = None
    links: tuple[Link, ...] = ()
    merged_into: str = ""

    def change(self, **fields: object) -> Self:
        """The same ticket with some fields changed."""
        return replace(self, **fields)

    @property
    def is_open(self) -> bool:
        """Whether somebody may still have to act."""
        return self.state.type in OPEN_STATE_TYPES


class Customer(Struct, frozen=True, kw_only=True):
    """A card in `customers/`: one person or company we exchange mail with."""

    slug: str
    name: str
    addresses: tuple[str, ...] = ()  # lower case
    domain: str = ""  # on a company's card: mail from here belongs to it
    company: str = ""
    language: str = ""
    merged_into: str = ""  # the card that took over; this one is only a sign to it


class Reason(Struct, frozen=True, kw_only=True):
    """Why an automatic decision fell as it did: the rule's name and the facts in words."""

    rule: str
    reason: str


class Problem(Struct, frozen=True, kw_only=True):
    """Something in the store that a person should mend: where, and what is wrong."""

    path: str  # relative to the store
    line: int | None
    problem: str
