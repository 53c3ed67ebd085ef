"""Questions to the catalog about customers: whose card, which tickets, how many minutes, when last heard of."""

import json
from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Row

from msgspec import Struct

from mdtickets.domain.model import Customer
from mdtickets.domain.timestamps import parse_time
from mdtickets.store.catalog import Catalog
from mdtickets.store.conditions import COUNTS, IS_OPEN, OF_CARDS, all_of, contains, one_of

_MOST_HOPS = 10  # merged cards followed
# Each card with its tickets: a person's own, a company's all.
_SUMS = f"""
    SELECT slug, sum({COUNTS}) AS tickets, sum({IS_OPEN}) AS open, sum(minutes) AS minutes FROM (
        SELECT customer AS slug, number, state_type, minutes FROM ticket WHERE customer != ''
        UNION SELECT company AS slug, number, state_type, minutes FROM ticket WHERE company != ''
    ) GROUP BY slug"""  # noqa: S608  # our own words
_CARDS = f"""
    SELECT card.*, ifnull(tickets, 0) AS tickets, ifnull(open, 0) AS open, ifnull(sums.minutes, 0) AS minutes,
        (SELECT json_group_array(address) FROM card_address WHERE card_address.slug = card.slug) AS addresses
    FROM card LEFT JOIN ({_SUMS}) AS sums USING (slug)"""  # noqa: S608  # our own words


class CardLine(Struct, frozen=True, kw_only=True):
    """One card in a list, with what its tickets add up to."""

    customer: Customer
    tickets: int
    open: int
    minutes: int


class Sums(Struct, frozen=True, kw_only=True):
    """What the tickets of some cards add up to."""

    tickets: int
    open: int
    minutes: int
    last_contact: datetime | None  # a mail or call, theirs or ours


def list_cards(catalog: Catalog, words: Sequence[str] = ()) -> list[CardLine]:
    """The cards in which each of the words stands, by name: slug, name, company, domain or an address."""
    columns = "card.slug || ' ' || name || ' ' || company || ' ' || domain || ' ' || addresses"
    condition, values = all_of([("merged_into = ''", []), *(contains([columns], word) for word in words)])
    sql = f"{_CARDS} WHERE {condition} ORDER BY lower(name), card.slug"
    return [_line(row) for row in catalog.query(sql, values)]


def follow_cards(catalog: Catalog, slug: str) -> str:
    """The card that took over, at most ten mergers on; "" when there is no such card."""
    for _hop in range(_MOST_HOPS):
        found = catalog.query("SELECT merged_into FROM card WHERE slug = ?", (slug,))
        if not found:
            return ""
        if not found[0][0]:
            break
        slug = found[0][0]
    return slug


def company_domains(catalog: Catalog) -> dict[str, str]:
    """The mail domains of companies: domain → slug; the first by name when several claim one."""
    rows = catalog.query("SELECT domain, slug FROM card WHERE domain != '' ORDER BY slug DESC")
    return {row["domain"]: row["slug"] for row in rows}


def holders_of(catalog: Catalog, addresses: Sequence[str]) -> dict[str, str]:
    """Whose these addresses are: address → slug."""
    condition, values = one_of("address", addresses)
    sql = f"SELECT address, slug FROM card_address WHERE {condition} ORDER BY slug DESC"  # noqa: S608  # our own names
    return {row["address"]: row["slug"] for row in catalog.query(sql, values)}


def names_of(catalog: Catalog) -> dict[str, str]:
    """Every card's name: slug → name."""
    return {row["slug"]: row["name"] for row in catalog.query("SELECT slug, name FROM card")}


def people_of(catalog: Catalog, slug: str, domain: str) -> list[str]:
    """The cards that belong to a company: by its name on them, or by an address at its domain."""
    sql = """
        SELECT slug FROM card WHERE merged_into = '' AND company = ? UNION
        SELECT slug FROM card JOIN card_address USING (slug)
            WHERE merged_into = '' AND company = '' AND ? != '' AND address LIKE '%@' || ? AND slug != ?
        ORDER BY slug"""
    return [found for (found,) in catalog.query(sql, (slug, domain, domain, slug))]


def tickets_of(catalog: Catalog, slugs: Sequence[str], *, all_states: bool = False) -> list[str]:
    """The tickets whose customer or company is one of these cards: open ones first, then the newest.

    Merged and removed ones only with `all_states`.
    """
    counted = "1" if all_states else COUNTS
    order = f"NOT {IS_OPEN}, created_at DESC, number DESC"
    sql = f"SELECT number FROM ticket WHERE ({OF_CARDS}) AND {counted} ORDER BY {order}"  # noqa: S608  # our own words
    wanted = json.dumps(list(slugs))
    return [number for (number,) in catalog.query(sql, (wanted, wanted))]


def sums_of(catalog: Catalog, slugs: Sequence[str]) -> Sums:
    """What the tickets of these cards add up to."""
    wanted = json.dumps(list(slugs))
    contact = f"SELECT max(at) FROM article JOIN ticket USING (number) WHERE kind IN ('customer', 'agent', 'call') AND ({OF_CARDS})"  # noqa: S608  # our own words
    total = f"SELECT ifnull(sum({COUNTS}), 0), ifnull(sum({IS_OPEN}), 0), ifnull(sum(minutes), 0) FROM ticket WHERE {OF_CARDS}"  # noqa: S608  # our own words
    tickets, still_open, minutes = catalog.query(total, (wanted, wanted))[0]
    last = catalog.query(contact, (wanted, wanted))[0][0]
    return Sums(tickets=tickets, open=still_open, minutes=minutes, last_contact=parse_time(last) if last else None)


def _line(row: Row) -> CardLine:
    customer = Customer(
        slug=row["slug"],
        name=row["name"],
        addresses=tuple(json.loads(row["addresses"])),
        domain=row["domain"],
        company=row["company"],
        language=row["language"],
    )
    return CardLine(customer=customer, tickets=row["tickets"], open=row["open"], minutes=row["minutes"])
