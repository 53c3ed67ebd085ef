"""The health of a store: what waits, what failed, who watches, what git does not have yet."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from mdtickets.app.daemon_state import DaemonState, daemon_is_running, read_state
from mdtickets.app.mailboxes import boxes
from mdtickets.app.session import Session
from mdtickets.app.staleness import seen_edits
from mdtickets.app.wrong_terms import find_wrong_terms
from mdtickets.domain.delivery import DeliveryState
from mdtickets.domain.model import Problem
from mdtickets.domain.settings import Transport
from mdtickets.store.git_files import obstacle_in
from mdtickets.store.git_process import Git, GitError
from mdtickets.store.index_state import IndexState, state_of
from mdtickets.store.journal_files import JournalFiles
from mdtickets.store.listing import count_tickets, open_by_queue
from mdtickets.store.maildir import waiting_count
from mdtickets.store.noticing import find_changes, last_commit_at, size_bytes
from mdtickets.store.outbox import Outbox, OutboxEntry
from mdtickets.store.problems import find_problems

_TROUBLE = (DeliveryState.UNKNOWN, DeliveryState.FAILED)


class WaitingIn(Struct, frozen=True, kw_only=True):
    """How many mails lie in one Maildir; None when there is no such Maildir."""

    maildir: str  # as the settings name it
    count: int | None


class GitHealth(Struct, frozen=True, kw_only=True):
    """What git has, and what it has not yet."""

    last_commit_at: datetime | None = None
    size: int = 0  # bytes of the history
    changed: tuple[str, ...] = ()  # paths of people, changed and not committed
    postponed: int = 0  # commits of ours that are still to be made
    obstacle: str = ""  # why no commit can be made now, or why git says nothing


class Health(Struct, frozen=True, kw_only=True):
    """All that `status` tells."""

    tickets: int
    open_tickets: int
    waiting: tuple[WaitingIn, ...]
    outbox: dict[DeliveryState, int]
    troubled: tuple[OutboxEntry, ...]  # mail that a person must decide on
    transport: Transport
    daemon_runs: bool
    daemon: DaemonState | None  # the one that runs, or the last one that did
    git: GitHealth
    index: IndexState  # of the full text
    problems: tuple[Problem, ...]
    machine: str  # system_id, "" = this clone files nothing


def check_health(session: Session) -> Health:
    """A look at everything, without changing anything."""
    outbox = Outbox(session.layout, session.disk)
    listing = outbox.listing()
    return Health(
        tickets=count_tickets(session.catalog),
        open_tickets=sum(open_by_queue(session.catalog).values()),
        waiting=tuple(_waiting(session)),
        outbox=outbox.counts(),
        troubled=tuple(entry for entry in listing.entries if entry.state in _TROUBLE),
        transport=session.settings.sending.transport,
        daemon_runs=daemon_is_running(session.layout),
        daemon=read_state(session.layout),
        git=_git(session),
        index=state_of(session.layout, session.catalog),
        problems=(*find_problems(session.catalog), *find_wrong_terms(session), *listing.problems),
        machine=session.settings.system_id,
    )


def _waiting(session: Session) -> Iterator[WaitingIn]:
    for box in boxes(session):
        is_there = (box.folder / "new").is_dir()
        if is_there or not box.is_spool:
            yield WaitingIn(maildir=box.label, count=waiting_count(box.folder) if is_there else None)


def _changed(session: Session, git: Git, journal: JournalFiles) -> tuple[str, ...]:
    """What the last look found and git still calls changed: to ask it for all files takes half a second at 10,000 tickets."""
    ours = journal.paths()
    seen = [path for path in seen_edits(session) if path not in ours]
    return tuple(change.path for change in find_changes(git, *seen)) if seen else ()


def _git(session: Session) -> GitHealth:
    git = Git(session.layout.root)
    journal = JournalFiles(session.layout, session.disk)
    try:
        return GitHealth(
            last_commit_at=last_commit_at(git),
            size=size_bytes(git),
            changed=_changed(session, git, journal),
            postponed=journal.waiting(),
            obstacle=obstacle_in(session.layout.root) or "",
        )
    except GitError as error:
        return GitHealth(postponed=journal.waiting(), obstacle=str(error))
