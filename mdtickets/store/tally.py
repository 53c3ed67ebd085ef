"""Small questions to the catalog: which words are in use, and how much is in trouble."""

from mdtickets.store.catalog import Catalog
from mdtickets.store.conditions import IS_OPEN

_WORDS = {
    "queue": "SELECT DISTINCT queue FROM ticket WHERE queue != '' ORDER BY queue",
    "owner": "SELECT DISTINCT owner FROM ticket WHERE owner != '' ORDER BY owner",
    "customer": "SELECT slug FROM card WHERE merged_into = '' ORDER BY slug",
    "problem": "SELECT DISTINCT problem FROM ticket WHERE problem != '' ORDER BY problem",
    "tag": "SELECT DISTINCT tag FROM tag ORDER BY tag",
    "own": "SELECT DISTINCT key FROM own ORDER BY key",
}


def words_in_use(catalog: Catalog, key: str) -> tuple[str, ...]:
    """Every queue, owner, customer (slug), problem, tag or key of the team's own that the store knows, in order."""
    return tuple(word for (word,) in catalog.query(_WORDS[key]))


def words_of_open(catalog: Catalog, key: str) -> tuple[str, ...]:
    """Every queue or owner of open tickets: the words that are used most, found without looking at the others."""
    sql = f"SELECT DISTINCT {key} FROM ticket WHERE {IS_OPEN} AND {key} != ''"  # noqa: S608  # our own names
    return tuple(word for (word,) in catalog.query(sql))


def numbers_starting(catalog: Catalog, digits: str, most: int) -> list[tuple[str, str]]:
    """The newest numbers that begin so, with their titles."""
    sql = "SELECT number, title FROM ticket WHERE number >= ? AND number < ? || ':' ORDER BY number DESC LIMIT ?"
    return [(number, title) for number, title in catalog.query(sql, (digits, digits, most))]


def count_undelivered(catalog: Catalog) -> int:
    """How many open tickets have a mail of ours that did not arrive."""
    sql = f"SELECT count(*) FROM ticket WHERE undelivered AND {IS_OPEN}"  # noqa: S608  # our own words
    count: int = catalog.query(sql)[0][0]
    return count


def numbers_to_take(catalog: Catalog, agent: str) -> list[str]:
    """Tickets that are not this agent's and that somebody should answer: nobody's, or their customer waits."""
    sql = """SELECT number FROM ticket
        WHERE state_type IN ('new', 'open') AND owner != ? AND (owner = '' OR waits_since IS NOT NULL)
        ORDER BY waits_since IS NULL, waits_since, created_at, number"""
    return [number for (number,) in catalog.query(sql, (agent,))]


def numbers_in_trouble(catalog: Catalog, most: int) -> list[str]:
    """Open tickets with a mail that did not arrive or a file that cannot be read, who waits longest first."""
    sql = f"""SELECT number FROM ticket WHERE (undelivered OR broken != '') AND {IS_OPEN}
        ORDER BY waits_since IS NULL, waits_since, created_at, number LIMIT ?"""  # noqa: S608  # our own words
    return [number for (number,) in catalog.query(sql, (most,))]
