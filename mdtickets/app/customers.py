"""Customers at a glance: whose card, which company, their tickets, minutes, and when they were last heard of."""

import difflib
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from msgspec import Struct
from msgspec.structs import replace

from mdtickets.app.budgets import budgets_of
from mdtickets.app.listing import row_of, shorten_all
from mdtickets.app.session import Session
from mdtickets.app.zone import zone_of
from mdtickets.domain.budgets import BudgetUse
from mdtickets.domain.cards import company_of
from mdtickets.domain.model import Customer
from mdtickets.domain.overview import TicketRow
from mdtickets.errors import NotFoundError, UnreadableError
from mdtickets.store.customers import Card, load_card
from mdtickets.store.frontmatter import Value
from mdtickets.store.people import (
    CardLine,
    Sums,
    company_domains,
    follow_cards,
    holders_of,
    list_cards,
    names_of,
    people_of,
    sums_of,
    tickets_of,
)

__all__ = ["CardLine", "CustomerView"]

_SHOWN_TICKETS = 50
_MOST_NAMED = 5


class CustomerView(Struct, frozen=True, kw_only=True):
    """A card with all that belongs to it."""

    customer: Customer  # its company filled in, by the domain of an address if need be
    path: str  # relative to the store
    notes: str
    own: Mapping[str, Value]  # the team's own keys
    company_name: str
    people: tuple[str, ...]  # a company's cards
    rows: tuple[TicketRow, ...]  # open ones first; of many, the first
    shortened: Mapping[str, str]
    sums: Sums
    budgets: tuple[BudgetUse, ...]  # the card's, and his company's
    zone: tzinfo
    now: datetime


class Acquaintance(Struct, frozen=True, kw_only=True):
    """What is known of a ticket's customer, in few words, for whoever reads or answers it."""

    customer: Customer
    company_name: str
    sums: Sums
    notes: tuple[str, ...]  # the first paragraph of his card and of his company's
    budgets: tuple[BudgetUse, ...] = ()  # his and his company's

    @property
    def line(self) -> str:
        """Name, address, company, number of tickets, minutes."""
        address = next((address for address in self.customer.addresses if address != self.customer.name), "")
        name = f"{self.customer.name} <{address}>" if address else self.customer.name
        count = f"{self.sums.tickets:,} ticket{'' if self.sums.tickets == 1 else 's'}"
        spent = f"{self.sums.minutes:,} min" if self.sums.minutes else ""
        return f"{name} ({', '.join(part for part in (self.company_name, count, spent) if part)})"


def recall(session: Session, slug: str, company: str = "") -> Acquaintance | None:
    """What is known of the customer with that card; None when there is no card that can be read.

    `company` is the one that the ticket names; else it is the customer's own.
    """
    card, firm = _card_and_firm(session, slug, company)
    if card is None:
        return None
    notes = (each.notes.strip().partition("\n\n")[0] for each in (card, firm) if each)
    return Acquaintance(
        customer=card.customer,
        company_name=firm.customer.name if firm else "",
        sums=sums_of(session.catalog, [card.customer.slug]),
        notes=tuple(" ".join(note.split()) for note in notes if note),
        budgets=_budgets(session, card, firm),
    )


def used_up_budgets(session: Session, slug: str, company: str = "") -> tuple[BudgetUse, ...]:
    """The budgets of the customer with that card, and of his company, of which nothing is left; as `recall` finds them."""
    card, firm = _card_and_firm(session, slug, company)
    return tuple(use for use in _budgets(session, card, firm) if use.is_used_up) if card else ()


def find_card(session: Session, word: str) -> str:
    """The slug that is meant: a card's name, an address, or @domain of a company. Merged cards are followed.

    Raises NotFoundError with the nearest name.
    """
    catalog, wanted = session.catalog, word.strip().lower()
    if wanted.startswith("@"):
        slug = company_domains(catalog).get(wanted[1:], "")
    elif "@" in wanted:
        slug = holders_of(catalog, [wanted]).get(wanted, "")
    else:
        slug = follow_cards(catalog, wanted)
    if not slug:
        raise NotFoundError(f'There is no customer "{word}".', _nearest_card(session, wanted))
    return slug


def _nearest_card(session: Session, wanted: str) -> str:
    """A hint: the cards in which the word stands, else the one whose name is like it."""
    holding = [line.customer.slug for line in list_cards(session.catalog, [wanted])]
    if len(holding) > 1:
        more = f", … (mdtickets customer list {wanted})" if len(holding) > _MOST_NAMED else ""
        return f"It stands in {', '.join(holding[:_MOST_NAMED])}{more}."
    near = holding or difflib.get_close_matches(wanted, names_of(session.catalog), 1, cutoff=0.5)
    return f'Did you mean "{near[0]}"?' if near else "See `mdtickets customer list`."


def read_customer(session: Session, slug: str) -> CustomerView:
    """The card of that name and all that belongs to it. Raises NotFoundError, or UnreadableError for a broken card."""
    card = load_card(session.layout, slug, session.fronts)
    people = people_of(session.catalog, slug, card.customer.domain)
    company = company_of(card.customer, company_domains(session.catalog))
    numbers = tickets_of(session.catalog, [slug, *people])
    rows = tuple(row_of(session, number) for number in numbers[:_SHOWN_TICKETS])
    return CustomerView(
        customer=replace(card.customer, company=company),
        path=session.layout.relative(session.layout.card(slug)),
        notes=card.notes,
        own=card.own,
        company_name=names_of(session.catalog).get(company, ""),
        people=tuple(people),
        rows=rows,
        shortened=shorten_all(session, (number for row in rows for number in (row.number, *row.possible_duplicates))),
        sums=sums_of(session.catalog, [slug, *people]),
        budgets=_budgets(session, card, _card(session, company)),
        zone=zone_of(session),
        now=session.now(),
    )


def _card_and_firm(session: Session, slug: str, company: str) -> tuple[Card | None, Card | None]:
    """A customer's card, and that of the company that his ticket names, else of his own."""
    card = _card(session, follow_cards(session.catalog, slug))
    if card is None:
        return None, None
    return card, _card(session, company or company_of(card.customer, company_domains(session.catalog)))


def _budgets(session: Session, *cards: Card | None) -> tuple[BudgetUse, ...]:
    return budgets_of(session, {each.customer.slug: each.customer.domain for each in cards if each})


def _card(session: Session, slug: str) -> Card | None:
    try:
        return load_card(session.layout, slug, session.fronts)
    except (NotFoundError, UnreadableError):
        return None


def list_customers(session: Session, words: Sequence[str]) -> list[CardLine]:
    """The cards in which all these words stand, each person with the company he belongs to."""
    domains = company_domains(session.catalog)
    return [
        replace(line, customer=replace(line.customer, company=company_of(line.customer, domains)))
        for line in list_cards(session.catalog, words)
    ]
