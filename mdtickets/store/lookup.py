"""Questions about filed mail that the catalog answers: who wrote it, what refers to it, what was acknowledged."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from sqlite3 import Row

from mdtickets.domain.event import format_time, parse_time
from mdtickets.domain.facts import KnownMail
from mdtickets.domain.model import ArticleKind, Customer, Priority, State, Ticket
from mdtickets.domain.settings import Budget
from mdtickets.domain.similarity import Earlier
from mdtickets.store.catalog import Catalog, as_list
from mdtickets.store.conditions import COUNTS, IMPORTED_NUMBER, one_of

_MOST_CHILDREN = 10
_EARLIER_WITHIN = timedelta(days=30)
_MOST_EARLIER = 20

# Without these words SQLite does not use the index, which leaves out mails that have no Message-ID.
_HAS_ID = "message_id != ''"
_ARTICLES = "SELECT number, name, kind, message_id, sha256, author, subject FROM article"


def find_customer(catalog: Catalog, address: str) -> Customer | None:
    """The card that has this address; the first by name when there are several."""
    sql = "SELECT card.* FROM card_address JOIN card USING (slug) WHERE address = ? ORDER BY slug LIMIT 1"
    return next((_customer(row) for row in catalog.query(sql, (address,))), None)


def find_referenced(catalog: Catalog, ids: Iterable[str]) -> dict[str, KnownMail]:
    """Mails that are referred to. An id that several tickets have says nothing, unless one of them is a mail of ours."""
    ids = list(ids)
    if not ids:
        return {}
    found: dict[str, KnownMail] = {}
    ambiguous: set[str] = set()
    condition, values = one_of("message_id", _known(ids))
    for row in catalog.query(f"{_ARTICLES} WHERE {_HAS_ID} AND {condition}", values):
        mail = _mail(row)
        before = found.get(mail.message_id)
        if before and before.number != mail.number and before.is_ours == mail.is_ours:
            ambiguous.add(mail.message_id)
        if before is None or (mail.is_ours and not before.is_ours):
            found[mail.message_id] = mail
    return {message_id: mail for message_id, mail in found.items() if message_id not in ambiguous}


def find_common_ancestors(catalog: Catalog, ids: Iterable[str]) -> dict[str, str]:
    """Of these ids, those that a mail of another ticket also refers to: id → that ticket."""
    ids = list(ids)
    if not ids:
        return {}
    condition, values = one_of("message_id", _known(ids))
    sql = f"SELECT message_id, min(number) FROM reference WHERE {condition} GROUP BY 1"  # noqa: S608  # our own names
    return {row[0]: row[1] for row in catalog.query(sql, values)}


def find_children(catalog: Catalog, message_id: str) -> tuple[str, ...]:
    """The tickets with a mail that refers to this Message-ID."""
    if not message_id:
        return ()
    sql = "SELECT number FROM reference WHERE message_id = ? ORDER BY number LIMIT ?"
    return tuple(row[0] for row in catalog.query(sql, (message_id, _MOST_CHILDREN)))


def find_token(catalog: Catalog, token: str) -> str:
    """The ticket with a mail of ours whose Message-ID has that token; "" when it was never stored."""
    sql = "SELECT number FROM article WHERE instr(message_id, ?) ORDER BY number LIMIT 1"
    return next((row[0] for row in catalog.query(sql, (f".{token}@",))), "") if token else ""


def find_same_message_id(catalog: Catalog, message_id: str) -> tuple[KnownMail, ...]:
    """The mails that have this Message-ID already."""
    if not message_id:
        return ()
    sql = f"{_ARTICLES} WHERE {_HAS_ID} AND message_id = ? ORDER BY number, position LIMIT ?"
    return tuple(_mail(row) for row in catalog.query(sql, (message_id, _MOST_CHILDREN)))


def find_same_bytes(catalog: Catalog, sha256: str) -> KnownMail | None:
    """The received mail with exactly these bytes."""
    # the plus keeps SQLite from walking all customers' mails by number, which it takes for the quicker way
    sql = f"{_ARTICLES} WHERE sha256 = ? AND +kind = 'customer' ORDER BY number LIMIT 1"
    return next((_mail(row) for row in catalog.query(sql, (sha256,))), None)


def is_filed(catalog: Catalog, sha256: str) -> bool:
    """Whether some article has exactly these bytes, received or sent."""
    return bool(catalog.query("SELECT 1 FROM article WHERE sha256 = ? LIMIT 1", (sha256,)))


def find_earlier(catalog: Catalog, customer: Customer, received_at: datetime) -> tuple[Earlier, ...]:
    """Recent tickets of the customer, newest first, as far as likeness goes."""
    sql = f"""
        SELECT ticket.number, title, opening FROM ticket LEFT JOIN article
            ON article.number = ticket.number AND article.position = 1
        WHERE customer = ? AND created_at >= ? AND {COUNTS}
        ORDER BY created_at DESC, ticket.number DESC LIMIT ?"""  # noqa: S608  # our own words
    since = format_time(received_at - _EARLIER_WITHIN)
    return tuple(
        Earlier(number=row["number"], title=row["title"], opening=row["opening"] or "")
        for row in catalog.query(sql, (customer.slug, since, _MOST_EARLIER))
    )


def count_acknowledgements(catalog: Catalog, column: str, value: str, budget: Budget | None, now: datetime) -> int:
    """How many acknowledgements went to that address, domain or ticket within the budget's span."""
    if budget is None:
        return 0
    sql = f"SELECT count(*) FROM acknowledgement WHERE {column} = ? AND at > ?"  # noqa: S608  # our own column names
    count: int = catalog.query(sql, (value, format_time(now - budget.span)))[0][0]
    return count


