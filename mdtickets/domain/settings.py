"""The team's settings as values: what `mdtickets.toml` and this machine's `local.toml` say together."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from msgspec import Struct, field


class FollowUpPolicy(StrEnum):
    """What a follow-up to a closed ticket does (OTRS queue option)."""

    REOPEN = "reopen"
    REJECT = "reject"
    NEW = "new"


class AckKind(StrEnum):
    """The occasions on which a queue may acknowledge (OTRS auto response types)."""

    NEW = "new"
    FOLLOW_UP = "follow_up"
    REJECT = "reject"
    NEW_AFTER_CLOSED = "new_after_closed"


class Unverified(StrEnum):
    """What happens to a mail that names a ticket its sender does not belong to."""

    FILE = "file"
    NEW = "new"


class Occasion(StrEnum):
    """What an agent may want to be told of."""

    NEW = "new"
    FOLLOW_UP = "follow_up"
    NOTE = "note"
    ASSIGNED = "assigned"
    STOLEN = "stolen"
    UNLOCKED = "unlocked"
    REMINDER = "reminder"
    WARNING = "warning"
    ESCALATION = "escalation"
    FAILED = "failed"


class HookTrust(StrEnum):
    """Whether this machine runs what lies in `hooks/`."""

    UNTRUSTED = "untrusted"
    TRUSTED = "trusted"


class Transport(StrEnum):
    """How mail leaves."""

    MAILDIR = "maildir"
    SMTP = "smtp"
    SENDMAIL = "sendmail"


class Tls(StrEnum):
    """How a connection to an SMTP server is protected (RFC 8314 section 3)."""

    STARTTLS = "starttls"
    IMPLICIT = "implicit"
    NONE = "none"


class AfterReply(StrEnum):
    """What an answer makes of its ticket when the agent says nothing else."""

    CLOSED = "closed"
    OPEN = "open"


class FiledMode(StrEnum):
    """Where a mail goes in its Maildir once it is filed."""

    FOLDER = "folder"
    CUR = "cur"
    DELETE = "delete"


class Mailbox(Struct, frozen=True, kw_only=True):
    """One Maildir that is filed: its address, and the queue its new tickets go to."""

    maildir: str  # as written: relative to the store, or absolute
    folder: str = ""  # a Maildir++ folder of it, such as ".Sales"
    address: str = ""
    queue: str = ""
    filed: FiledMode = FiledMode.FOLDER
    filed_folder: str = ".Filed"


class Queue(Struct, frozen=True, kw_only=True):
    """A shelf of tickets with its own address and rules."""

    name: str
    address: str = ""
    sender_name: str = ""  # display name of answers; the store's name when empty
    language: str = ""
    follow_up: FollowUpPolicy = FollowUpPolicy.REOPEN
    unverified: Unverified = Unverified.FILE
    acknowledge: frozenset[AckKind] = frozenset({AckKind.NEW})
    unlock_after: int = 60  # working minutes; 0 = never
    after_reply: AfterReply = AfterReply.CLOSED
    signature: str = ""  # text, or the name of a file in templates/ that ends in .md
    markdown: bool = False  # answers leave as text and HTML
    time_required: bool = False  # an answer must tell its minutes
    calendar: str = ""  # the NAME of [calendar.NAME]; "" = default


class Agent(Struct, frozen=True, kw_only=True):
    """Somebody of the team; `key` is the KEY of `[agent.KEY]`."""

    key: str
    name: str
    email: str = ""
    signature: str = ""  # as that of a queue, which stands below it
    queues: tuple[str, ...] = ()  # those he wants to hear of
    notify: frozenset[Occasion] = frozenset({Occasion.STOLEN})  # what he is told of
    notify_command: str = ""  # a program that tells him, in place of a mail, where hooks are trusted


class Sending(Struct, frozen=True, kw_only=True):
    """How mail leaves this machine."""

    transport: Transport = Transport.MAILDIR
    maildir: str = ".mdtickets/outgoing"
    sent: str = ""  # a Maildir for copies of what agents sent; "" = none
    host: str = ""
    port: int = 0  # 0 = the usual one: 587 for starttls, 465 for implicit, 25 for none
    tls: Tls = Tls.STARTTLS
    user: str = ""
    password_command: str = ""
    password_file: str = ""
    sendmail: str = "/usr/sbin/sendmail"
    timeout: int = 60  # seconds


class Budget(Struct, frozen=True, kw_only=True):
    """At most `count` within the sliding `span`."""

    count: int
    span: timedelta

    def __str__(self) -> str:
        minutes = int(self.span.total_seconds() // 60)
        for size, unit in ((24 * 60, "d"), (60, "h")):
            if minutes % size == 0 and (unit == "h" or minutes > size):
                return f"{self.count} in {minutes // size}{unit}"
        return f"{self.count} in {minutes}m"


class Acknowledge(Struct, frozen=True, kw_only=True):
    """The limits on automatic answers; None = no such limit."""

    per_address: Budget | None = Budget(count=10, span=timedelta(hours=24))
    per_ticket: Budget | None = None
    per_domain: Budget | None = None
    total: Budget | None = Budget(count=500, span=timedelta(hours=1))
    max_age: timedelta = timedelta(days=3)
    reply_to_of: tuple[str, ...] = ()  # From addresses of forms: their Reply-To may be answered


class Weekday(StrEnum):
    """A day of the week, as settings name it."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class Rate(Struct, frozen=True, kw_only=True):
    """The price of an hour, and for which work. What is empty asks for nothing."""

    amount: Decimal  # an hour's; 0 = free of charge
    currency: str
    customer: str = ""  # slug of a card
    company: str = ""  # slug of a card
    agent: str = ""
    activity: str = ""
    queue: str = ""
    weekdays: frozenset[Weekday] = frozenset()
    valid_from: date | None = None  # the first day
    valid_to: date | None = None  # the last day

    @property
    def rank(self) -> tuple[bool | date, ...]:
        """What decides between rates that fit; the greatest counts (`rates` tells the order)."""
        named = map(bool, (self.customer, self.company, self.agent, self.activity, self.queue, self.weekdays))
        return (*named, self.valid_from or date.min)


