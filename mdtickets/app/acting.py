"""Carrying out what an agent's command decides, on one ticket or many: all of it or nothing, in one commit.

The same durable path as filing. Decided under the filing lock on files just read, so two agents who press the same key
in the same moment get one answer and one refusal.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from mdtickets.app.committing import make_commits, put_in_place, recover
from mdtickets.app.session import Session
from mdtickets.app.staging import Action, NewArticle, Staging
from mdtickets.domain.agent import Change, LockChange, Situation
from mdtickets.domain.model import Ticket
from mdtickets.domain.settings import Agent
from mdtickets.domain.states import TicketLock
from mdtickets.domain.working_time import after_working_minutes
from mdtickets.errors import RefusedError
from mdtickets.store.journal_files import Batch
from mdtickets.store.mounts import network_kind
from mdtickets.store.outbox import OutboxEntry
from mdtickets.store.ticket_lock import find_lock, format_lock, read_lock

Decide = Callable[[Situation], Change]
DecideTogether = Callable[[Sequence[Situation]], Sequence[Change]]


class Extra(Struct, frozen=True, kw_only=True):
    """What else a command stores in the ticket: articles (with events that name them in the change), mail to send."""

    articles: tuple[NewArticle, ...] = ()
    outbox: tuple[OutboxEntry, ...] = ()
    ticket_bytes: bytes | None = None  # `ticket.md` as it shall be, byte for byte
    removed: tuple[str, ...] = ()  # articles that go; git keeps them


class Done(Struct, frozen=True, kw_only=True):
    """One ticket before and after a command."""

    number: str
    before: Ticket
    change: Change
    lock: TicketLock | None = None  # who held it before

    @property
    def is_nothing(self) -> bool:
        """Whether everything was so already."""
        return not self.change.events and not self.is_taken and not self.is_given_free

    @property
    def is_taken(self) -> bool:
        """Whether the agent holds it from now on, or anew."""
        return self.change.lock is LockChange.TAKE

    @property
    def is_given_free(self) -> bool:
        """Whether somebody held it, and nobody does from now on."""
        return self.lock is not None and self.change.lock is LockChange.RELEASE


class Acted(Struct):
    """What a command did. It is durable; the commit is made by `finish`, after the result stands on the terminal."""

    done: tuple[Done, ...]
    session: Session
    is_foreseen: bool = False  # --dry-run: nothing of it has happened
    batch: Batch | None = None
    opened: tuple[str, ...] = ()  # the numbers of new tickets

    def finish(self) -> str:
        """Make the commit; why it is still to come, "" when it is made."""
        batch, self.batch = self.batch, None
        return make_commits(self.session, batch)


def act(
    session: Session,
    agent: Agent,
    numbers: Sequence[str],
    decide: Decide,
    *,
    dry_run: bool = False,
    extra: Callable[[Situation, Change, Staging], Extra] | None = None,
) -> Acted:
    """Decide on each ticket and carry all of it out. Raises RefusedError, with nothing changed, when one is refused."""

    def decide_each(situations: Sequence[Situation]) -> Sequence[Change]:
        return [decide(situation) for situation in situations]

    return act_together(session, agent, numbers, decide_each, dry_run=dry_run, extra=extra)


def act_together(
    session: Session,
    agent: Agent,
    numbers: Iterable[str],
    decide: DecideTogether,
    *,
    dry_run: bool = False,
    extra: Callable[[Situation, Change, Staging], Extra] | None = None,
    also: Callable[[Staging], None] | None = None,
) -> Acted:
    """The same for what is decided on several tickets at once: a change for each, in their order.

    `numbers` are asked for under the filing lock; `also` stages what else belongs to it, once all tickets are staged.
    """
    with session.filing():
        recover(session)
        acted = Acted(done=(), session=session, is_foreseen=dry_run)

        def stage(staging: Staging) -> None:
            situations = [_situation(session, agent, staging, number) for number in dict.fromkeys(numbers)]
            changes = decide(situations)
            acted.done = tuple(
                Done(number=situation.number, before=situation.ticket, change=change, lock=situation.lock)
                for situation, change in zip(situations, changes, strict=True)
            )
            if any(done.is_taken for done in acted.done):
                check_locks_hold(network_kind(session.layout.root))
            if dry_run:
                raise _ForeseenError
            for situation, change in zip(situations, changes, strict=True):
                _stage(session, staging, situation, change, extra)
            staging.join_commits()
            if also:
                also(staging)

        with suppress(_ForeseenError):
            acted.batch = put_in_place(session, stage)
    return acted


def check_locks_hold(kind: str) -> None:
    """Refuse to lock tickets on that kind of network file system ("" is none)."""
    if kind:
        raise RefusedError(
            f"The store lies on a network file system ({kind}), where a lock on one machine is none on another.",
            "Clone it to a local disk of each machine: git clone STORE; each clone keeps its own system_id.",
        )


class _ForeseenError(Exception):
    """Enough was seen: nothing shall happen."""


def _situation(session: Session, agent: Agent, staging: Staging, number: str) -> Situation:
    files = staging.load(number)
    if files.ticket is None:
        problem = files.problem
        where = f"{problem.path}:{problem.line}: {problem.problem}" if problem else "ticket.md cannot be read"
        raise RefusedError(f"{where}.", f"Mend it first: mdtickets edit {number}")
    return Situation(
        ticket=files.ticket,
        agent=agent,
        now=session.now(),
        settings=session.settings,
        lock=read_lock(session.layout, number, session.now()),
        events=files.events,
        own=files.own,
    )


def _stage(
    session: Session,
    staging: Staging,
    situation: Situation,
    change: Change,
    extra: Callable[[Situation, Change, Staging], Extra] | None,
) -> None:
    more = extra(situation, change, staging) if extra else Extra()
    if change.events:
        changed = change.ticket if change.own or change.ticket != situation.ticket else None
        staging.stage(
            Action(
                number=situation.number,
                events=change.events,
                ticket=changed,
                own=change.own,
                articles=more.articles,
                outbox=more.outbox,
                ticket_bytes=more.ticket_bytes,
                removed=more.removed,
                author=(situation.agent.name, situation.agent.email or f"{situation.agent.key}@localhost"),
            )
        )
    if change.lock is LockChange.RELEASE and find_lock(session.layout, situation.number):
        staging.stage_unlock(situation.number)
    lock = _lock_after(session, situation, change)
    if lock:
        staging.stage_lock(situation.number, format_lock(lock))


def _lock_after(session: Session, situation: Situation, change: Change) -> TicketLock | None:
    """The lock to write: a new one, or the agent's own with its time begun anew by his work (OTRS unlock timer)."""
    own = situation.lock if situation.lock and situation.lock.agent == situation.agent.key else None
    if change.lock is LockChange.TAKE:
        since = own.since if own else situation.now
        reason = change.lock_reason or (own.reason if own else "")
        return TicketLock(
            agent=situation.agent.key,
            host=os.uname().nodename,
            since=since,
            until=_until(session, situation),
            reason=reason,
        )
    if change.lock is LockChange.KEEP and own and change.events:
        return replace(own, until=_until(session, situation))
    return None


def _until(session: Session, situation: Situation) -> datetime | None:
    queue = situation.ticket.queue
    minutes = session.settings.queue(queue).unlock_after
    return after_working_minutes(situation.now, minutes, session.calendars.for_locks(queue)) if minutes else None
