"""Does a ticket's directory hold what its history says, and nothing else? Findings, never errors."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from mdtickets.domain.article_name import parse_article_name
from mdtickets.domain.history import find_entries
from mdtickets.domain.model import ArticleKind, Problem
from mdtickets.store.durable import TEMPORARY, read_chunks
from mdtickets.store.layout import HISTORY_FILE, TICKET_FILE, Layout
from mdtickets.store.ticket_lock import LOCK_FILE
from mdtickets.store.tickets import TicketFiles, load_ticket

_KNOWN = frozenset({TICKET_FILE, HISTORY_FILE, LOCK_FILE})


def check_ticket(layout: Layout, number: str) -> Iterator[Problem]:
    """Everything about one ticket that a person should know."""
    files = load_ticket(layout, number)
    if files.problem:
        yield files.problem
    yield from files.problems
    named = {entry.name for entry in find_entries(files.events)}
    for name in sorted(named):
        yield from _check_article(layout, number, name)
    yield from _check_rest(layout, files, named)


def find_temporaries(layout: Layout) -> list[Path]:
    """Unfinished files and directories of a crash. The caller holds the filing lock: nobody is writing them."""
    found: list[Path] = []
    for root in (layout.tickets, layout.customers, layout.outbox, layout.run):
        for directory, folders, names in os.walk(root):
            found += [Path(directory, name) for name in (*folders, *names) if name.startswith(TEMPORARY)]
            folders[:] = [name for name in folders if not name.startswith(TEMPORARY)]
    return sorted(found)


def _check_article(layout: Layout, number: str, name: str) -> Iterator[Problem]:
    path = layout.ticket(number) / name
    parsed = parse_article_name(name)
    try:
        digest = _digest(path)
    except FileNotFoundError:
        yield _problem(layout, path, "the history names it, but it is not there")
        return
    except OSError as error:
        yield _problem(layout, path, f"cannot be read: {error.strerror}")
        return
    # notes are the team's own text: they may be edited
    if parsed and parsed.suffix == "eml" and not digest.startswith(parsed.digest):
        yield _problem(layout, path, "its bytes are not those that were stored: the digest in the name differs")


def _check_rest(layout: Layout, files: TicketFiles, named: set[str]) -> Iterator[Problem]:
    directory = layout.ticket(files.number)
    for entry in sorted(os.scandir(directory), key=lambda entry: entry.name):
        if entry.name in named or entry.name in _KNOWN or entry.name.startswith("."):
            continue
        parsed = parse_article_name(entry.name)
        path = directory / entry.name
        if not entry.is_file(follow_symlinks=False):
            yield _problem(layout, path, "neither a file nor an article: left alone")
        elif parsed and parsed.kind is ArticleKind.CUSTOMER:
            yield _problem(layout, path, "no line of the history names it: unfinished, or put there by hand")


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    for chunk in read_chunks(path):
        digest.update(chunk)
    return digest.hexdigest()


def _problem(layout: Layout, path: Path, problem: str) -> Problem:
    return Problem(path=layout.relative(path), line=None, problem=problem)
