"""Everything the postmaster must know about one mail, read once: from the catalog, the ticket's files, the settings."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from msgspec import Struct

from mdtickets.domain.autoresponse import find_recipient
from mdtickets.domain.facts import AckCounts, Facts, KnownTicket, Source
from mdtickets.domain.incoming import Incoming
from mdtickets.domain.model import Customer
from mdtickets.domain.number import find_named_numbers
from mdtickets.domain.providers import is_public_provider
from mdtickets.domain.settings import Settings
from mdtickets.errors import NotFoundError
from mdtickets.store import lookup
from mdtickets.store.catalog import Catalog
from mdtickets.store.merged import follow_merges
from mdtickets.store.tickets import TicketFiles

# A hostile mail may name thousands of tickets; only so many are looked at, the nearest first.
_MOST_TICKETS = 10
_MOST_IDS = 100


class Circumstances(Struct, frozen=True, kw_only=True):
    """What is the same whatever the mail says: where it came from and when, and what a new ticket would get."""

    source: Source
    settings: Settings
    received_at: datetime
    dated_at: datetime
    now: datetime
    next_number: str
    next_slug: Callable[[], str]


def gather(catalog: Catalog, incoming: Incoming, around: Circumstances, load: Callable[[str], TicketFiles]) -> Facts:
    """The facts about one mail. `load` gives a ticket's files as they are by now, this slice's changes included."""
    ids = _referred_ids(incoming)
    by_message_id = lookup.find_referenced(catalog, ids)
    by_reference = lookup.find_common_ancestors(catalog, [one for one in ids if one not in by_message_id])
    children = lookup.find_children(catalog, incoming.message_id)
    same = lookup.find_same_message_id(catalog, incoming.message_id)
    named = lookup.find_named(catalog, find_named_numbers(incoming.subject))
    mails = [mail.number for mail in (*by_message_id.values(), *same)]
    customer = lookup.find_customer(catalog, incoming.author.key) if incoming.author else None
    return Facts(
        now=around.now,
        received_at=around.received_at,
        dated_at=around.dated_at,
        source=around.source,
        settings=around.settings,
        next_number=around.next_number,
        next_slug=around.next_slug() if _wants_card(incoming) and not customer else "",
        same_bytes=lookup.find_same_bytes(catalog, incoming.sha256),
        same_message_id=same,
        by_message_id=by_message_id,
        by_reference=by_reference,
        children=children,
        tickets=_tickets(catalog, (*mails, *by_reference.values(), *children), named, around, load),
        customer=customer,
        company=_company_of(catalog, incoming, customer),
        earlier=lookup.find_earlier(catalog, customer, around.received_at) if customer else (),
        acks=_count_acks(catalog, incoming, around),
    )


def _wants_card(incoming: Incoming) -> bool:
    return incoming.author is not None and "@" in incoming.author.address


def _referred_ids(incoming: Incoming) -> list[str]:
    """The Message-IDs that a mail refers to, the nearest first."""
    ids = (*incoming.in_reply_to, *incoming.references[::-1], incoming.bounced_message_id)
    return [one for one in dict.fromkeys(ids) if one][:_MOST_IDS]


def _tickets(
    catalog: Catalog,
    candidates: Iterable[str],
    named: Mapping[str, str],
    around: Circumstances,
    load: Callable[[str], TicketFiles],
) -> dict[str, KnownTicket]:
    """`named` has the tickets of numbers in the subject, which may have another one here."""
    wanted = {number: number for number in candidates} | dict(named)
    found = {name: _known(catalog, wanted[name], around, load) for name in list(wanted)[:_MOST_TICKETS]}
    return {name: known for name, known in found.items() if known}


def _known(
    catalog: Catalog, found: str, around: Circumstances, load: Callable[[str], TicketFiles]
) -> KnownTicket | None:
    number = follow_merges(catalog, found)
    try:
        files = load(number)
    except NotFoundError:
        # removed by hand; the catalog has not heard of it yet
        return None
    ticket = files.ticket or lookup.last_known(catalog, number)
    budget = around.settings.acknowledge.per_ticket
    return KnownTicket(
        ticket=ticket,
        members=frozenset((*ticket.participants, *lookup.addresses_of(catalog, ticket.customer))),
        broken=files.ticket is None,
        acknowledged=lookup.count_acknowledgements(catalog, "number", number, budget, around.now),
    )


def _company_of(catalog: Catalog, incoming: Incoming, customer: Customer | None) -> str:
    if customer and customer.company:
        return customer.company
    domain = incoming.author.domain if incoming.author else ""
    return "" if is_public_provider(domain) else lookup.find_company(catalog, domain)


def _count_acks(catalog: Catalog, incoming: Incoming, around: Circumstances) -> AckCounts:
    limits = around.settings.acknowledge
    recipient = find_recipient(incoming, limits.reply_to_of)
    key, domain = (recipient.key, recipient.domain) if recipient else ("", "")
    return AckCounts(
        address=lookup.count_acknowledgements(catalog, "address", key, limits.per_address, around.now),
        domain=lookup.count_acknowledgements(catalog, "domain", domain, limits.per_domain, around.now),
        total=lookup.count_acknowledgements(catalog, "''", "", limits.total, around.now),
    )