def find_company(catalog: Catalog, domain: str) -> str:
    """The slug of the company card with that mail domain, "" when there is none."""
    found = catalog.query("SELECT slug FROM card WHERE domain = ? AND domain != '' ORDER BY slug", (domain,))
    return found[0][0] if found else ""


def find_source(catalog: Catalog, maildir: str, name: str, sha256: str) -> str:
    """The ticket whose history names this mail of this Maildir, "" when none does."""
    sql = "SELECT number FROM source WHERE name = ? AND maildir = ? AND sha256 = ?"
    found = catalog.query(sql, (name, maildir, sha256))
    return found[0][0] if found else ""


def is_source_name(catalog: Catalog, maildir: str, name: str) -> bool:
    """Whether a mail of that name in that Maildir was filed."""
    return bool(catalog.query("SELECT 1 FROM source WHERE name = ? AND maildir = ?", (name, maildir)))


def ticket_exists(catalog: Catalog, number: str) -> bool:
    """Whether the catalog knows that number."""
    return bool(catalog.query("SELECT 1 FROM ticket WHERE number = ?", (number,)))


def find_named(catalog: Catalog, numbers: Iterable[str]) -> dict[str, str]:
    """Of these numbers, those that a ticket has, or had where it was imported from: number → that ticket."""
    found = {number: _ticket_named(catalog, number) for number in numbers}
    return {number: ticket for number, ticket in found.items() if ticket}


def _ticket_named(catalog: Catalog, number: str) -> str:
    if ticket_exists(catalog, number):
        return number
    # its index minds no case
    sql = "SELECT number FROM own WHERE key = ? AND value = ? COLLATE NOCASE ORDER BY number LIMIT 1"
    return next((row[0] for row in catalog.query(sql, (IMPORTED_NUMBER, number))), "")


def addresses_of(catalog: Catalog, slug: str) -> tuple[str, ...]:
    """The addresses on a card."""
    return tuple(row[0] for row in catalog.query("SELECT address FROM card_address WHERE slug = ?", (slug,)))


def last_known(catalog: Catalog, number: str) -> Ticket:
    """A ticket whose file is broken, as the catalog remembers it. Never written."""
    row = catalog.query("SELECT * FROM ticket WHERE number = ?", (number,))[0]
    return Ticket(
        number=row["number"],
        title=row["title"],
        state=State(row["state"]),
        queue=row["queue"],
        priority=Priority(row["priority"]),
        customer=row["customer"],
        participants=as_list(row["participants"]),
        created_at=parse_time(row["created_at"]),
        updated_at=parse_time(row["updated_at"]),
    )


def _customer(row: Row) -> Customer:
    return Customer(slug=row["slug"], name=row["name"], company=row["company"], language=row["language"])


def _mail(row: Row) -> KnownMail:
    return KnownMail(
        number=row["number"],
        article=row["name"],
        kind=ArticleKind(row["kind"]),
        message_id=row["message_id"],
        sha256=row["sha256"],
        author=row["author"],
        subject=row["subject"],
    )


def _known(ids: Iterable[str]) -> list[str]:
    return [one for one in ids if one]
