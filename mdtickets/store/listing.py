"""Lists from the catalog: which tickets, in which order, and the figures beside them."""

from collections.abc import Iterable
from datetime import datetime
from sqlite3 import Row

from mdtickets.domain.overview import Selection, TicketRow
from mdtickets.domain.states import Priority, State
from mdtickets.domain.timestamps import format_time, parse_time
from mdtickets.store.catalog import Catalog, as_list
from mdtickets.store.conditions import IS_OPEN, Condition, all_of, contains, one_of

# `list --sort`: the keys of `--json`, and "waits" = who waits longest first, then the oldest.
SORT_KEYS = {
    "waits": "ticket.waits_since IS NULL, ticket.waits_since, ticket.created_at, ticket.number",
    "customer_name": "card.name",
    **{
        key: f"ticket.{key}"
        for key in (
            "number", "title", "state", "state_type", "queue", "priority", "owner", "responsible", "customer",
            "company", "tags", "problem", "created_at", "updated_at", "pending_until", "closed_at", "due_at",
            "articles", "minutes", "possible_duplicates", "undelivered",
        )
    },
}  # fmt: skip

_COLUMNS = "ticket.*, card.name AS customer_name"
_WORD_COLUMNS = ("ticket.title", "ticket.number", "ticket.customer", "ifnull(card.name, '')")
_TABLES = "ticket LEFT JOIN card ON card.slug = ticket.customer"


def select(catalog: Catalog, selection: Selection) -> tuple[int, list[TicketRow]]:
    """How many tickets fit, and the rows of those within the limit, in the order asked for."""
    condition, values = _condition(selection)
    tables = _TABLES if selection.words else "ticket"
    total = catalog.query(f"SELECT count(*) FROM {tables} WHERE {condition}", values)[0][0]  # noqa: S608  # our names
    order = _order(selection)
    limit = f" LIMIT {int(selection.limit)}" if selection.limit else ""
    sql = f"SELECT {_COLUMNS} FROM {_TABLES} WHERE {condition} ORDER BY {order}{limit}"  # noqa: S608  # our own names
    return total, [_row(found) for found in catalog.query(sql, values)]


def find_row(catalog: Catalog, number: str) -> TicketRow | None:
    """The row of one ticket."""
    sql = f"SELECT {_COLUMNS} FROM {_TABLES} WHERE ticket.number = ?"  # noqa: S608  # our own names
    return next((_row(found) for found in catalog.query(sql, (number,))), None)


def numbers_like(catalog: Catalog, part: str) -> list[str]:
    """The ticket numbers that contain these digits, newest first."""
    sql = "SELECT number FROM ticket WHERE instr(number, ?) ORDER BY number DESC"
    return [number for (number,) in catalog.query(sql, (part,))]


def open_numbers(catalog: Catalog) -> list[str]:
    """The numbers of all open tickets."""
    return [number for (number,) in catalog.query(f"SELECT number FROM ticket WHERE {IS_OPEN}")]  # noqa: S608  # ours


def open_by_queue(catalog: Catalog) -> dict[str, int]:
    """How many open tickets each queue has."""
    sql = f"SELECT queue, count(*) FROM ticket WHERE {IS_OPEN} GROUP BY queue ORDER BY queue"  # noqa: S608  # ours
    return {queue: count for queue, count in catalog.query(sql)}  # noqa: C416  # rows are not pairs for dict()


def due_tickets(catalog: Catalog, now: datetime) -> list[str]:
    """The pending tickets whose time has come, the longest due first."""
    sql = "SELECT number FROM ticket WHERE timed_at IS NOT NULL AND timed_at <= ? ORDER BY timed_at, number"
    return [number for (number,) in catalog.query(sql, (format_time(now),))]


def count_tickets(catalog: Catalog) -> int:
    """How many tickets the store has."""
    count: int = catalog.query("SELECT count(*) FROM ticket")[0][0]
    return count


def stamps(catalog: Catalog, numbers: Iterable[str]) -> dict[str, str]:
    """What the files of these tickets looked like when their rows were made."""
    condition, values = one_of("number", numbers)
    return {row[0]: row[1] for row in catalog.query(f"SELECT number, stamp FROM ticket WHERE {condition}", values)}  # noqa: S608  # our own names


def _condition(selection: Selection) -> Condition:
    parts = [_states(selection.states)]
    for column, wanted in (("queue", selection.queues), ("owner", selection.owners), ("customer", selection.customers)):
        if wanted:
            parts.append(one_of(f"ticket.{column}", wanted))
    parts += [_tag(tag) for tag in selection.tags]
    parts += [contains(_WORD_COLUMNS, word) for word in selection.words]
    return all_of(parts)


def _states(states: tuple[str, ...]) -> Condition:
    if "all" in states:
        return "1", []
    if not states:
        return IS_OPEN, []
    by_type, types = one_of("ticket.state_type", states)
    by_state, names = one_of("ticket.state", states)
    return f"({by_type} OR {by_state})", [*types, *names]


def _tag(tag: str) -> Condition:
    return "EXISTS (SELECT 1 FROM json_each(ticket.tags) WHERE value = ?)", [tag]


def _order(selection: Selection) -> str:
    keys = [key.strip() for key in SORT_KEYS[selection.sort].split(",")]
    if not selection.reverse:
        return ", ".join([*keys, "ticket.number"])
    return ", ".join([*(f"{key} DESC" for key in keys), "ticket.number DESC"])


def _row(found: Row) -> TicketRow:
    return TicketRow(
        number=found["number"],
        title=found["title"],
        state=State(found["state"]),
        queue=found["queue"],
        priority=Priority(found["priority"]),
        owner=found["owner"],
        responsible=found["responsible"],
        customer=found["customer"],
        customer_name=found["customer_name"] or "",
        company=found["company"],
        tags=as_list(found["tags"]),
        problem=found["problem"],
        created_at=parse_time(found["created_at"]),
        updated_at=parse_time(found["updated_at"]),
        pending_until=_time(found["pending_until"]),
        closed_at=_time(found["closed_at"]),
        due_at=_time(found["due_at"]),
        waits_since=_time(found["waits_since"]),
        articles=found["articles"],
        minutes=found["minutes"],
        possible_duplicates=as_list(found["possible_duplicates"]),
        undelivered=bool(found["undelivered"]),
        broken=found["broken"],
    )


def _time(text: str | None) -> datetime | None:
    return parse_time(text) if text else None
