"""Small questions to the catalog: which words are in use, and how much is in trouble."""

from mdtickets.domain.states import OPEN_STATE_TYPES
from mdtickets.store.catalog import Catalog

_WORDS = {
    "queue": "SELECT DISTINCT queue FROM ticket WHERE queue != '' ORDER BY queue",
    "owner": "SELECT DISTINCT owner FROM ticket WHERE owner != '' ORDER BY owner",
    "customer": "SELECT slug FROM card WHERE merged_into = '' ORDER BY slug",
    "problem": "SELECT DISTINCT problem FROM ticket WHERE problem != '' ORDER BY problem",
    "tag": "SELECT DISTINCT value FROM ticket, json_each(ticket.tags) ORDER BY value",
}


def words_in_use(catalog: Catalog, key: str) -> tuple[str, ...]:
    """Every queue, owner, customer (slug), problem or tag that the store knows, in order."""
    return tuple(word for (word,) in catalog.query(_WORDS[key]))


def numbers_starting(catalog: Catalog, digits: str, most: int) -> list[tuple[str, str]]:
    """The newest numbers that begin so, with their titles."""
    sql = "SELECT number, title FROM ticket WHERE number >= ? AND number < ? || ':' ORDER BY number DESC LIMIT ?"
    return [(number, title) for number, title in catalog.query(sql, (digits, digits, most))]


def count_undelivered(catalog: Catalog) -> int:
    """How many open tickets have a mail of ours that did not arrive."""
    open_types = sorted(kind.value for kind in OPEN_STATE_TYPES)
    marks = ", ".join("?" * len(open_types))
    sql = f"SELECT count(*) FROM ticket WHERE undelivered AND state_type IN ({marks})"  # noqa: S608  # our own words
    count: int = catalog.query(sql, open_types)[0][0]
    return count
