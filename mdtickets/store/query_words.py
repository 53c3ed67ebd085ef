"""What the catalog knows of words: ticket numbers and customers, and without a full text titles and senders, too."""

import re
from collections.abc import Iterator

from mdtickets.domain.query import Prefix, Text
from mdtickets.domain.terms import fold
from mdtickets.store.catalog import Catalog
from mdtickets.store.conditions import contains, one_of

_WORD = re.compile(r"[^\W_]+")
_SHORTEST = 4  # digits that may be the end of a ticket number


def named_by(catalog: Catalog, leaf: Text) -> set[str]:
    """Tickets whose number ends so (its check digit may be left out), and those of customers with these words as name."""
    if leaf.field:
        return set()
    slugs = list(_cards_named(catalog, leaf))
    found = _numbered(catalog, leaf.text)
    if slugs:
        for column in ("customer", "company"):
            condition, values = one_of(column, slugs)
            found |= _numbers(catalog, f"SELECT number FROM ticket WHERE {condition}", *values)  # noqa: S608  # ours
    return found


def _cards_named(catalog: Catalog, leaf: Text) -> Iterator[str]:
    wanted = _words(leaf.text)
    if not wanted:
        return
    for slug, name in catalog.query("SELECT slug, name FROM card"):
        if slug == leaf.text.lower() or _has(_words(name), wanted, begins=isinstance(leaf, Prefix)):
            yield slug


def _has(words: list[str], wanted: list[str], *, begins: bool) -> bool:
    """Whether these words stand there one behind the other; with `begins`, the last of them may go on."""
    *first, last = wanted
    for place in range(len(words) - len(first)):
        end = words[place + len(first)]
        if words[place : place + len(first)] == first and (end.startswith(last) if begins else end == last):
            return True
    return False


def _words(text: str) -> list[str]:
    return [fold(word) for word in _WORD.findall(text)]


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
