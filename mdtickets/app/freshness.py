"""Keeping the catalog true: after a pull, a hand edit, a switched branch, a deleted catalog. Nobody has to say so."""

import json
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from mdtickets.app.known_settings import read_texts, recall_settings
from mdtickets.app.reckoning import RECKONED_BY, reckoned_by
from mdtickets.app.repository import repository_of
from mdtickets.app.session import Session
from mdtickets.app.staleness import SCANNED_AT, SEEN_COMMIT, SEEN_EDITS, is_scan_due, seen_edits, stale_tickets
from mdtickets.domain.event import format_time
from mdtickets.store.git import GitError
from mdtickets.store.indexing import index_card, index_ticket, rebuild, reckon_anew
from mdtickets.store.listing import open_numbers
from mdtickets.store.lookup import ticket_exists

_TICKET_DEPTH = 5  # tickets/YYYY/MM/DD/NUMBER

Progress = Callable[[int, int], None]


def refresh(session: Session, progress: Progress | None = None) -> None:
    """Bring the catalog up to date with the files as far as git tells. The caller holds the filing lock."""
    if session.catalog.is_empty:
        reindex(session, progress)
        return
    _follow_head(session)
    _follow_settings(session)
    if is_scan_due(session):
        scan(session)


def refresh_for_reading(session: Session, progress: Progress | None = None) -> None:
    """The same for a command that only reads: while somebody files, it reads what there is."""
    if session.catalog.is_empty:
        with session.filing():
            refresh(session, progress)
        return
    try:
        with session.catalog.impatient():
            refresh(session)
    except sqlite3.OperationalError:
        # a filer is writing, and it keeps the catalog true itself
        return


def reindex(session: Session, progress: Progress | None = None) -> int:
    """Make the catalog anew from the files; the number of tickets. The caller holds the filing lock."""
    head = _head(session)
    count = rebuild(session.layout, session.catalog, progress, session.reckon)
    session.catalog.put(RECKONED_BY, reckoned_by(session.settings))
    session.catalog.put(SEEN_COMMIT, head)
    scan(session)
    return count


def scan(session: Session) -> None:
    """Look for edits that are not committed, and for those that were taken back since."""
    try:
        dirty = repository_of(session).dirty_paths()
    except GitError:
        return  # `status` says what is wrong with git
    before = seen_edits(session)
    numbers, slugs = _named({*dirty, *before})
    with session.catalog.transaction():
        new = {number for number in numbers if not ticket_exists(session.catalog, number)}
        for number in sorted({*stale_tickets(session, numbers), *new}):
            index_ticket(session.layout, session.catalog, number, session.reckon)
        for slug in sorted(slugs):
            index_card(session.layout, session.catalog, slug)
        session.catalog.put(SEEN_EDITS, json.dumps(sorted(dirty)))
        session.catalog.put(SCANNED_AT, format_time(session.now()))


def dirty_tickets(session: Session, suffix: str) -> list[str]:
    """The tickets in which the last scan found files with that ending that are not committed."""
    numbers, _slugs = _named(path for path in seen_edits(session) if path.endswith(suffix))
    return sorted(number for number in numbers if ticket_exists(session.catalog, number))


def index_paths(session: Session, paths: Iterable[str]) -> None:
    """Read anew the tickets and cards that these files of the store belong to."""
    numbers, slugs = _named(paths)
    if numbers or slugs:
        with session.catalog.transaction():
            for number in sorted(numbers):
                index_ticket(session.layout, session.catalog, number, session.reckon)
            for slug in sorted(slugs):
                index_card(session.layout, session.catalog, slug)


def index_tickets(session: Session, numbers: Iterable[str]) -> None:
    """Read these tickets anew."""
    with session.catalog.transaction():
        for number in numbers:
            index_ticket(session.layout, session.catalog, number, session.reckon)


def _follow_settings(session: Session) -> None:
    """Other targets or calendars: other times."""
    now = reckoned_by(session.settings)
    if session.catalog.get(RECKONED_BY) != now and not _has_old_settings(session):
        with session.catalog.transaction():
            reckon_anew(session.layout, session.catalog, open_numbers(session.catalog), session.reckon)
            session.catalog.put(RECKONED_BY, now)


def _has_old_settings(session: Session) -> bool:
    """Whether somebody else has read newer ones: a daemon keeps those that it began with."""
    texts = read_texts(session.layout)
    newer = recall_settings(session.layout, texts) if texts else None
    return newer is not None and reckoned_by(newer) != reckoned_by(session.settings)


def _follow_head(session: Session) -> None:
    head, seen = _head(session), session.catalog.get(SEEN_COMMIT) or ""
    if head == seen:
        return
    paths = repository_of(session).changed_paths(seen, head) if seen and head else None
    if paths is None:
        reindex(session)
        return
    index_paths(session, paths)
    session.catalog.put(SEEN_COMMIT, head)


def _head(session: Session) -> str:
    try:
        return repository_of(session).head_commit() or ""
    except GitError:
        return ""


def _named(paths: Iterable[str]) -> tuple[set[str], set[str]]:
    """The tickets and the cards that paths lie in."""
    numbers: set[str] = set()
    slugs: set[str] = set()
    for path in paths:
        parts = PurePosixPath(path).parts
        if len(parts) >= _TICKET_DEPTH and parts[0] == "tickets":
            numbers.add(parts[_TICKET_DEPTH - 1])
        elif len(parts) == len(("customers", "slug.md")) and parts[0] == "customers" and path.endswith(".md"):
            slugs.add(parts[1].removesuffix(".md"))
    return {number for number in numbers if number.isdecimal()}, slugs
