"""Invoice lines: what was done for somebody in some days, entry by entry, with the price of each. Pure."""

from collections.abc import Iterable
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from mdtickets.domain.money import Money, add_up
from mdtickets.domain.rates import Rate, Tariff, Work, price_of, rate_of
from mdtickets.domain.spent import TimeEntry


class Billed(Struct, frozen=True, kw_only=True):
    """A ticket's part of an invoice: what it is, and its settled time entries."""

    number: str
    title: str
    queue: str
    customer: str
    company: str
    problem: str = ""
    entries: tuple[TimeEntry, ...]


class InvoiceLine(Struct, frozen=True, kw_only=True):
    """One entry with its corrections, and what it costs."""

    payer: str  # slug of the company that the customer belongs to, else his own; "" = of nobody's
    number: str
    title: str
    entry: int  # its position in the ticket's time account
    day: date
    agent: str
    activity: str
    text: str  # what the agent said of it
    minutes: int
    rate: Rate | None  # None = no rate fits, so the cost is unknown
    cost: Money | None


class Invoice(Struct, frozen=True, kw_only=True):
    """All lines of some days, by day."""

    first: date
    last: date
    lines: tuple[InvoiceLine, ...]

    @property
    def minutes(self) -> int:
        """All of them, with a price and without."""
        return sum(line.minutes for line in self.lines)

    @property
    def totals(self) -> tuple[Money, ...]:
        """The sum of the lines, one for each currency."""
        return add_up(line.cost for line in self.lines if line.cost is not None)

    @property
    def unknown(self) -> tuple[InvoiceLine, ...]:
        """The lines that no rate fits; they are in no total."""
        return tuple(line for line in self.lines if line.cost is None)


class Bill(Struct, frozen=True, kw_only=True):
    """All that one of several has to pay."""

    payer: str
    entries: int
    minutes: int
    totals: tuple[Money, ...]
    unknown: int  # entries that no rate fits


def bills_of(invoice: Invoice) -> tuple[Bill, ...]:
    """The sums of an invoice by who pays, in the order of their slugs."""
    lines: dict[str, list[InvoiceLine]] = {}
    for line in invoice.lines:
        lines.setdefault(line.payer, []).append(line)
    return tuple(_bill(payer, replace(invoice, lines=tuple(lines[payer]))) for payer in sorted(lines))


def make_invoice(billed: Iterable[Billed], tariff: Tariff, first: date, last: date) -> Invoice:
    """The invoice of these tickets from the first day to the last."""
    lines = [
        _line(ticket, entry, tariff) for ticket in billed for entry in ticket.entries if first <= entry.day <= last
    ]
    ordered = sorted(lines, key=lambda line: (line.day, line.number, line.entry))
    return Invoice(first=first, last=last, lines=tuple(ordered))


def work_of(ticket: Billed, entry: TimeEntry) -> Work:
    """What a rate is asked about."""
    return Work(
        minutes=entry.minutes,
        day=entry.day,
        agent=entry.agent,
        activity=entry.activity,
        queue=ticket.queue,
        customer=ticket.customer,
        company=ticket.company,
    )


def _bill(payer: str, part: Invoice) -> Bill:
    return Bill(
        payer=payer, entries=len(part.lines), minutes=part.minutes, totals=part.totals, unknown=len(part.unknown)
    )


def _line(ticket: Billed, entry: TimeEntry, tariff: Tariff) -> InvoiceLine:
    work = work_of(ticket, entry)
    rate = rate_of(work, tariff)
    return InvoiceLine(
        payer=tariff.company_of(work) or ticket.customer,
        number=ticket.number,
        title=ticket.title,
        entry=entry.position,
        day=entry.day,
        agent=entry.agent,
        activity=entry.activity,
        text=entry.text,
        minutes=entry.minutes,
        rate=rate,
        cost=price_of(entry.minutes, rate) if rate else None,
    )
