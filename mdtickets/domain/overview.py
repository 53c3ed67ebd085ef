"""What a list shows of a ticket, and what may be asked of a list."""

from datetime import datetime

from msgspec import Struct

from mdtickets.domain.states import Priority, State, TicketLock


class TicketRow(Struct, frozen=True, kw_only=True):
    """One line of a list: the ticket, and what its history and articles add up to.

    A broken ticket (its `ticket.md` cannot be read) has what the history and articles say, and `broken` says why.
    """

    number: str
    title: str
    state: State
    queue: str
    priority: Priority
    owner: str = ""
    responsible: str = ""
    customer: str = ""  # slug
    customer_name: str = ""
    company: str = ""
    tags: tuple[str, ...] = ()
    problem: str = ""
    created_at: datetime
    updated_at: datetime
    pending_until: datetime | None = None
    closed_at: datetime | None = None
    due_at: datetime | None = None
    waits_since: datetime | None = None  # the customer wrote then and nobody has answered; None = nobody waits
    articles: int = 0
    minutes: int = 0
    possible_duplicates: tuple[str, ...] = ()  # that are still tickets of their own, as this one is
    undelivered: bool = False  # a mail of ours failed or may not have left
    lock: TicketLock | None = None
    broken: str = ""  # "ticket.md:3: …", "" when all is well


class Selection(Struct, frozen=True, kw_only=True):
    """Which tickets, in which order. Empty tuples mean no condition."""

    states: tuple[str, ...] = ()  # states, state types or "all"; empty = open ones
    queues: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    sort: str = "waits"  # "waits" = who waits longest first; else a key of `list --json`
    reverse: bool = False
    group: str = ""  # a key of `list --json` that comes before the sort
    limit: int = 0  # 0 = no limit
    offset: int = 0  # so many are left out first

    @property
    def is_filtered(self) -> bool:
        """Whether it asks for less than all tickets in these states."""
        return bool(self.queues or self.owners or self.customers or self.tags)

    @property
    def page(self) -> slice:
        """Which of all that fit are shown."""
        return slice(self.offset, self.offset + self.limit if self.limit else None)
