"""One ticket as it is read: its articles with their text, and what became of each of our answers."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from heapq import merge
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from mdtickets.app.customers import Acquaintance, recall
from mdtickets.app.deliveries import Delivery, join_deliveries
from mdtickets.app.links import ReadLink, read_links
from mdtickets.app.listing import row_of
from mdtickets.app.session import Session
from mdtickets.app.zone import zone_of
from mdtickets.domain.event import Event, What
from mdtickets.domain.hand_notes import minutes_of, told_notes
from mdtickets.domain.history import Entry, find_entries
from mdtickets.domain.incoming import Attachment, Incoming
from mdtickets.domain.model import ArticleKind, Problem
from mdtickets.domain.overview import TicketRow
from mdtickets.domain.plain import plain_line, plain_text
from mdtickets.errors import NotFoundError, UnreadableError
from mdtickets.mail.attachments import find_html
from mdtickets.mail.parse import LIMIT, parse
from mdtickets.mail.quoting import Section, SectionKind, sections
from mdtickets.store import frontmatter
from mdtickets.store.durable import read_chunks
from mdtickets.store.frontmatter import FrontMatterError
from mdtickets.store.merged import taken_over
from mdtickets.store.outbox import Outbox
from mdtickets.store.tickets import TicketFiles, load_events, load_ticket, read_file

__all__ = ["Article", "Delivery", "Section", "SectionKind", "Thread"]

_TEXT_KINDS = frozenset({ArticleKind.NOTE, ArticleKind.CALL})


class Article(Struct, frozen=True, kw_only=True):
    """One entry of a thread. `mail` is None for notes, calls, and files that cannot be read (`missing` says why)."""

    number: str  # of the ticket that it was filed in
    position: int  # 1 … n, in that ticket
    path: str  # relative to the store
    kind: ArticleKind
    what: str  # how it was filed: the word of its event
    by: str
    received_at: datetime
    sha256: str = ""
    mail: Incoming | None = None
    body: str = ""
    new_text: str = ""
    sections: tuple[Section, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    delivery: Delivery | None = None
    states: tuple[tuple[str, str], ...] = ()  # (from, to): how the ticket's state changed with it
    minutes: int | None = None
    visible: bool = True  # for the customer
    automatic: bool = False
    unverified: bool = False
    missing: str = ""


class Thread(Struct, frozen=True, kw_only=True):
    """One ticket, ready to be shown."""

    row: TicketRow
    path: str  # relative to the store
    articles: tuple[Article, ...]
    taken_over: tuple[Article, ...] = ()  # those of the tickets that were merged into this one
    links: tuple[ReadLink, ...] = ()  # with those of the tickets that were merged into this one
    watchers: tuple[str, ...] = ()
    merged_into: str = ""
    known: Acquaintance | None = None  # what is known of the customer
    problems: tuple[Problem, ...] = ()
    own_addresses: frozenset[str] = frozenset()
    zone: tzinfo

    @property
    def in_order(self) -> tuple[Article, ...]:
        """All articles, those taken over among its own, by time."""
        return tuple(merge(self.articles, self.taken_over, key=lambda article: article.received_at))


def read_thread(session: Session, number: str, position: int | None = None) -> Thread:
    """The ticket of that number with all its articles, or one of them. Raises NotFoundError.

    What cannot be read stands in `problems` and in the article's `missing`.
    """
    files = load_ticket(session.layout, number, session.fronts)
    row = row_of(session, number)
    merged = [load_ticket(session.layout, old, session.fronts) for old in taken_over(session.catalog, number)]
    return Thread(
        row=row,
        path=session.layout.relative(session.layout.ticket(number)),
        articles=tuple(_read_articles(session, files, position)),
        taken_over=_taken_over(session, merged) if position is None else (),
        links=read_links(session, files.ticket, [old.ticket for old in merged if old.ticket]),
        watchers=files.ticket.watchers if files.ticket else (),
        merged_into=files.ticket.merged_into if files.ticket else "",
        known=recall(session, row.customer, row.company),
        problems=(*([files.problem] if files.problem else ()), *files.problems),
        own_addresses=session.settings.own_addresses,
        zone=zone_of(session),
    )


def read_raw(session: Session, number: str, position: int | None) -> bytes:
    """The bytes of one article, as received or as sent."""
    entries = tuple(find_entries(load_events(session.layout, number)))
    path = session.layout.ticket(number) / _choose(entries, number, position).name
    try:
        return read_file(path)
    except OSError as error:
        raise UnreadableError(f"{session.layout.relative(path)}: {error.strerror}.") from error


def read_html(session: Session, number: str, position: int | None) -> bytes:
    """The HTML part of one article as UTF-8. Raises NotFoundError when it has none."""
    html = find_html(read_raw(session, number, position))
    if html is None:
        raise NotFoundError(f"Article {position or 1} of {number} has no HTML part.")
    return html.encode("utf-8", "replace")


def _choose(entries: Sequence[Entry], number: str, position: int | None) -> Entry:
    if not entries:
        raise NotFoundError(f"{number} has no articles.")
    if position is None and len(entries) == 1:
        return entries[0]
    found = next((entry for entry in entries if entry.position == position), None)
    if found is None:
        wanted = f"{len(entries)} articles" if position is None else f"no article {position}"
        raise NotFoundError(f"{number} has {wanted}.", f"Name one: --article 1 … {len(entries)}.")
    return found


def _taken_over(session: Session, merged: Sequence[TicketFiles]) -> tuple[Article, ...]:
    """The articles of the tickets that were merged into this one, by time."""
    found = [article for files in merged for article in _read_articles(session, files, None)]
    return tuple(sorted(found, key=lambda article: article.received_at))


def _read_articles(session: Session, files: TicketFiles, position: int | None) -> Iterator[Article]:
    entries = tuple(find_entries(files.events))
    chosen = entries if position is None else (_choose(entries, files.number, position),)
    outbox = {
        entry.article: entry for entry in Outbox(session.layout, session.disk).entries() if entry.number == files.number
    }
    deliveries = dict(join_deliveries(files.events, outbox, session.settings.system_id))
    states = _state_changes(files.events)
    notes = told_notes(files.events)
    for entry in chosen:
        path = session.layout.ticket(files.number) / entry.name
        article = replace(
            _article_of(files.number, entry, session.layout.relative(path)),
            delivery=deliveries.get(entry.name),
            states=tuple(states.get(entry.name, ())),
        )
        if entry.name in notes:
            article = replace(article, minutes=minutes_of(files.events, entry.name) or None)
        yield _with_text(article, path)


def _article_of(number: str, entry: Entry, path: str) -> Article:
    return Article(
        number=number,
        position=entry.position,
        path=path,
        kind=entry.kind,
        what=entry.event.what,
        by=entry.event.by,
        received_at=entry.at,
        minutes=entry.event.minutes,
        automatic=entry.is_automatic or entry.kind is ArticleKind.ACK,
        unverified=entry.is_unverified,
        visible=entry.kind not in _TEXT_KINDS,
    )


def _state_changes(events: Iterable[Event]) -> dict[str, list[tuple[str, str]]]:
    """By article: the changes of state that stand behind it in the history, before the next article."""
    found: dict[str, list[tuple[str, str]]] = {}
    article = ""
    names: set[str] = set()
    for event in events:
        if event.article and event.article not in names:
            article = event.article
            names.add(article)
        if event.what == What.STATE and article:
            change = (str(event.details.get("from", "")), str(event.details.get("to", "")))
            found.setdefault(article, []).append(change)
    return found


def _with_text(article: Article, path: Path) -> Article:
    try:
        head, sha256, size = _read_head(path)
    except OSError as error:
        return replace(article, missing=error.strerror or "cannot be read")
    if path.suffix == ".eml":
        return _with_mail(article, parse(head, sha256=sha256, size=size))
    return _with_note(replace(article, sha256=sha256), head)


def _with_mail(article: Article, mail: Incoming) -> Article:
    return replace(
        article,
        sha256=mail.sha256,
        mail=mail,
        body=mail.body,
        new_text=mail.new_text,
        sections=sections(mail.body),
        attachments=mail.attachments,
    )


def _with_note(article: Article, data: bytes) -> Article:
    if not data.startswith((b"---", b"\xef\xbb\xbf---")):
        # put there by hand, without front matter
        text = plain_text(data.decode("utf-8-sig", "replace"))
        return replace(article, visible=False, body=text, new_text=text.strip(), sections=_all_new(text))
    try:
        document = frontmatter.parse(data)
    except FrontMatterError as error:
        text = plain_text(data.decode("utf-8", "replace"))
        return replace(
            article, body=text, new_text=text, sections=_all_new(text), missing=f"line {error.line}: {error.problem}"
        )
    text = plain_text(document.body)
    author, visible = document.meta.get("author"), document.meta.get("visible")
    return replace(
        article,
        by=plain_line(author) if isinstance(author, str) and author else article.by,
        visible=visible in {"true", "yes"},
        body=text,
        new_text=text.strip(),
        sections=_all_new(text),
    )


def _all_new(text: str) -> tuple[Section, ...]:
    return (Section(kind=SectionKind.NEW, text=text),)


def _read_head(path: Path) -> tuple[bytes, str, int]:
    """The first bytes of an article as far as they are parsed, the digest of all, and their number."""
    digest, head, size = hashlib.sha256(), bytearray(), 0
    for chunk in read_chunks(path):
        digest.update(chunk)
        size += len(chunk)
        head += chunk[: max(0, LIMIT - len(head))]
    return bytes(head), digest.hexdigest(), size
