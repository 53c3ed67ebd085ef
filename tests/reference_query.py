"""What a query means, said a second time: one ticket after the other, from values that were read from its files."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from mdtickets.domain.event import format_time
from mdtickets.domain.history import Summary
from mdtickets.domain.model import ArticleKind, Customer, State, Ticket
from mdtickets.domain.query import And, Between, Equals, Has, Is, Leaf, Not, Or, Own, Query, StartsWith


class Case(Struct, frozen=True, kw_only=True):
    """One ticket with all that a query may ask of it."""

    ticket: Ticket
    summary: Summary
    own: Mapping[str, Sequence[str]]
    message_ids: frozenset[str] = frozenset()
    with_files: bool = False
    cards: Mapping[str, Customer]
    states: Mapping[str, State] = {}  # of all tickets

    def article_of(self, kind: ArticleKind) -> bool:
        return any(entry.kind is kind for entry in self.summary.entries)


def matches(query: Query, case: Case, found: Mapping[Leaf, Collection[str]], now: datetime) -> bool:
    """Whether the ticket is among those that are meant. `found` has what only the full text and the locks know."""
    if isinstance(query, And):
        return all(matches(part, case, found, now) for part in query.parts)
    if isinstance(query, Or):
        return any(matches(part, case, found, now) for part in query.parts)
    if isinstance(query, Not):
        return not matches(query.part, case, found, now)
    if query in found:
        return case.ticket.number in found[query]
    return _LEAVES[type(query)](query, case, now)


def _same(text: str, other: str) -> bool:
    return text.lower() == other.lower()


def _equals(leaf: Equals, case: Case, _now: datetime) -> bool:
    ticket = case.ticket
    match leaf.field:
        case "state":
            return leaf.value in {"all", ticket.state.value, ticket.state.type.value}
        case "tag":
            return any(_same(tag, leaf.value) for tag in ticket.tags) if leaf.value else not ticket.tags
        case "customer" | "company":
            return _is_of(leaf, case)
        case "number":
            return leaf.value in ticket.number
        case "message-id":
            return leaf.value in case.message_ids
        case _:
            return _same(getattr(ticket, leaf.field), leaf.value)


def _is_of(leaf: Equals, case: Case) -> bool:
    slug = getattr(case.ticket, leaf.field)
    card = case.cards.get(slug)
    if not leaf.value or _same(slug, leaf.value):
        return _same(slug, leaf.value)
    if card is None:
        return False
    also = leaf.value.lower() in card.addresses if leaf.field == "customer" else card.domain == leaf.value.lower()
    return also or leaf.value.lower() in card.name.lower()


def _starts(leaf: StartsWith, case: Case, _now: datetime) -> bool:
    values = case.ticket.tags if leaf.field == "tag" else (getattr(case.ticket, leaf.field),)
    return any(value.lower().startswith(leaf.value.lower()) for value in values)


def _between(leaf: Between, case: Case, _now: datetime) -> bool:
    figure = _FIGURES[leaf.field](case)
    if figure is None:
        return False
    # the ends of a range are of the same kind: both texts, or both numbers
    value: Any = format_time(figure) if isinstance(figure, datetime) else figure
    return (leaf.low is None or leaf.low <= value) and (leaf.high is None or value < leaf.high)


def _is(leaf: Is, case: Case, now: datetime) -> bool:
    ticket = case.ticket
    kind = ticket.state.type.value
    match leaf.flag:
        case "open":
            return ticket.is_open
        case "pending":
            return kind.startswith("pending")
        case "new" | "closed" | "merged" | "removed":
            return kind == leaf.flag
        case "overdue":
            times = (ticket.due_at, ticket.pending_until)
            return ticket.is_open and any(time is not None and time < now for time in times)
        case "watched":
            return leaf.who in ticket.watchers
        case _:
            return _of_history(leaf.flag, case)


def _of_history(flag: str, case: Case) -> bool:
    summary = case.summary
    return {
        "unanswered": summary.waits_since is not None,
        "unverified": any(entry.is_unverified for entry in summary.entries),
        "bounced": any(entry.event.what == "bounce" for entry in summary.entries),
        "undelivered": summary.undelivered,
        "duplicate": any(_is_another(other, case) for other in summary.possible_duplicates),
        "broken": False,
    }[flag]


def _is_another(other: str, case: Case) -> bool:
    settled = {State.MERGED, State.REMOVED}
    return case.ticket.state not in settled and case.states.get(other) not in settled


def _has(leaf: Has, case: Case, _now: datetime) -> bool:
    ticket = case.ticket
    things = {
        "attachment": case.with_files,
        "note": case.article_of(ArticleKind.NOTE),
        "call": case.article_of(ArticleKind.CALL),
        "answer": case.article_of(ArticleKind.AGENT),
        "tag": bool(ticket.tags),
        "link": bool(ticket.links),
        "due": ticket.due_at is not None,
        "minutes": case.summary.minutes != 0,
    }
    return things[leaf.what] if leaf.what in things else bool(getattr(ticket, leaf.what))


def _own(leaf: Own, case: Case, _now: datetime) -> bool:
    values = case.own.get(leaf.key, ())
    if not leaf.value:
        return not values
    if leaf.is_prefix:
        return any(value.lower().startswith(leaf.value.lower()) for value in values)
    return any(_same(value, leaf.value) for value in values)


_FIGURES: Mapping[str, Callable[[Case], datetime | int | None]] = {
    "created": lambda case: case.ticket.created_at,
    "updated": lambda case: case.ticket.updated_at,
    "closed": lambda case: case.ticket.closed_at,
    "waits": lambda case: case.summary.waits_since,
    "pending": lambda case: case.ticket.pending_until,
    "due": lambda case: case.ticket.due_at,
    "articles": lambda case: len(case.summary.entries),
    "minutes": lambda case: case.summary.minutes,
    "priority": lambda case: int(case.ticket.priority.value[0]),
}

_LEAVES: Mapping[type, Callable[..., bool]] = {
    Equals: _equals,
    StartsWith: _starts,
    Between: _between,
    Is: _is,
    Has: _has,
    Own: _own,
}
