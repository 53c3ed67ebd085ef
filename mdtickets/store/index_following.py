"""How the index follows the catalog: which tickets it must look at, and what of them it has not yet.

The catalog notes each ticket whose row changes (`unindexed`). What an entry there means is decided by comparing what the
index has of the ticket with what the catalog says, so an entry too many costs a look and nothing else.
"""

from collections.abc import Iterator, Mapping, Sequence

from mdtickets.domain.timestamps import parse_time
from mdtickets.mail.attachment_text import Parser
from mdtickets.store.catalog import Catalog
from mdtickets.store.index import Change, Index
from mdtickets.store.index_documents import ArticleRow, TicketRow, own_article, read_articles, read_own_text
from mdtickets.store.index_state import FOLLOWED_BY
from mdtickets.store.index_words import Indexed
from mdtickets.store.layout import Layout

_AT_ONCE = 500  # marks of one statement


def is_followed(catalog: Catalog, index: Index) -> bool:
    """Whether the catalog's notes tell all that this index does not know."""
    return catalog.get(FOLLOWED_BY) == index.token


def begin_following(catalog: Catalog, index: Index) -> None:
    """Note every ticket: this index, or this catalog, is a new one."""
    with catalog.transaction():
        catalog.note_unindexed(index.all_numbers())
        catalog.put(FOLLOWED_BY, index.token)


def numbers_behind(catalog: Catalog, most: int) -> list[str]:
    """Tickets that the index must look at, the oldest first."""
    rows = catalog.query("SELECT number FROM unindexed ORDER BY number LIMIT ?", (most,))
    return [number for (number,) in rows]


def numbers_between(catalog: Catalog, first: str, last: str) -> list[str]:
    """Those of these tickets that the index must look at, the oldest first."""
    rows = catalog.query("SELECT number FROM unindexed WHERE number BETWEEN ? AND ? ORDER BY number", (first, last))
    return [number for (number,) in rows]


def changes(layout: Layout, catalog: Catalog, index: Index, numbers: Sequence[str], parser: Parser) -> Iterator[Change]:
    """What the index must do to have these tickets as they are; reads the articles that it does not have."""
    tickets = {
        number: TicketRow(number=number, stamp=stamp, title=title, is_broken=bool(broken))
        for number, stamp, title, broken in _rows(catalog, "number, stamp, title, broken", "ticket", numbers)
    }
    articles: dict[str, list[ArticleRow]] = {}
    columns = "number, name, at, sha256, subject"
    for number, name, at, sha256, subject in _rows(catalog, columns, "article", numbers, "ORDER BY number, position"):
        row = ArticleRow(name=name, at=parse_time(at), sha256=sha256, subject=subject)
        articles.setdefault(number, []).append(row)
    known = index.indexed(numbers)
    for number in numbers:
        if number in tickets:
            yield _change(layout, tickets[number], articles.get(number, []), known.get(number), parser)
        else:
            yield Change(number=number, indexed=None)


def done(catalog: Catalog, has: Mapping[str, Indexed | None]) -> None:
    """Forget the notes about tickets that did not change again since. `has` is what the index has of them now."""
    catalog.forget_unindexed((number, indexed.stamp if indexed else "") for number, indexed in has.items())


def _change(
    layout: Layout, ticket: TicketRow, rows: Sequence[ArticleRow], known: Indexed | None, parser: Parser
) -> Change:
    number, stamp = ticket.number, ticket.stamp
    if known and known.stamp == stamp:
        return Change(number=number, indexed=known)
    own = read_own_text(layout, ticket, rows)
    own_marks = (own.mark,) if own else ()
    marks = (*(row.mark for row in rows), *own_marks)
    had = set(known.articles) if known else set()
    anew = not had <= set(marks)
    missing = [row for row in rows if anew or row.mark not in had]
    texts = list(read_articles(layout, number, missing, parser))
    if own and (anew or own.mark not in had):
        texts.append(own_article(number, own, rows[0].at if rows else parse_time(_first_moment(number))))
    return Change(number=number, indexed=Indexed(stamp=stamp, articles=marks), articles=tuple(texts), anew=anew)


def _first_moment(number: str) -> str:
    return f"{number[:4]}-{number[4:6]}-{number[6:8]}T00:00:00Z"


def _rows(
    catalog: Catalog, columns: str, table: str, numbers: Sequence[str], order: str = ""
) -> Iterator[Sequence[str]]:
    for start in range(0, len(numbers), _AT_ONCE):
        some = numbers[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        yield from catalog.query(f"SELECT {columns} FROM {table} WHERE number IN ({marks}) {order}", some)  # noqa: S608  # ours
