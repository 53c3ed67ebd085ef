"""Tickets like this one: by the words that tell what it is about, by its problem, by who asks."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from heapq import nlargest
from sqlite3 import Row

from msgspec import Struct
from msgspec.structs import replace

from mdtickets.app.full_text import FullText, full_text, full_text_as_it_is
from mdtickets.app.listing import row_of, with_lock
from mdtickets.app.session import Session
from mdtickets.app.text_leaves import Progress, remarks_on
from mdtickets.domain.article_terms import ArticleText
from mdtickets.domain.model import ArticleKind
from mdtickets.domain.overview import TicketRow
from mdtickets.domain.plain import plain_line
from mdtickets.domain.query import Word
from mdtickets.domain.states import State, StateType
from mdtickets.domain.telling import Likeness, alike_by_words, count_words, most_telling
from mdtickets.domain.timestamps import parse_time
from mdtickets.store.index import Index, UnusableIndexError, stop_words
from mdtickets.store.index_documents import ArticleRow, read_articles
from mdtickets.store.listing import count_tickets, rows_of
from mdtickets.store.query_words import titled
from mdtickets.store.search_articles import article_rows, articles_of_kind, cases_of

_MOST_READ = 5  # mails of the customer: what it is about stands in the first ones
_MOST_LOOKED_AT = 200  # tickets with the most words in common, and
_MOST_CASES = 50  # of those with the same problem
_GONE = frozenset({StateType.MERGED, StateType.REMOVED})
_LONGEST_GREETING = 60  # characters


class Similar(Struct, frozen=True, kw_only=True):
    """Another ticket, and why it is like this one."""

    row: TicketRow
    likeness: Likeness
    answer: str = ""  # what the customer was told last, in one line; only of solved tickets

    @property
    def order(self) -> tuple[float, str, str]:
        """The most alike last; of equals, what changed last."""
        return self.likeness.score, self.row.updated_at.isoformat(), self.row.number


class FoundSimilar(Struct, frozen=True, kw_only=True):
    """The tickets like one, the most alike first, and what the answer does not rest on."""

    found: tuple[Similar, ...]
    remarks: tuple[str, ...] = ()


def find_similar(
    session: Session, number: str, *, solved: bool = False, limit: int = 0, progress: Progress | None = None
) -> FoundSimilar:
    """The tickets like this one; with `solved` only those that were closed with success. `limit` 0 = all.

    Raises RefusedError when git tracks the full text.
    """
    known = full_text(session, progress)
    row = row_of(session, number)
    return FoundSimilar(found=_find(session, row, known, solved=solved, limit=limit), remarks=remarks_on(known))


def solved_before(session: Session, number: str, most: int) -> tuple[Similar, ...]:
    """Solved cases of the ticket's problem; when none is named, solved tickets like it. Nothing is brought up to date."""
    row = row_of(session, number)
    if row.problem:
        numbers = cases_of(session.catalog, row.problem, [State.CLOSED_SUCCESSFUL.value], most + 1)
        return _chosen(session, row, dict.fromkeys(numbers, Likeness()), solved=True, limit=most)
    known = full_text_as_it_is(session)
    return _find(session, row, known, solved=True, limit=most) if known.index else ()


def _find(session: Session, row: TicketRow, known: FullText, *, solved: bool, limit: int) -> tuple[Similar, ...]:
    alike = _by_words(session, row, known.index)
    near = nlargest(_MOST_LOOKED_AT, alike, key=lambda other: (alike[other].share, other))
    states = [State.CLOSED_SUCCESSFUL.value] if solved else []
    cases = cases_of(session.catalog, row.problem, states, _MOST_CASES) if row.problem else []
    likenesses = {other: alike.get(other, Likeness()) for other in (*near, *cases)}
    return _chosen(session, row, likenesses, solved=solved, limit=limit)


def _by_words(session: Session, row: TicketRow, index: Index | None) -> dict[str, Likeness]:
    if index:
        with suppress(UnusableIndexError):
            texts = list(_texts(session, row.number))
            counts = count_words(
                [row.title, *(text.subject for text in texts)],
                [text.new for text in texts],
                [text.sender for text in texts],
                stop_words(),
            )
            telling = most_telling(counts, index.frequency, index.articles)
            return _alike(session, row, telling, index.tickets)
    # only titles can be looked at, so only the title tells
    telling = dict.fromkeys(count_words([row.title], [], [], stop_words()), 1.0)
    return _alike(session, row, telling, lambda word: titled(session.catalog, word))


def _alike(
    session: Session, row: TicketRow, telling: Mapping[str, float], having: Callable[[Word], set[str]]
) -> dict[str, Likeness]:
    found = {word: having(Word(word)) for word in telling}
    return alike_by_words(telling, found, row.number, count_tickets(session.catalog))


def _texts(session: Session, number: str) -> Iterable[ArticleText]:
    """What the customer wrote; of a ticket without his mail, all there is."""
    mails = articles_of_kind(session.catalog, number, ArticleKind.CUSTOMER.value)
    rows = (mails or article_rows(session.catalog, number))[:_MOST_READ]
    return read_articles(session.layout, number, map(_article_row, rows))


def _chosen(
    session: Session, row: TicketRow, likenesses: Mapping[str, Likeness], *, solved: bool, limit: int
) -> tuple[Similar, ...]:
    others = [other for other in rows_of(session.catalog, list(likenesses)) if other.number != row.number]
    fitting = [
        other
        for other in others
        if (other.state is State.CLOSED_SUCCESSFUL if solved else other.state.type not in _GONE)
    ]
    found = [Similar(row=other, likeness=_with_ties(likenesses[other.number], row, other)) for other in fitting]
    best = sorted(found, key=lambda each: each.order, reverse=True)[: limit or None]
    return tuple(_complete(session, each, solved=solved) for each in best)


def _with_ties(likeness: Likeness, row: TicketRow, other: TicketRow) -> Likeness:
    same = (row.customer and row.customer == other.customer) or (row.company and row.company == other.company)
    return replace(likeness, same_problem=bool(row.problem) and row.problem == other.problem, same_customer=bool(same))


def _complete(session: Session, similar: Similar, *, solved: bool) -> Similar:
    answer = _last_answer(session, similar.row.number) if solved else ""
    return replace(similar, row=with_lock(session, similar.row), answer=answer)


def _last_answer(session: Session, number: str) -> str:
    rows = articles_of_kind(session.catalog, number, ArticleKind.AGENT.value)[-1:]
    return "".join(
        _without_greeting(text.new) for text in read_articles(session.layout, number, map(_article_row, rows))
    )


def _without_greeting(text: str) -> str:
    lines: Sequence[str] = [line.strip() for line in text.strip().splitlines()]
    if len(lines) > 1 and lines[0].endswith((",", "!")) and len(lines[0]) <= _LONGEST_GREETING:
        lines = lines[1:]
    return plain_line(" ".join(line for line in lines if line))


def _article_row(row: Row) -> ArticleRow:
    return ArticleRow(name=row["name"], at=parse_time(row["at"]), sha256=row["sha256"], subject=row["subject"])
