"""Search: the tickets that a query means, the best first, each with the article that fits best and a few words of it."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from mdtickets.app.listing import with_lock
from mdtickets.app.querying import Asked
from mdtickets.app.session import Session
from mdtickets.app.text_leaves import Texts
from mdtickets.domain.excerpt import Excerpt, excerpt
from mdtickets.domain.nearest import check_word
from mdtickets.domain.overview import Selection, TicketRow
from mdtickets.domain.query import Text, Word, sought
from mdtickets.domain.terms import Analyser
from mdtickets.domain.timestamps import parse_time
from mdtickets.mail.attachment_text import Parsers
from mdtickets.store.conditions import EVERY_TICKET
from mdtickets.store.index import Hit, Index, stemmer
from mdtickets.store.index_documents import ArticleRow, read_articles
from mdtickets.store.listing import SORT_KEYS, rows_of, select_numbers
from mdtickets.store.search_articles import article_rows, place_of

BEST = "relevance"
_NEWEST = "updated_at"

# Names that `--sort` takes here.
SORTS = (BEST, *SORT_KEYS)


class Match(Struct, frozen=True, kw_only=True):
    """One ticket that was found. Without text in the query, and where only its number or customer fits, no article."""

    row: TicketRow
    score: float = 0.0
    article: int | None = None  # 1…n, as `show --article`
    path: str = ""  # of the article, relative to the store
    excerpt: Excerpt = Excerpt()


class Searched(Struct, frozen=True, kw_only=True):
    """What a search found: how many tickets, those of the page, and what else is to be said."""

    total: int
    matches: tuple[Match, ...]
    suggestion: str = ""  # a query that may have been meant, when nothing was found
    is_newest_first: bool = False  # the words are too common to rank by


def search(session: Session, asked: Asked, texts: Texts, selection: Selection, width: int = 160) -> Searched:
    """The tickets of one page, with some `width` characters of each best article.

    `selection.sort` is one of SORTS; "" = relevance where there is text, else the newest. Raises UsageError for another
    word.
    """
    check_word("--sort", selection.sort or BEST, SORTS)
    leaves = sought(asked.query) if texts.index else ()
    is_ranked = bool(leaves) and selection.sort in {"", BEST}
    if is_ranked:
        numbers, hits = _best_first(session, asked, texts, leaves, selection)
    else:
        numbers = select_numbers(session.catalog, _by_key(selection), asked.plan)
        hits = _hits(session, texts, leaves, numbers[selection.page]) if leaves else {}
    return Searched(
        total=len(numbers),
        matches=tuple(_matches(session, texts, numbers[selection.page], hits, leaves=leaves, width=width)),
        suggestion="" if numbers else _suggest(texts, leaves, asked),
        is_newest_first=bool(is_ranked and texts.index and texts.index.is_too_common(leaves)),
    )


def _by_key(selection: Selection) -> Selection:
    """In which order the catalog is asked: newest first where nothing else is said."""
    if selection.sort in {"", BEST}:
        return replace(selection, sort=_NEWEST, reverse=not selection.reverse)
    return selection


def _best_first(
    session: Session, asked: Asked, texts: Texts, leaves: Sequence[Text], selection: Selection
) -> tuple[list[str], dict[str, Hit]]:
    """All that fit, as far as the page needs them in order; what is found by number or customer alone comes last."""
    # in the order of their numbers: sorting takes longer than finding
    numbers = select_numbers(session.catalog, replace(selection, sort="number", reverse=False), asked.plan)
    end = 0 if selection.reverse or not selection.limit else selection.offset + selection.limit
    hits = _hits(session, texts, leaves, numbers, end or None)
    rest = frozenset(numbers) - hits.keys()
    if rest and not (end and len(hits) >= end):
        others = replace(selection, sort=_NEWEST, reverse=True)
        ordered = [*hits, *select_numbers(session.catalog, others, replace(EVERY_TICKET, within=rest))]
    else:
        ordered = [*hits, *rest]
    return (ordered[::-1] if selection.reverse else ordered), hits


def _hits(
    session: Session, texts: Texts, leaves: Sequence[Text], numbers: Sequence[str], limit: int | None = None
) -> dict[str, Hit]:
    """By number, the best first."""
    if texts.index is None or not numbers:
        return {}
    now = int(session.now().timestamp())
    return {hit.number: hit for hit in texts.index.rank(leaves, frozenset(numbers), now, limit)}


def _matches(
    session: Session,
    texts: Texts,
    numbers: Sequence[str],
    hits: dict[str, Hit],
    *,
    leaves: Sequence[Text],
    width: int,
) -> Iterator[Match]:
    terms = texts.index.forms(leaves) if texts.index and leaves else set()
    analyser = Analyser(stemmer())
    for row in rows_of(session.catalog, numbers):
        hit = hits.get(row.number)
        if hit is None:
            yield Match(row=with_lock(session, row))
            continue
        yield Match(
            row=with_lock(session, row),
            score=hit.score,
            article=place_of(session.catalog, row.number, hit.article),
            path=session.layout.relative(session.layout.ticket(row.number) / hit.article),
            excerpt=_excerpt(session, hit, terms, analyser, width),
        )


def _excerpt(session: Session, hit: Hit, terms: set[str], analyser: Analyser, width: int) -> Excerpt:
    """Words around what was found: in the text, else wherever it stands; the text's beginning when only in the subject.

    Attachments are read only where nothing else has the words: their parsers take their time.
    """
    rows = [
        ArticleRow(name=row["name"], at=parse_time(row["at"]), sha256=row["sha256"], subject=row["subject"])
        for row in article_rows(session.catalog, hit.number, [hit.article])
    ]
    beginning = Excerpt()
    for article in read_articles(session.layout, hit.number, rows):
        parts = (article.new, *article.file_names, article.sender, article.recipients, article.quoted)
        if found := _marked(parts, article.language, terms, analyser, width):
            return found
        beginning = excerpt(article.new, "", (), analyser, width)
        if not article.file_names or _marked((article.subject,), article.language, terms, analyser, width):
            return beginning
    with Parsers() as parser:
        for article in read_articles(session.layout, hit.number, rows, parser):
            if found := _marked(article.attached, article.language, terms, analyser, width):
                return found
    return beginning


def _marked(parts: Iterable[str], language: str, terms: set[str], analyser: Analyser, width: int) -> Excerpt | None:
    """Words of the first of these texts that has what was found."""
    found = (excerpt(part, language, terms, analyser, width) for part in parts if part)
    return next((each for each in found if each.marks), None)


def _suggest(texts: Texts, leaves: Sequence[Text], asked: Asked) -> str:
    """The text of the query with words that exist in place of those that do not; "" when there are none."""
    if texts.index is None:
        return ""
    return respell(texts.index, leaves, asked.text)


def respell(index: Index, leaves: Iterable[Text], text: str) -> str:
    """The text of a query with words that exist in place of those that do not; "" when there are none."""
    words = [leaf for leaf in leaves if isinstance(leaf, Word)]
    meant = text
    for word in words:
        nearest = index.suggest(word.text)
        meant = meant.replace(word.text, nearest) if nearest else meant
    return "" if meant == text else meant


def article_files(session: Session, asked: Asked, texts: Texts, selection: Selection) -> Iterator[str]:
    """The paths of the articles that fit best, one for each ticket; of a query without text, of all articles."""
    found = search(session, asked, texts, selection)
    for match in found.matches:
        if match.path:
            yield str(session.layout.root / match.path)
        else:
            directory = session.layout.ticket(match.row.number)
            rows = article_rows(session.catalog, match.row.number)
            yield from (str(directory / row["name"]) for row in rows)