OpenHours = tuple[tuple[int, int], ...]  # from, until; minutes since midnight, in order, at most 24 * 60

_OFFICE: OpenHours = ((8 * 60, 18 * 60),)


DEFAULT_CALENDAR = "default"


class CalendarRules(Struct, frozen=True, kw_only=True):
    """When a team is at work, as the settings say it."""

    name: str = DEFAULT_CALENDAR
    timezone: str = ""  # "" = the store's
    week: tuple[OpenHours, ...] = (*(_OFFICE,) * 5, (), ())  # Monday first
    country: str = ""  # whose holidays are days off, by ISO 3166; "" = nobody's
    region: str = ""  # and of which part of it, by ISO 3166-2 without the country
    days_off: Mapping[str, str] = field(default_factory=dict)  # "2026-12-24", or "12-24" each year → its name or ""
    days_on: Mapping[date, OpenHours] = field(default_factory=dict)  # worked, whatever else is said


class Target(Struct, frozen=True, kw_only=True):
    """How soon the team wants to have done what, for which tickets. What is empty asks for nothing."""

    queue: str = ""
    priority: str = ""
    company: str = ""  # slug of a card
    first_response: int | None = None  # working minutes; 0 = no such target; None = others say
    update: int | None = None
    solution: int | None = None
    warn_at: int | None = None  # percent of the time at which it is warned; 0 = never

    @property
    def rank(self) -> tuple[bool, ...]:
        """What decides between targets that fit; the greatest counts."""
        return (bool(self.company), bool(self.priority), bool(self.queue))


class Settings(Struct, frozen=True, kw_only=True, dict=True):
    """All that a store's settings say, every value checked."""

    name: str
    language: str = "en"
    timezone: str = "UTC"
    system_id: str = ""  # of this machine; "" = this clone files nothing
    hooks: HookTrust = HookTrust.UNTRUSTED  # of this machine
    list_columns: str = ""  # names with commas; "" = the usual ones
    currency: str = "EUR"  # of a price that names none
    mailboxes: tuple[Mailbox, ...] = ()
    queues: Mapping[str, Queue] = field(default_factory=dict)
    agents: Mapping[str, Agent] = field(default_factory=dict)
    sending: Sending = field(default_factory=Sending)
    acknowledge: Acknowledge = field(default_factory=Acknowledge)
    rates: tuple[Rate, ...] = ()
    calendars: Mapping[str, CalendarRules] = field(default_factory=dict)
    targets: tuple[Target, ...] = ()  # those of a queue's own table among them

    def calendar_of(self, queue: str) -> CalendarRules:
        """When the team of a queue is at work; the default calendar's rules when its own is not described."""
        name = self.queue(queue).calendar or DEFAULT_CALENDAR
        return self.calendars.get(name) or self.calendars.get(DEFAULT_CALENDAR) or CalendarRules()

    def queue(self, name: str) -> Queue:
        """The queue of that name; one with the defaults when the settings do not describe it."""
        return self.queues.get(name) or Queue(name=name, address=self.main_address)

    @property
    def announces(self) -> bool:
        """Whether anybody, or any hook, wants to hear of what happens."""
        return self.hooks is HookTrust.TRUSTED or any(agent.notify for agent in self.agents.values())

    @cached_property
    def main_address(self) -> str:
        """The first address of the team, "" when there is none."""
        return next((address for address in self._addresses() if address), "")

    @cached_property
    def own_addresses(self) -> frozenset[str]:
        """Every address that is ours, in lower case: mail from them is never acknowledged."""
        return frozenset(address.lower() for address in self._addresses() if address)

    def agent_of(self, address: str) -> Agent | None:
        """The agent with that mail address."""
        return self._agents_by_address.get(address.lower())

    @cached_property
    def _agents_by_address(self) -> Mapping[str, Agent]:
        return {agent.email.lower(): agent for agent in [*self.agents.values()][::-1]}  # the first counts

    def _addresses(self) -> tuple[str, ...]:
        return tuple(mailbox.address for mailbox in self.mailboxes) + tuple(q.address for q in self.queues.values())
