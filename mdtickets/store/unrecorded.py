"""Commits that no journal remembers: new articles in the work tree that a ticket's history names.

The history tells author, time and message; `ticket.md` goes along when it is still what the history says of it, and so
do new cards of the ticket's customer and company. Anything else that git shows as changed is left to the user.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from mdtickets.domain.commit_message import commit_author, commit_message
from mdtickets.domain.event import Event
from mdtickets.domain.model import Ticket
from mdtickets.domain.settings import Agent
from mdtickets.errors import NotFoundError
from mdtickets.store.commit import Commit
from mdtickets.store.git import Repository
from mdtickets.store.layout import HISTORY_FILE, TICKET_FILE, Layout
from mdtickets.store.outstanding import is_complete_article
from mdtickets.store.tickets import load_ticket, read_file

# tickets / year / month / day / number / file
_DEPTH = 6


def find_unrecorded(repository: Repository, layout: Layout, agents: Mapping[str, Agent]) -> list[Commit]:
    """One commit for each ticket that has new articles, in the order of the events that filed them."""
    new = [path for path in _new_files(repository) if is_complete_article(layout, path) or _is_card(path)]
    cards = {path for path in new if _is_card(path)}
    found: list[Commit] = []
    for number, names in _by_ticket(new).items():
        commit = _commit_of(layout, number, names, cards, agents)
        if commit:
            cards.difference_update(commit.files)
            found.append(commit)
    return sorted(found, key=lambda commit: commit.at)


def _new_files(repository: Repository) -> Iterator[str]:
    """What the last commit does not have: untracked, or already in the index when a crash came."""
    for change in repository.changes("tickets", "customers"):
        if change.is_untracked or change.index == "A":
            yield change.path


def _by_ticket(paths: Iterable[str]) -> dict[str, list[str]]:
    tickets: dict[str, list[str]] = {}
    for path in paths:
        parts = PurePosixPath(path).parts
        if len(parts) == _DEPTH:
            tickets.setdefault(parts[4], []).append(parts[5])
    return tickets


def _commit_of(
    layout: Layout, number: str, names: Sequence[str], cards: Iterable[str], agents: Mapping[str, Agent]
) -> Commit | None:
    try:
        files = load_ticket(layout, number)
    except NotFoundError:
        return None
    events = list(_since_first(files.events, frozenset(names)))
    if not events:
        return None
    named = {event.article for event in events}
    directory = layout.relative(layout.ticket(number))
    contents: dict[str, bytes | None] = {f"{directory}/{name}": None for name in names if name in named}
    contents[f"{directory}/{HISTORY_FILE}"] = read_file(layout.ticket(number) / HISTORY_FILE)
    if files.ticket_bytes is not None and not files.is_edited:
        contents[f"{directory}/{TICKET_FILE}"] = files.ticket_bytes
    contents |= _cards_of(layout, files.ticket, cards)
    author_name, author_email = commit_author(events[0].by, agents)
    return Commit(
        author_name=author_name,
        author_email=author_email,
        at=events[-1].at,
        message=commit_message(number, events, title=files.ticket.title if files.ticket else ""),
        files=contents,
    )


def _since_first(events: Sequence[Event], names: frozenset[str]) -> Iterator[Event]:
    """The events from the first that names one of the new articles."""
    reached = False
    for event in events:
        reached = reached or event.article in names
        if reached:
            yield event


def _cards_of(layout: Layout, ticket: Ticket | None, cards: Iterable[str]) -> dict[str, bytes | None]:
    if ticket is None:
        return {}
    wanted = {layout.relative(layout.card(slug)) for slug in (ticket.customer, ticket.company) if slug}
    return {path: read_file(layout.root / path) for path in sorted(wanted.intersection(cards))}


def _is_card(path: str) -> bool:
    directory, name = os.path.split(path)
    return directory == "customers" and name.endswith(".md")
