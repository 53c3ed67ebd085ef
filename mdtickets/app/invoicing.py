"""The invoice of a customer or a company, or of everybody."""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from mdtickets.app.costs import tariff_of
from mdtickets.app.customers import find_card
from mdtickets.app.session import Session
from mdtickets.app.time_accounts import read_accounts
from mdtickets.domain.invoice import Invoice, make_invoice
from mdtickets.store.customers import load_card
from mdtickets.store.people import names_of, people_of


class Billing(Struct, frozen=True, kw_only=True):
    """An invoice and whose it is."""

    invoice: Invoice
    slug: str  # "" = everybody's
    names: Mapping[str, str]  # of cards, by slug


def bill(session: Session, who: str, first: date, last: date) -> Billing:
    """What was done for somebody from the first day to the last, by the team's clock.

    `who` is as `find_card` takes it: a person, or a company with all its people; "" = everybody. Raises NotFoundError.
    """
    slug = find_card(session, who) if who else ""
    slugs = [slug, *_people(session, slug)] if slug else None
    invoice = make_invoice(read_accounts(session, slugs, first), tariff_of(session), first, last)
    return Billing(invoice=invoice, slug=slug, names=names_of(session.catalog))


def _people(session: Session, slug: str) -> list[str]:
    return people_of(session.catalog, slug, load_card(session.layout, slug, session.fronts).customer.domain)
