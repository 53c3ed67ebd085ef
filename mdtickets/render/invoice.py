"""Invoices for people, for programs and for spreadsheets."""

from collections.abc import Iterator, Mapping
from typing import Any

from mdtickets.app.invoicing import Billing
from mdtickets.domain.budgets import hours
from mdtickets.domain.invoice import InvoiceLine, bills_of
from mdtickets.domain.money import Money
from mdtickets.domain.plain import plain_line
from mdtickets.render.spreadsheet import Value, format_csv
from mdtickets.render.table import Cell, Column, format_table
from mdtickets.render.terminal import Screen, Style

_COLUMNS = (
    Column(title="DAY"),
    Column(title="NUMBER"),
    Column(title="AGENT"),
    Column(title="ACTIVITY"),
    Column(title="MIN", right=True),
    Column(title="RATE", right=True),
    Column(title="AMOUNT", right=True),
    Column(title="TITLE", flexible=True, narrowest=12),
)
_BILL_COLUMNS = (
    Column(title="CUSTOMER", flexible=True, narrowest=12),
    Column(title="ENTRIES", right=True),
    Column(title="TIME", right=True),
    Column(title="AMOUNT", right=True),
)
_UNKNOWN = "?"


def format_invoice(billing: Billing, screen: Screen) -> str:
    """One line an entry, the sums below; of everybody, one line for each who pays."""
    invoice = billing.invoice
    title = f"{_name(billing, billing.slug) if billing.slug else 'All customers'}, {invoice.first} to {invoice.last}"
    lines = _lines(billing, screen) if billing.slug else _bills(billing, screen)
    count = f"{len(invoice.lines):,} {'entry' if len(invoice.lines) == 1 else 'entries'}"
    total = " · ".join((count, hours(invoice.minutes), *map(str, invoice.totals)))
    return "".join(f"{line}\n" for line in (screen.paint(plain_line(title), Style.HEADING), *lines, total))


def tell_unknown(billing: Billing) -> str:
    """A sentence on the entries that no rate fits; "" when there are none."""
    unknown = billing.invoice.unknown
    if not unknown:
        return ""
    line = unknown[0]
    activity = f", {line.activity}" if line.activity else ""
    first = f"{line.number} on {line.day} by {line.agent}{activity}"
    count = "1 entry has" if len(unknown) == 1 else f"{len(unknown):,} entries have"
    minutes = sum(each.minutes for each in unknown)
    return plain_line(f"{count} no rate ({hours(minutes)} are in no total), such as {first}.")


def invoice_as_json(billing: Billing) -> dict[str, Any]:
    """The object of `invoice --json`. Amounts are text: they are exact."""
    invoice = billing.invoice
    unknown = invoice.unknown
    return {
        "customer": billing.slug,
        "name": billing.names.get(billing.slug, ""),
        "since": invoice.first.isoformat(),
        "until": invoice.last.isoformat(),
        "minutes": invoice.minutes,
        "totals": [_money_as_json(total) for total in invoice.totals],
        "unknown": {"entries": len(unknown), "minutes": sum(line.minutes for line in unknown)},
        "lines": [_texts(_line_values(line)) for line in invoice.lines],
    }


def invoice_as_csv(billing: Billing) -> bytes:
    """A line an entry; the amount of one that no rate fits is empty."""
    rows = [_line_values(line) for line in billing.invoice.lines]
    return format_csv(_KEYS, (tuple(row.values()) for row in rows))


_KEYS = (
    *("customer", "number", "title", "entry", "day", "agent", "activity", "text"),
    *("minutes", "rate", "amount", "currency"),
)


def _line_values(line: InvoiceLine) -> Mapping[str, Value]:
    cost, rate = line.cost, line.rate
    return dict(
        zip(
            _KEYS,
            (
                *(line.payer, line.number, line.title, line.entry, line.day.isoformat()),
                *(line.agent, line.activity, line.text, line.minutes),
                *(rate.amount if rate else None, cost.amount if cost else None, cost.currency if cost else None),
            ),
            strict=True,
        )
    )


def _texts(values: Mapping[str, Value]) -> dict[str, Any]:
    return {key: value if isinstance(value, str | int | None) else f"{value:f}" for key, value in values.items()}


def _money_as_json(money: Money) -> dict[str, str]:
    return {"currency": money.currency, "amount": f"{money.amount:f}"}


def _lines(billing: Billing, screen: Screen) -> Iterator[str]:
    rows = [[Cell(text) for text in _cells(line)] for line in billing.invoice.lines]
    yield from format_table(_COLUMNS, rows, screen) if rows else ()


def _cells(line: InvoiceLine) -> tuple[str, ...]:
    rate = f"{line.rate.amount:,f} {line.rate.currency}" if line.rate else _UNKNOWN
    amount = str(line.cost) if line.cost else _UNKNOWN
    return line.day.isoformat(), line.number, line.agent, line.activity, str(line.minutes), rate, amount, line.title


def _bills(billing: Billing, screen: Screen) -> Iterator[str]:
    rows = []
    for bill in bills_of(billing.invoice):
        amounts = [*map(str, bill.totals), *([f"{_UNKNOWN} of {bill.unknown}"] if bill.unknown else [])]
        texts = (_name(billing, bill.payer), f"{bill.entries:,}", hours(bill.minutes), " + ".join(amounts))
        rows.append([Cell(text) for text in texts])
    yield from format_table(_BILL_COLUMNS, rows, screen) if rows else ()


def _name(billing: Billing, slug: str) -> str:
    if not slug:
        return "(no customer)"
    name = billing.names.get(slug, "")
    return f"{name} ({slug})" if name and name != slug else slug
