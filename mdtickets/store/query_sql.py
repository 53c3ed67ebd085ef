"""Queries for the catalog: each leaf as a piece of SQL that is true or false of every ticket, never unknown.

Leaves that the catalog cannot answer (text, locks) come as the sets of tickets that were found for them elsewhere.
Upper and lower case of A to Z are the same everywhere.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from mdtickets.domain.query import And, Between, Equals, Has, Is, Leaf, Not, Or, Own, Query, StartsWith, Text
from mdtickets.domain.states import OPEN_STATE_TYPES, StateType
from mdtickets.domain.timestamps import format_time
from mdtickets.store.conditions import (
    IMPORTED_NUMBER,
    IS_OPEN,
    MAY_BE_DUPLICATE,
    Condition,
    Plan,
    all_of,
    contains,
    one_of,
)

Found = Mapping[Leaf, Collection[str]]

# More hits than these are tested one by one on the way through the catalog: quicker than handing all to SQLite.
_FEW = 10_000

_NOCASE = "COLLATE NOCASE"


def needs_finding(leaf: Leaf) -> bool:
    """Whether the catalog cannot answer it."""
    return isinstance(leaf, Text) or (isinstance(leaf, Is) and leaf.flag == "locked")


def plan_query(query: Query, found: Found, now: datetime, few: int = _FEW) -> Plan:
    """How to ask the catalog. `found` has the tickets of each leaf that needs finding."""
    parts = query.parts if isinstance(query, And) else (query,)
    sets = [frozenset(found[part]) for part in parts if not isinstance(part, And | Or | Not) and needs_finding(part)]
    within = frozenset.intersection(*sets) if sets else None
    if within is None or len(within) <= few:
        return Plan(condition_of(query, found, now))
    others = [condition_of(part, found, now) for part in parts if part not in found]
    return Plan(_joined(others, are_all=True), within)


def condition_of(query: Query, found: Found, now: datetime) -> Condition:
    """The query as one condition on the tables `ticket` and what belongs to it."""
    if isinstance(query, And | Or):
        return _joined([condition_of(part, found, now) for part in query.parts], are_all=isinstance(query, And))
    if isinstance(query, Not):
        sql, values = condition_of(query.part, found, now)
        return f"NOT ({sql})", values
    if needs_finding(query):
        return one_of("ticket.number", found[query])
    return _READERS[type(query)](query, format_time(now))


def _joined(conditions: Sequence[Condition], *, are_all: bool) -> Condition:
    """An AND of nothing is every ticket."""
    word = " AND " if are_all else " OR "
    sql = word.join(f"({part})" for part, _values in conditions) or "1"
    return sql, [value for _part, values in conditions for value in values]


# --- values


def _equals(leaf: Equals, _now: str) -> Condition:
    if leaf.field in _SPECIAL:
        return _SPECIAL[leaf.field](leaf.value)
    return f"ticket.{leaf.field} = ? {_NOCASE}", (leaf.value,)


def _state(value: str) -> Condition:
    if value == "all":
        return "1", ()
    column = "state_type" if value in {kind.value for kind in StateType} else "state"
    return f"ticket.{column} = ?", (value,)


def _word_in_use(column: str) -> Callable[[str], Condition]:
    """The parser found out how it is written, so that an index can be used."""
    return lambda value: (f"ticket.{column} = ?", (value,))


def _tag(value: str) -> Condition:
    if not value:
        return "ticket.tags = '[]'", ()
    return f"ticket.number IN (SELECT number FROM tag WHERE tag = ? {_NOCASE})", (value,)  # noqa: S608  # our own words


def _customer(value: str) -> Condition:
    return _card("customer", value, "slug IN (SELECT slug FROM card_address WHERE address = ?)", value.lower())


def _company(value: str) -> Condition:
    return _card("company", value, "(domain = ? AND domain != '')", value.lower())


def _card(column: str, value: str, also: str, with_value: str) -> Condition:
    if not value:
        return f"ticket.{column} = ''", ()
    named, pattern = contains(("card.name",), value)
    cards = f"SELECT slug FROM card WHERE {named} OR {also}"  # noqa: S608  # our own names
    sql = f"(ticket.{column} = ? {_NOCASE} OR ticket.{column} IN ({cards}))"
    return sql, (value, *pattern, with_value)


def _number(value: str) -> Condition:
    # the one here, or the whole of the one that it had elsewhere
    imported = f"SELECT number FROM own WHERE key = ? AND value = ? {_NOCASE}"  # noqa: S608  # our own words
    return f"(instr(ticket.number, ?) > 0 OR ticket.number IN ({imported}))", (value, IMPORTED_NUMBER, value)


def _message_id(value: str) -> Condition:
    return "ticket.number IN (SELECT number FROM article WHERE message_id = ? AND message_id != '')", (value,)


def _starts_with(leaf: StartsWith, _now: str) -> Condition:
    pattern = f"{_escaped(leaf.value)}%"
    if leaf.field == "tag":
        return "ticket.number IN (SELECT number FROM tag WHERE tag LIKE ? ESCAPE '\\')", (pattern,)
    return f"ticket.{leaf.field} LIKE ? ESCAPE '\\'", (pattern,)


def _between(leaf: Between, _now: str) -> Condition:
    column = _FIGURES[leaf.field]
    parts: list[Condition] = [(f"{column} IS NOT NULL", ())]
    if leaf.low is not None:
        parts.append((f"{column} >= ?", (leaf.low,)))
    if leaf.high is not None:
        parts.append((f"{column} < ?", (leaf.high,)))
    return all_of(parts)


def _is(leaf: Is, now: str) -> Condition:
    if leaf.flag == "overdue":
        # both times are text: what is not there is never smaller
        return f"({IS_OPEN} AND (ifnull(ticket.due_at, '~') < ? OR ifnull(ticket.pending_until, '~') < ?))", (now, now)
    if leaf.flag == "watched":
        return "EXISTS (SELECT 1 FROM json_each(ticket.watchers) WHERE value = ?)", (leaf.who,)
    return _FLAGS[leaf.flag], ()


def _has(leaf: Has, _now: str) -> Condition:
    return _THINGS[leaf.what], ()


def _own(leaf: Own, _now: str) -> Condition:
    if not leaf.value:
        return "ticket.number NOT IN (SELECT number FROM own WHERE key = ?)", (leaf.key,)
    test, value = (
        ("LIKE ? ESCAPE '\\'", f"{_escaped(leaf.value)}%") if leaf.is_prefix else (f"= ? {_NOCASE}", leaf.value)
    )
    return f"ticket.number IN (SELECT number FROM own WHERE key = ? AND value {test})", (leaf.key, value)  # noqa: S608  # ours


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _article(test: str) -> str:
    return f"ticket.number IN (SELECT number FROM article WHERE {test})"  # noqa: S608  # our own words


_READERS: Mapping[type, Callable[..., Condition]] = {
    Equals: _equals,
    StartsWith: _starts_with,
    Between: _between,
    Is: _is,
    Has: _has,
    Own: _own,
}

_SPECIAL: Mapping[str, Callable[[str], Condition]] = {
    "state": _state,
    "tag": _tag,
    "customer": _customer,
    "company": _company,
    "number": _number,
    "message-id": _message_id,
    **{column: _word_in_use(column) for column in ("queue", "owner", "responsible")},
}

_FIGURES: Mapping[str, str] = {
    "created": "ticket.created_at",
    "updated": "ticket.updated_at",
    "closed": "ticket.closed_at",
    "waits": "ticket.waits_since",
    "pending": "ticket.pending_until",
    "due": "ticket.due_at",
    "articles": "ticket.articles",
    "minutes": "ticket.minutes",
    "priority": "CAST(substr(ticket.priority, 1, 1) AS INTEGER)",
}

_PENDING = ", ".join(f"'{kind.value}'" for kind in sorted(OPEN_STATE_TYPES) if kind.value.startswith("pending"))
_FLAGS: Mapping[str, str] = {
    "open": IS_OPEN,
    "pending": f"ticket.state_type IN ({_PENDING})",
    **{kind: f"ticket.state_type = '{kind}'" for kind in ("new", "closed", "merged", "removed")},
    "unanswered": "ticket.waits_since IS NOT NULL",
    "unverified": "ticket.unverified",
    "bounced": "ticket.bounced",
    "undelivered": "ticket.undelivered",
    "duplicate": MAY_BE_DUPLICATE,
    "broken": "ticket.broken != ''",
}
_THINGS: Mapping[str, str] = {
    **{column: f"ticket.{column} != ''" for column in ("owner", "responsible", "customer", "company", "problem")},
    "tag": "ticket.tags != '[]'",
    "link": "ticket.links > 0",
    "due": "ticket.due_at IS NOT NULL",
    "minutes": "ticket.minutes != 0",
    "attachment": _article("attachments > 0"),
    "note": _article("kind = 'note'"),
    "call": _article("kind = 'call'"),
    "answer": _article("kind = 'agent'"),
}
