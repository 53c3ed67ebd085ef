"""Conditions that several questions to the catalog share: pieces of SQL in our own words, and the values of their marks."""

import json
from collections.abc import Iterable, Sequence

from msgspec import Struct

from mdtickets.domain.states import OPEN_STATE_TYPES

Condition = tuple[str, Sequence[object]]


class Plan(Struct, frozen=True):
    """How a query is asked: a condition for the catalog, and the tickets among which its answer lies (None = all)."""

    condition: Condition
    within: frozenset[str] | None = None


EVERY_TICKET = Plan(("1", ()))

# The key of `ticket.md` with the number that a ticket had in another system.
IMPORTED_NUMBER = "imported_number"

_OPEN = ", ".join(f"'{kind.value}'" for kind in sorted(OPEN_STATE_TYPES))
IS_OPEN = f"state_type IN ({_OPEN})"
# Tickets that a sum counts: the others went into another ticket, or out of every list.
COUNTS = "state_type NOT IN ('merged', 'removed')"

# Tickets whose customer or company is one of some cards: two JSON lists of their slugs.
OF_CARDS = "customer IN (SELECT value FROM json_each(?)) OR company IN (SELECT value FROM json_each(?))"

# Of a ticket: those that filing noted it may be the same as, while both are tickets of their own.
STILL_ALIKE = f"""(
    SELECT json_group_array(noted.value) FROM json_each(ticket.possible_duplicates) AS noted
    LEFT JOIN ticket AS other ON other.number = noted.value
    WHERE ticket.{COUNTS} AND (other.number IS NULL OR other.{COUNTS})
)"""  # noqa: S608  # our own words
MAY_BE_DUPLICATE = f"ticket.possible_duplicates != '[]' AND {STILL_ALIKE} != '[]'"


def one_of(column: str, values: Iterable[str]) -> Condition:
    """The column holds one of these: one mark for all, so that many are no more than SQLite takes."""
    return f"{column} IN (SELECT value FROM json_each(?))", [json.dumps(list(values))]  # noqa: S608  # our own names


def contains(columns: Sequence[str], word: str) -> Condition:
    """The word stands in one of the columns, in capitals or not."""
    pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    return "(" + " OR ".join(f"{column} LIKE ? ESCAPE '\\'" for column in columns) + ")", [pattern] * len(columns)


def all_of(conditions: Sequence[Condition]) -> Condition:
    """All of them at once."""
    return " AND ".join(f"({part})" for part, _values in conditions), [
        value for _part, values in conditions for value in values
    ]
