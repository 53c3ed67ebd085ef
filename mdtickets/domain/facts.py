"""All that is known when a mail is decided on: read once, before, so that the decision itself is pure."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field

from mdtickets.domain.model import ArticleKind, Customer, Ticket
from mdtickets.domain.settings import Settings
from mdtickets.domain.similarity import Earlier


class Source(Struct, frozen=True, kw_only=True):
    """Where a mail came from: the Maildir, its unique name there without flags, and what that mailbox is for."""

    maildir: str
    name: str
    queue: str
    address: str = ""


class KnownMail(Struct, frozen=True, kw_only=True):
    """A mail that is already an article of a ticket."""

    number: str
    article: str
    kind: ArticleKind
    message_id: str
    sha256: str
    author: str  # lower-case address, "" when it has none
    subject: str

    @property
    def is_ours(self) -> bool:
        """Whether we sent it: then nobody but its recipients can know its Message-ID."""
        return self.kind in {ArticleKind.AGENT, ArticleKind.ACK}


class KnownTicket(Struct, frozen=True, kw_only=True):
    """A ticket that a mail may belong to. Merged tickets are followed: this is the one that took over.

    When its `ticket.md` is broken, `ticket` holds what was last known and must not be written.
    """

    ticket: Ticket
    members: frozenset[str] = frozenset()  # lower-case addresses that belong to it, all of its customer's too
    broken: bool = False
    acknowledged: int = 0  # acknowledgements within the budget's span


class AckCounts(Struct, frozen=True, kw_only=True):
    """Acknowledgements sent within each budget's span, counted from the store."""

    address: int = 0
    domain: int = 0
    total: int = 0


class Facts(Struct, frozen=True, kw_only=True):
    """What the store, the settings and the clock say about one mail."""

    now: datetime
    received_at: datetime  # by the name of its file, else by the file's time
    dated_at: datetime  # the older of the two: a program that fetched old mail may have named it anew
    source: Source
    settings: Settings
    next_number: str
    next_slug: str = ""  # of the card a new sender would get
    same_bytes: KnownMail | None = None
    same_message_id: tuple[KnownMail, ...] = ()
    by_message_id: Mapping[str, KnownMail] = field(default_factory=dict)  # of those this mail refers to
    by_reference: Mapping[str, str] = field(
        default_factory=dict
    )  # id this mail refers to → ticket of another that does
    children: tuple[str, ...] = ()  # tickets with a mail that refers to this one
    tickets: Mapping[str, KnownTicket] = field(default_factory=dict)  # by the number they were found under
    customer: Customer | None = None  # the author's card
    company: str = ""
    earlier: tuple[Earlier, ...] = ()  # recent tickets of the same customer
    acks: AckCounts = field(default_factory=AckCounts)
