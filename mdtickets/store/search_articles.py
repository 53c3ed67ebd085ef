"""Articles that a search found, as the catalog knows them."""

from collections.abc import Sequence
from sqlite3 import Row

from mdtickets.store.catalog import Catalog
from mdtickets.store.conditions import COUNTS, one_of


def article_rows(catalog: Catalog, number: str, names: Sequence[str] | None = None) -> list[Row]:
    """`position`, `name`, `at`, `sha256` and `subject` of these articles of a ticket (None: of all), in their order."""
    condition, values = one_of("name", names) if names is not None else ("1", ())
    sql = f"""SELECT position, name, at, sha256, subject FROM article
        WHERE number = ? AND {condition} ORDER BY position"""  # noqa: S608  # our own names
    return catalog.query(sql, (number, *values))


def place_of(catalog: Catalog, number: str, name: str) -> int | None:
    """Which of the ticket's articles it is, 1…n; None for what is none, such as `ticket.md`."""
    found = article_rows(catalog, number, [name])
    return found[0]["position"] if found else None


def articles_of_kind(catalog: Catalog, number: str, kind: str) -> list[Row]:
    """The same of a ticket's articles of one kind."""
    sql = "SELECT position, name, at, sha256, subject FROM article WHERE number = ? AND kind = ? ORDER BY position"
    return catalog.query(sql, (number, kind))


def cases_of(catalog: Catalog, problem: str, states: Sequence[str], most: int) -> list[str]:
    """The tickets that are cases of a problem, in these states (none: in all that count), the last changed first."""
    condition, values = one_of("state", states) if states else (COUNTS, [])
    sql = f"""SELECT number FROM ticket WHERE problem = ? AND {condition}
        ORDER BY updated_at DESC, number DESC LIMIT ?"""  # noqa: S608  # our own names
    return [found for (found,) in catalog.query(sql, (problem, *values, most))]
