"""Customers for people and for programs: a card with its tickets, a list of cards, what was changed on them."""

from collections.abc import Iterator, Sequence
from typing import Any

from mdtickets.app.customer_changes import CardsChanged
from mdtickets.app.customers import CardLine, CustomerView
from mdtickets.domain.model import Customer
from mdtickets.domain.plain import plain_line, plain_text
from mdtickets.domain.states import OPEN_STATE_TYPES
from mdtickets.render import times
from mdtickets.render.acted import acted_as_json, format_acted
from mdtickets.render.json import budgets_as_json, row_as_json, time_as_json
from mdtickets.render.listing import priority_word, who
from mdtickets.render.table import Cell, Column, format_rows, format_table
from mdtickets.render.terminal import Screen, Style

_TICKET_COLUMNS = (
    Column(title="number"),
    Column(title="priority"),
    Column(title="day", right=True),
    Column(title="title", flexible=True, narrowest=16),
    Column(title="who", flexible=True, narrowest=12),
)
_LIST_COLUMNS = (
    Column(title="SLUG", flexible=True, narrowest=12),
    Column(title="NAME", flexible=True, narrowest=12),
    Column(title="COMPANY", flexible=True, narrowest=8),
    Column(title="ADDRESSES", flexible=True, narrowest=12),
    Column(title="OPEN", right=True),
    Column(title="ALL", right=True),
    Column(title="MIN", right=True),
)
_SHOWN = 60


def format_customer(view: CustomerView, screen: Screen) -> str:
    """A card at a glance: who it is, what is open, what is known."""
    rule = screen.paint("─" * screen.width, Style.DIM)
    lines = [*_head(view, screen), rule, *_tickets(view, screen)]
    if view.notes.strip():
        lines += [rule, plain_text(view.notes.strip("\n"))]
    return "\n".join(lines) + "\n"


def format_customers(lines: Sequence[CardLine], screen: Screen) -> str:
    """One card a line, by name."""
    if not lines:
        return "no customers\n" if screen.is_terminal else ""
    rows = [[Cell(text) for text in _list_texts(line)] for line in lines]
    return "\n".join(format_table(_LIST_COLUMNS, rows, screen)) + "\n"


def format_cards_changed(done: CardsChanged, screen: Screen) -> str:
    """What was written on which card, key by key, and the tickets that followed."""
    verb = "would be " if done.acted.is_foreseen else ""
    lines = [
        f"{screen.paint(slug, Style.LINK)}  {verb}" + (", ".join(map(_old_new, keys.items())) or "made")
        for slug, keys in done.changes.items()
    ]
    if not lines:
        lines = [f"{done.slug}  unchanged: it was so already"]
    return "\n".join(map(plain_line, lines)) + "\n" + format_acted(done.acted, screen)


def customer_as_json(view: CustomerView) -> dict[str, Any]:
    """One customer with his tickets."""
    return {
        "customer": {
            **_card_as_json(view.customer),
            "company_name": view.company_name,
            "path": view.path,
            "people": list(view.people),
            "own": dict(view.own),
            "notes": view.notes,
            "open": view.sums.open,
            "total": view.sums.tickets,
            "minutes": view.sums.minutes,
            "budgets": budgets_as_json(view.budgets),
            "last_contact_at": time_as_json(view.sums.last_contact),
            "tickets": [row_as_json(row) for row in view.rows],
        }
    }


def customers_as_json(lines: Sequence[CardLine]) -> dict[str, Any]:
    """The cards of a list."""
    return {
        "total": len(lines),
        "customers": [
            {**_card_as_json(line.customer), "open": line.open, "total": line.tickets, "minutes": line.minutes}
            for line in lines
        ],
    }


def cards_changed_as_json(done: CardsChanged) -> dict[str, Any]:
    """The result of `customer set` and `customer merge`."""
    cards = [{"customer": slug, "changes": keys} for slug, keys in done.changes.items()]
    return {"customer": done.slug, "cards": cards, **acted_as_json(done.acted)}


def _head(view: CustomerView, screen: Screen) -> Iterator[str]:
    card = view.customer
    company = f"of {view.company_name or card.company} ({card.company})" if card.company else ""
    about = [company, f"language {card.language}" if card.language else ""]
    about += [f"{key} {value}" for key, value in view.own.items() if isinstance(value, str) and value]
    yield screen.paint(plain_line(f"{card.slug}  {card.name}"), Style.HEADING)
    where = [*card.addresses, f"@{card.domain}" if card.domain else ""]
    for parts in (where, about, [f"people: {', '.join(view.people)}" if view.people else ""]):
        line = (", " if parts is where else " · ").join(part for part in parts if part)
        if line:
            yield plain_line(line)
    yield screen.paint(_sums(view), Style.DIM)
    for use in view.budgets:
        yield screen.paint(plain_line(use.line), Style.NOTICE if use.is_used_up else Style.NONE)


def _sums(view: CustomerView) -> str:
    sums = view.sums
    tickets = f"{sums.open:,} open of {sums.tickets:,} ticket{'' if sums.tickets == 1 else 's'}"
    last = sums.last_contact
    contact = f"last contact {times.moment(last, view.now, view.zone)}" if last else "no contact yet"
    return f"{tickets} · {sums.minutes:,} min · {contact}"


def _tickets(view: CustomerView, screen: Screen) -> Iterator[str]:
    rows = [
        [
            Cell(f"…{view.shortened[row.number]}" if screen.is_terminal else row.number, Style.LINK),
            Cell(priority_word(row.priority)),
            Cell(times.day(row.created_at, view.now, view.zone)),
            Cell(row.title or "(no subject)", Style.NONE if row.state.type in OPEN_STATE_TYPES else Style.DIM),
            Cell(who(row, view.now, view.shortened)),
        ]
        for row in view.rows
    ]
    margin = "  " if screen.is_terminal else ""
    yield from (f"{margin}{line}" for line in format_rows(_TICKET_COLUMNS, rows, screen, margin=len(margin)))
    if view.sums.tickets > len(rows):
        yield f"  … and {view.sums.tickets - len(rows):,} more: mdtickets list --customer {view.customer.slug} --state all"


def _list_texts(line: CardLine) -> tuple[str, ...]:
    card = line.customer
    where = ", ".join([*card.addresses, *([f"@{card.domain}"] if card.domain else [])])
    return card.slug, card.name, card.company, where, str(line.open or ""), str(line.tickets), str(line.minutes or "")


def _card_as_json(card: Customer) -> dict[str, Any]:
    return {
        "slug": card.slug,
        "name": card.name,
        "addresses": list(card.addresses),
        "domain": card.domain,
        "company": card.company,
        "language": card.language,
    }


def _old_new(change: tuple[str, list[object]]) -> str:
    key, (old, new) = change
    return f"{key} {_text(old)} → {_text(new)}"


def _text(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
    return " ".join(text[:_SHOWN].split()) or "nothing"
