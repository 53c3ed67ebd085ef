"""From the files to the catalog: one ticket, one card, or everything anew."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from mdtickets.domain.due import Reckon, as_agreed
from mdtickets.domain.history import find_entries
from mdtickets.domain.model import ArticleKind, Problem
from mdtickets.errors import NotFoundError
from mdtickets.store.catalog import Catalog
from mdtickets.store.customers import customer_of, terms_of
from mdtickets.store.durable import read_chunks
from mdtickets.store.frontmatter import FrontMatterError
from mdtickets.store.frontmatter import parse as parse_front
from mdtickets.store.known_fronts import KnownFronts
from mdtickets.store.layout import TICKET_FILE, Layout
from mdtickets.store.rows import (
    ArticleFacts,
    facts_of_received,
    facts_of_sent,
    make_card_row,
    make_rows,
    message_id_of_sent,
    times_row,
)
from mdtickets.store.stamps import file_stamp, stamp_of
from mdtickets.store.tickets import TicketFiles, load_ticket, read_file

Progress = Callable[[int, int], None]

# So many tickets share one transaction while everything is read anew.
_BATCH = 500


def index_ticket(layout: Layout, catalog: Catalog, number: str, reckon: Reckon = as_agreed) -> None:
    """Read one ticket's directory into the catalog, or forget it when it is gone. `reckon` tells when it is due."""
    stamp = stamp_of(layout, number)
    try:
        files = load_ticket(layout, number)
    except NotFoundError:
        with catalog.transaction():
            catalog.remove_ticket(number)
        return
    catalog.replace_ticket(make_rows(files, read_facts(layout, files), stamp, reckon))
    if files.document:
        KnownFronts(catalog).note(layout.relative(layout.ticket(number) / TICKET_FILE), files.document)


def index_card(layout: Layout, catalog: Catalog, slug: str) -> None:
    """Read one card into the catalog, or forget it when it is gone."""
    path = layout.card(slug)
    stamp, where = file_stamp(path), layout.relative(path)
    if not stamp:
        catalog.replace_card(slug, None)
        return
    try:
        document = parse_front(read_file(path))
        KnownFronts(catalog).note(where, document)
        row = make_card_row(customer_of(document, slug), slug, stamp, terms=terms_of(document))
    except FrontMatterError as error:
        row = make_card_row(None, slug, stamp, Problem(path=where, line=error.line, problem=error.problem))
    except OSError as error:
        row = make_card_row(None, slug, stamp, Problem(path=where, line=None, problem=error.strerror or ""))
    catalog.replace_card(slug, row)


def reckon_anew(layout: Layout, catalog: Catalog, numbers: Iterable[str], reckon: Reckon) -> None:
    """Note anew when these tickets are due; the rest of their rows stays."""
    known = KnownFronts(catalog)
    for number in numbers:
        with suppress(NotFoundError):
            catalog.put_times(number, times_row(load_ticket(layout, number, known), reckon))


def rebuild(layout: Layout, catalog: Catalog, progress: Progress | None = None, reckon: Reckon = as_agreed) -> int:
    """Read the whole store into the catalog; returns the number of tickets. `progress` gets (done, of how many)."""
    numbers = list(all_numbers(layout))
    with catalog.transaction():
        catalog.clear()
        for slug in all_slugs(layout):
            index_card(layout, catalog, slug)
    for start in range(0, len(numbers), _BATCH):
        with catalog.transaction():
            for number in numbers[start : start + _BATCH]:
                index_ticket(layout, catalog, number, reckon)
        if progress:
            progress(min(start + _BATCH, len(numbers)), len(numbers))
    catalog.put("filled", "yes")
    return len(numbers)


def read_facts(layout: Layout, files: TicketFiles) -> dict[str, ArticleFacts]:
    """By name: what the catalog remembers of each of a ticket's articles."""
    directory = layout.ticket(files.number)
    entries = find_entries(files.events)
    return {entry.name: read_article_facts(directory / entry.name, is_first=entry.position == 1) for entry in entries}


def read_article_facts(path: Path, *, is_first: bool) -> ArticleFacts:
    """What the catalog remembers of an article; of one that is gone or a link, that it cannot be read."""
    from mdtickets.mail.parse import LIMIT, parse

    digest = hashlib.sha256()
    head = bytearray()
    size = 0
    try:
        for chunk in read_chunks(path):
            digest.update(chunk)
            size += len(chunk)
            head += chunk[: max(0, LIMIT - len(head))]
    except OSError:
        return ArticleFacts(sha256="")
    sha256 = digest.hexdigest()
    if path.suffix != ".eml":
        return ArticleFacts(sha256=sha256)
    incoming = parse(bytes(head), sha256=sha256, size=size)
    if path.stem.endswith(f"-{ArticleKind.CUSTOMER}"):
        return facts_of_received(incoming, is_first=is_first)
    return facts_of_sent(sha256, message_id_of_sent(incoming))


def all_numbers(layout: Layout) -> Iterator[str]:
    """Every ticket of the store, oldest day first. Links are not followed."""
    for year in _directories(layout.tickets):
        for month in _directories(year):
            for day in _directories(month):
                prefix = year.name + month.name + day.name
                yield from (path.name for path in _directories(day) if path.name.startswith(prefix))


def all_slugs(layout: Layout) -> Iterator[str]:
    """Every card of the store."""
    try:
        with os.scandir(layout.customers) as entries:
            names = sorted(entry.name for entry in entries if entry.is_file(follow_symlinks=False))
    except FileNotFoundError:
        return
    yield from (name.removesuffix(".md") for name in names if name.endswith(".md") and not name.startswith("."))


def _directories(parent: Path) -> list[Path]:
    try:
        with os.scandir(parent) as entries:
            names = sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
    except FileNotFoundError:
        return []
    return [parent / name for name in names if name.isdecimal()]
