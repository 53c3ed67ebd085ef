"""What a query means here, and which tickets it is about: by the team's words, clock, and agents, from the catalog.

Loads no full text: who asks for text hands in what it found.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from mdtickets.app.glance import OpenStore
from mdtickets.domain.overview import Selection
from mdtickets.domain.query import Is, Leaf, Query, Text, leaves, names_state
from mdtickets.domain.query_fields import Context, Stretch
from mdtickets.domain.query_parser import parse_query
from mdtickets.store.conditions import Plan
from mdtickets.store.listing import open_numbers
from mdtickets.store.query_sql import plan_query
from mdtickets.store.tally import words_in_use, words_of_open
from mdtickets.store.ticket_lock import read_locks

if TYPE_CHECKING:
    from mdtickets.domain.settings import Settings

_OF_AGENTS = frozenset({"owner", "responsible", "lock"})


class Asked(Struct, frozen=True, kw_only=True):
    """A query that was understood and planned."""

    text: str
    query: Query
    plan: Plan


def read_query(
    store: OpenStore,
    text: str,
    settings: "Callable[[], Settings]",
    agent: Callable[[], str],
    period: Callable[[str, bool], Stretch | None],
) -> Query:
    """The query that a text means. Raises QueryError. The others are asked for only when it needs them."""

    def words(field: str) -> Iterator[str]:
        if field == "own":
            yield from words_in_use(store.catalog, field)
            return
        used = "owner" if field in _OF_AGENTS else field
        yield from words_of_open(store.catalog, used)
        yield from settings().agents if field in _OF_AGENTS else settings().queues
        yield from words_in_use(store.catalog, used)

    return parse_query(text, Context(now=store.now(), period=period, agent=agent, words=words))


def is_known_owner(store: OpenStore, key: str) -> bool:
    """Whether some open ticket has that owner: then the settings need not be asked whether there is such an agent."""
    return key in words_of_open(store.catalog, "owner")


def plan_of(store: OpenStore, query: Query, found: Mapping[Text, Iterable[str]]) -> Plan:
    """How the catalog is asked; `found` has the tickets of each leaf of text."""
    sets: dict[Leaf, frozenset[str]] = {leaf: frozenset(numbers) for leaf, numbers in found.items()}
    for leaf in leaves(query):
        if isinstance(leaf, Is) and leaf.flag == "locked":
            sets[leaf] = _held(store, leaf.who)
    return plan_query(query, sets, store.now())


def among_states(selection: Selection, query: Query) -> Selection:
    """The selection, which leaves the states to the query when the query speaks of them."""
    return replace(selection, states=("all",)) if names_state(query) and not selection.states else selection


def _held(store: OpenStore, who: str) -> frozenset[str]:
    """Tickets that an agent holds now. Nobody works on closed ones, so their lock files are not looked for."""
    held = read_locks(store.layout, open_numbers(store.catalog), store.now())
    return frozenset(number for number, lock in held if who in {"", lock.agent})
