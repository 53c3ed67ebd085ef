"""What the catalog knows of words: ticket numbers and customers, and without a full text titles and senders, too."""

from mdtickets.domain.query import Text
from mdtickets.store.catalog import Catalog
from mdtickets.store.conditions import contains

_SHORTEST = 4  # digits that may be the end of a ticket number


def named_by(catalog: Catalog, leaf: Text) -> set[str]:
    """Tickets whose number ends so (its check digit may be left out), and those of customers with a name that does fit.

    A name fits when one of its words begins so.
    """
    if leaf.field:
        return set()
    _condition, (pattern,) = contains(("name",), leaf.text)
    cards = "SELECT slug FROM card WHERE ' ' || name LIKE '% ' || substr(?, 2) ESCAPE '\\' OR slug = lower(?)"
    sql = f"SELECT number FROM ticket WHERE customer IN ({cards}) OR company IN ({cards})"  # noqa: S608  # our own words
    values = (pattern, leaf.text)
    return _numbers(catalog, sql, *values, *values) | _numbered(catalog, leaf.text)


def titled(catalog: Catalog, leaf: Text) -> set[str]:
    """Tickets with that text in their title or a subject, or in the address of a sender."""
    found: set[str] = set()
    if leaf.field in {"", "subject"}:
        for table, column in (("ticket", "title"), ("article", "subject")):
            condition, values = contains((column,), leaf.text)
            found |= _numbers(catalog, f"SELECT number FROM {table} WHERE {condition}", *values)  # noqa: S608  # ours
    if leaf.field in {"", "from"}:
        condition, values = contains(("author",), leaf.text)
        found |= _numbers(catalog, f"SELECT number FROM article WHERE {condition}", *values)  # noqa: S608  # our own
    return found


def _numbered(catalog: Catalog, text: str) -> set[str]:
    digits = text.strip("[]").lower().removeprefix("ticket#").lstrip("#")
    if not (digits.isascii() and digits.isdecimal() and len(digits) >= _SHORTEST):
        return set()
    sql = "SELECT number FROM ticket WHERE substr(number, -?) = ? OR substr(number, -? - 1, ?) = ?"
    return _numbers(catalog, sql, len(digits), digits, len(digits), len(digits), digits)


def _numbers(catalog: Catalog, sql: str, *values: object) -> set[str]:
    return {number for (number,) in catalog.query(sql, values)}
