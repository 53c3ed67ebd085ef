"""Telling the team: announcements become mails to agents, or runs of their own programs; then hooks run.

An announcement is written in the same step as its events, and goes in the same step in which its mails are queued: so at
most one mail leaves for each event and agent, whatever crashes. Programs run after that step, so at most once.
"""

import logging
import os
import shlex
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct, field

from mdtickets.app.committing import put_in_place, recover
from mdtickets.app.hooks import run_hooks
from mdtickets.app.notices import Told, notice_json, notice_mail
from mdtickets.app.programs import TIME_LIMIT, Runner
from mdtickets.app.session import Session
from mdtickets.app.staging import Staging
from mdtickets.domain.model import Ticket
from mdtickets.domain.notification import notices
from mdtickets.errors import NotFoundError
from mdtickets.store.announcements import Announced, find_announcements, read_announcement
from mdtickets.store.tickets import load_ticket

log = logging.getLogger("mdtickets")

_MOST = 200  # announcements in one step


class Announcement(Struct, kw_only=True):
    """What is announced no more: its mails are queued, its programs are still to run."""

    events: list[Announced] = field(default_factory=list)
    by_command: list[Told] = field(default_factory=list)


@contextmanager
def telling(session: Session) -> Iterator[None]:
    """Queue the mails to agents before the block, which sends; run programs and hooks after it, however it ends."""
    announcement = queue_notifications(session)
    try:
        yield
    finally:
        run_commands(session, announcement.by_command)
        run_hooks(session, announcement.events)


def queue_notifications(session: Session) -> Announcement:
    """Queue a mail for each agent who wants to hear of what happened by mail; what else is to be done of it."""
    announcement = Announcement()
    while find_announcements(session.layout):
        with session.filing():
            recover(session)
            _queue_mails(session, find_announcements(session.layout)[:_MOST], announcement)
    return announcement


def run_commands(session: Session, told: Iterable[Told], *, limit: float = TIME_LIMIT) -> None:
    """Run the agents' own programs, one after the other, and log how each ended, as with hooks."""
    runner = Runner(session, limit)
    for each in told:
        name = f"{each.notice.occasion} {each.ticket.number} for {each.notice.agent.key}"
        runner.run(_words(each.notice.command), notice_json(session, each), name)


def _words(command: str) -> list[str]:
    """The program and its arguments; nothing of it is read by a shell, but for a ~ in front."""
    try:
        program, *arguments = shlex.split(command)
    except ValueError:
        return [command]
    return [os.path.expanduser(program), *arguments]  # noqa: PTH111  # a Path would make ./tell of tell


def _queue_mails(session: Session, paths: list[Path], announcement: Announcement) -> None:
    def stage(staging: Staging) -> None:
        events = [event for path in paths for event in _read(path)]
        told = list(_told(session, events))
        for path in paths:
            staging.stage_removal(path)
        staging.stage_entries(notice_mail(session, each) for each in told if not each.notice.command)
        announcement.events += events
        announcement.by_command += [each for each in told if each.notice.command]

    put_in_place(session, stage)


def _read(path: Path) -> list[Announced]:
    try:
        return read_announcement(path)
    except OSError as error:
        log.warning("an announcement cannot be read: %s", error.strerror)
        return []


def _told(session: Session, events: Iterable[Announced]) -> Iterator[Told]:
    tickets: dict[str, Ticket | None] = {}
    for number, event in events:
        if number not in tickets:
            tickets[number] = _ticket(session, number)
        ticket = tickets[number]
        if ticket:
            for notice in notices(event, ticket, session.settings):
                yield Told(ticket=ticket, event=event, notice=notice)


def _ticket(session: Session, number: str) -> Ticket | None:
    try:
        return load_ticket(session.layout, number, session.fronts).ticket
    except NotFoundError:
        return None
