"""Lists from the catalog: which tickets, in which order, and the figures beside them."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from sqlite3 import Row

from mdtickets.domain.overview import Selection, TicketRow
from mdtickets.domain.states import Priority, State
from mdtickets.domain.timestamps import format_time, parse_time
from mdtickets.store.catalog import Catalog, as_list
from mdtickets.store.conditions import EVERY_TICKET, IS_OPEN, STILL_ALIKE, Condition, Plan, all_of, one_of

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

# `list --group`: the same keys; times by their day in UTC.
GROUP_KEYS = {
    key: f"ifnull(substr({column}, 1, 10), '')" if key.endswith(("_at", "_until")) else column
    for key, column in SORT_KEYS.items()
    if key != "waits"
}

_ALIKE = f"iif(ticket.possible_duplicates = '[]', '[]', {STILL_ALIKE})"
_COLUMNS = f"ticket.*, card.name AS customer_name, {_ALIKE} AS still_alike"
_TABLES = "ticket LEFT JOIN card ON card.slug = ticket.customer"


def select(catalog: Catalog, selection: Selection, plan: Plan = EVERY_TICKET) -> tuple[int, list[TicketRow]]:
    """How many tickets fit, and the rows of those within the limit, in the order asked for."""
    if plan.within is not None:
        numbers = select_numbers(catalog, selection, plan)
        return len(numbers), rows_of(catalog, numbers[selection.page])
    condition, values = _condition(selection, plan)
    total = catalog.query(f"SELECT count(*) FROM ticket WHERE {condition}", values)[0][0]  # noqa: S608  # our names
    page = f" LIMIT {int(selection.limit) or -1} OFFSET {int(selection.offset)}"
    return total, rows_of(catalog, _numbers(catalog, selection, plan, page))


def select_numbers(catalog: Catalog, selection: Selection, plan: Plan) -> list[str]:
    """The numbers of all tickets that fit, in the order asked for; limit and offset do not count."""
    among = plan.within
    return [number for number in _numbers(catalog, selection, plan) if among is None or number in among]


def _numbers(catalog: Catalog, selection: Selection, plan: Plan, page: str = "") -> list[str]:
    # numbers alone first: sorting whole rows takes eight times as long
    condition, values = _condition(selection, plan)
    tables = _TABLES if "customer_name" in {selection.sort, selection.group} else "ticket"
    sql = f"SELECT ticket.number FROM {tables} WHERE {condition} ORDER BY {_order(selection)}{page}"  # noqa: S608  # ours
    return [number for (number,) in catalog.query(sql, values)]


def rows_of(catalog: Catalog, numbers: Sequence[str]) -> list[TicketRow]:
    """The rows of these tickets, in the order of their numbers here; those that are gone are left out."""
    condition, values = one_of("ticket.number", numbers)
    sql = f"SELECT {_COLUMNS} FROM {_TABLES} WHERE {condition}"  # noqa: S608  # our own names
    found = {row.number: row for row in map(_row, catalog.query(sql, values))}
    return [found[number] for number in numbers if number in found]


def find_row(catalog: Catalog, number: str) -> TicketRow | None:
    """The row of one ticket."""
    sql = f"SELECT {_COLUMNS} FROM {_TABLES} WHERE ticket.number = ?"  # noqa: S608  # our own names
    return next((_row(found) for found in catalog.query(sql, (number,))), None)


def numbers_like(catalog: Catalog, part: str) -> list[str]:
    """The ticket numbers that contain these digits, newest first."""
    sql = "SELECT number FROM ticket WHERE instr(number, ?) ORDER BY number DESC"
    return [number for (number,) in catalog.query(sql, (part,))]


def numbers_ending(catalog: Catalog, *parts: str) -> list[str]:
    """The ticket numbers that end with one of these parts, their check digit left out or not, newest first.

    Parts of four digits or more: found by an index, however many tickets there are.
    """
    ends = {end for part in parts for end in (part[-3:], part[-4:-1])}
    condition, values = one_of("substr(number, -4, 3)", sorted(ends))
    sql = f"SELECT number FROM ticket WHERE {condition} ORDER BY number DESC"  # noqa: S608  # our own words
    found = [number for (number,) in catalog.query(sql, values)]
    return [number for number in found if number.endswith(parts) or number[:-1].endswith(parts)]


def open_numbers(catalog: Catalog) -> list[str]:
    """The numbers of all open tickets."""
    return [number for (number,) in catalog.query(f"SELECT number FROM ticket WHERE {IS_OPEN}")]  # noqa: S608  # ours


def open_by_queue(catalog: Catalog) -> dict[str, int]:
    """How many open tickets each queue has."""
    # in the order of an index; by queue alone SQLite would sort
    sql = f"SELECT queue, count(*) FROM ticket WHERE {IS_OPEN} GROUP BY state_type, queue"  # noqa: S608  # ours
    counts: dict[str, int] = {}
    for queue, count in catalog.query(sql):
        counts[queue] = counts.get(queue, 0) + count
    return dict(sorted(counts.items()))


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


def _condition(selection: Selection, plan: Plan) -> Condition:
    parts = [_states(selection.states), plan.condition]
    for column, wanted in (("queue", selection.queues), ("owner", selection.owners), ("customer", selection.customers)):
        if wanted:
            parts.append(one_of(f"ticket.{column}", wanted))
    parts += [_tag(tag) for tag in selection.tags]
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
    return "ticket.number IN (SELECT number FROM tag WHERE tag = ? COLLATE NOCASE AND tag = ?)", [tag, tag]


def count_groups(catalog: Catalog, selection: Selection, plan: Plan) -> list[tuple[str, int]]:
    """How many tickets each group has, in the order of the list."""
    condition, values = one_of("ticket.number", select_numbers(catalog, selection, plan))
    column = GROUP_KEYS[selection.group]
    sql = f"SELECT {column}, count(*) FROM {_TABLES} WHERE {condition} GROUP BY 1 ORDER BY 1"  # noqa: S608  # our own
    return [(str("" if name is None else name), count) for name, count in catalog.query(sql, values)]


def _order(selection: Selection) -> str:
    grouped = f"{GROUP_KEYS[selection.group]}, " if selection.group else ""
    return grouped + _sorted(selection)


def _sorted(selection: Selection) -> str:
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
        possible_duplicates=as_list(found["still_alike"]),
        undelivered=bool(found["undelivered"]),
        broken=_told(found["broken"]),
    )


def _told(noted: str) -> str:
    """A problem that the catalog noted, as a sentence."""
    if not noted:
        return ""
    path, line, problem = json.loads(noted)
    return f"{path}:{line}: {problem}" if line else f"{path}: {problem}"


def _time(text: str | None) -> datetime | None:
    return parse_time(text) if text else None
