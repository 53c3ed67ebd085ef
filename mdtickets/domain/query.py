"""A query as a value: boolean algebra on sets of tickets.

Each leaf is the set of tickets that it matches; And, Or and Not are operations on these sets. Text leaves are found in
articles by the full text, the others are known to the catalog or seen in the files.
"""

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct


class Word(Struct, frozen=True):
    """Tickets with an article that has this word, in any of its forms. Field "" = anywhere, else one of TEXT_FIELDS."""

    text: str
    field: str = ""


class Phrase(Struct, frozen=True):
    """Tickets with an article that has these words in this order."""

    text: str
    field: str = ""


class Prefix(Struct, frozen=True):
    """Tickets with an article that has a word that begins so."""

    text: str
    field: str = ""


class Equals(Struct, frozen=True):
    """Tickets whose field has that value; of a list, among its values. "" = none."""

    field: str
    value: str


class StartsWith(Struct, frozen=True):
    """Tickets whose field has a value that begins so."""

    field: str
    value: str


class Between(Struct, frozen=True):
    """Tickets whose field lies in [low, high), times as RFC 3339 in UTC; None = no limit. Unknown values lie nowhere."""

    field: str
    low: str | int | None
    high: str | int | None


class Is(Struct, frozen=True):
    """Tickets of which a flag is true; `who` is the agent it asks about ("" where it asks about nobody)."""

    flag: str
    who: str = ""


class Has(Struct, frozen=True):
    """Tickets that have something at all."""

    what: str


class Own(Struct, frozen=True):
    """Tickets whose `ticket.md` has this value, or one that begins so, under a key of the team's own; "" = none."""

    key: str
    value: str
    is_prefix: bool = False


class And(Struct, frozen=True):
    """Tickets in all of these sets; of no parts, every ticket."""

    parts: "tuple[Query, ...]"


class Or(Struct, frozen=True):
    """Tickets in any of these sets."""

    parts: "tuple[Query, ...]"


class Not(Struct, frozen=True):
    """Tickets that are not in the set."""

    part: "Query"


Text = Word | Phrase | Prefix
Leaf = Text | Equals | StartsWith | Between | Is | Has | Own
Query = And | Or | Not | Leaf

EVERYTHING = And(())

_STATE_FLAGS = frozenset({"open", "new", "pending", "closed", "merged", "removed"})


class TextField(StrEnum):
    """The parts of articles that can be searched alone."""

    FROM = "from"
    TO = "to"
    SUBJECT = "subject"
    BODY = "body"
    NOTE = "note"
    ATTACHMENT = "attachment"
    FILENAME = "filename"


def leaves(query: Query) -> Iterator[Leaf]:
    """Every leaf, from left to right."""
    if isinstance(query, And | Or):
        for part in query.parts:
            yield from leaves(part)
    elif isinstance(query, Not):
        yield from leaves(query.part)
    else:
        yield query


def text_leaves(query: Query) -> tuple[Text, ...]:
    """The leaves that only the full text can answer, each once."""
    return tuple(dict.fromkeys(leaf for leaf in leaves(query) if isinstance(leaf, Word | Phrase | Prefix)))


def sought(query: Query) -> tuple[Text, ...]:
    """The text that a ticket is found for: what ranks it and is marked in it. What stands under a Not is not sought."""
    if isinstance(query, And | Or):
        return tuple(dict.fromkeys(leaf for part in query.parts for leaf in sought(part)))
    return (query,) if isinstance(query, Word | Phrase | Prefix) else ()


def names_state(query: Query) -> bool:
    """Whether it says itself which states it wants, so that a list does not leave out what is closed."""
    return any(
        (isinstance(leaf, Equals) and leaf.field == "state")
        or (isinstance(leaf, Between) and leaf.field == "closed")
        or (isinstance(leaf, Is) and leaf.flag in _STATE_FLAGS)
        for leaf in leaves(query)
    )
