"""`status` for people and for programs."""

from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from typing import Any

from mdtickets.app.health import Health
from mdtickets.domain.delivery import DeliveryState
from mdtickets.domain.event import format_time
from mdtickets.domain.plain import plain_line
from mdtickets.domain.settings import Transport
from mdtickets.render import times
from mdtickets.render.json import time_as_json
from mdtickets.render.listing import EMBEDDED
from mdtickets.render.terminal import Screen, Style
from mdtickets.render.width import tame, wrap

_LEFT = 11  # columns of the headings
_MOST_NAMED = 20
_COUNTED = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.FAILED, DeliveryState.UNKNOWN)

# A line of the screen: heading ("" = belongs to the one above), text, colour.
_Line = tuple[str, str, Style]

_TRACKED = "tracked"
_HOW = "a search, the daemon or reindex sees to it"


def format_health(health: Health, now: datetime, zone: Callable[[], tzinfo], screen: Screen) -> str:
    """The screen of `status`. What a person should do something about begins with "!"."""
    lines = [
        *_store(health, now),
        *_daemon(health, now, zone),
        *_mail(health),
        *_outbox(health),
        *_git(health),
        *_index(health),
        *_problems(health),
    ]
    return "".join(line + "\n" for each in lines for line in _format(each, screen))


def health_as_json(health: Health) -> dict[str, Any]:
    """The object of `status --json`; `waiting` counts the mails of all Maildirs, `uncommitted` the changed files."""
    daemon = health.daemon
    return {
        "waiting": sum(each.count or 0 for each in health.waiting),
        "outbox": {state.value: health.outbox.get(state, 0) for state in _ALL_STATES},
        "uncommitted": len(health.git.changed) + health.git.postponed,
        "daemon": {
            "running": health.daemon_runs,
            "pid": daemon.pid if daemon and health.daemon_runs else None,
            "host": daemon.host if daemon and health.daemon_runs else None,
            "since": format_time(daemon.since) if daemon and health.daemon_runs else None,
            "last_sweep_at": time_as_json(daemon.last_sweep_at) if daemon else None,
        },
        "index": {"state": health.index.state, "behind": health.index.behind},
        "problems": [
            {"path": problem.path, "line": problem.line, "problem": problem.problem} for problem in health.problems
        ],
    }


def _store(health: Health, now: datetime) -> Iterator[_Line]:
    last = f"last commit {times.ago(health.git.last_commit_at, now)}" if health.git.last_commit_at else "no commit yet"
    size = f"git {times.size(health.git.size)}" if health.git.size else ""
    tickets = f"tickets {health.tickets:,} ({health.open_tickets:,} open)"
    yield "store", "   ".join(part for part in (tickets, size, last) if part), Style.NONE
    if not health.machine:
        yield "", "! no system_id: this clone files nothing (config set --local system_id 11)", Style.NOTICE


def _daemon(health: Health, now: datetime, zone: Callable[[], tzinfo]) -> Iterator[_Line]:
    daemon = health.daemon
    if not health.daemon_runs:
        ended = f"; last sweep {times.ago(daemon.last_sweep_at, now)}" if daemon and daemon.last_sweep_at else ""
        yield "daemon", f"not running{ended}", Style.NOTICE
        return
    if daemon is None:
        yield "daemon", "running", Style.NONE
        return
    swept = f"last sweep {times.ago(daemon.last_sweep_at, now)}" if daemon.last_sweep_at else "no sweep yet"
    since = times.moment(daemon.since, now, zone())
    yield "daemon", f"running since {since}, pid {daemon.pid} on {_clean(daemon.host)}; {swept}", Style.NONE
    if daemon.last_error:
        yield "", f"! {_clean(daemon.last_error)}", Style.ALARM


def _mail(health: Health) -> Iterator[_Line]:
    heading = "mail"
    for each in health.waiting:
        if each.count is None:
            yield heading, f"! {_clean(each.maildir)} is no Maildir (new/ is missing)", Style.ALARM
        else:
            yield heading, f"{each.count:,} waiting in {_clean(each.maildir)}", Style.NONE
        heading = ""
    if not health.waiting:
        yield heading, "no mailbox is configured (config set mailbox.maildir ../mail)", Style.NOTICE


def _outbox(health: Health) -> Iterator[_Line]:
    counts = [f"{health.outbox.get(state, 0):,} {state.value}" for state in _COUNTED if health.outbox.get(state, 0)]
    yield "outbox", "   ".join(counts or ["0 queued"]), Style.NONE
    for entry in health.troubled[:_MOST_NAMED]:
        what = f"! {entry.state.value}: {entry.number} {_clean(entry.article)}"
        yield "", f"{what} ({_clean(entry.detail) or 'no reason is known'}; send --retry decides)", Style.ALARM
    if health.transport is Transport.MAILDIR:
        yield "", f"! {EMBEDDED} (config set sending.transport smtp)", Style.NOTICE


def _git(health: Health) -> Iterator[_Line]:
    git = health.git
    if git.obstacle:
        yield "git", f"! {_clean(git.obstacle)}", Style.ALARM
    yours = _files(git.changed)
    ours = f"{git.postponed:,} commit{'' if git.postponed == 1 else 's'} of ours to be made up" if git.postponed else ""
    told = "; ".join(part for part in (yours, ours or "nothing of ours") if part)
    style = Style.NOTICE if git.postponed else Style.NONE
    yield "" if git.obstacle else "git", told if yours or ours else "everything is committed", style


def _files(paths: tuple[str, ...]) -> str:
    if not paths:
        return ""
    more = " …" if len(paths) > 1 else ""
    return f"{len(paths):,} file{'' if len(paths) == 1 else 's'} of yours not committed ({_clean(paths[0])}{more})"


def _index(health: Health) -> Iterator[_Line]:
    index = health.index
    tickets = f"{index.behind:,} ticket{'' if index.behind == 1 else 's'}"
    if index.state == _TRACKED:
        yield (
            "index",
            "! git tracks files of .mdtickets/: the full text is not opened (git rm -r --cached)",
            Style.ALARM,
        )
    elif not index.answers:
        yield "index", f"{index.state}; {_HOW}", Style.NOTICE
    elif index.behind:
        yield "index", f"{tickets} behind; {_HOW}", Style.NOTICE
    else:
        yield "index", "up to date", Style.NONE


def _problems(health: Health) -> Iterator[_Line]:
    heading = "problems"
    for problem in health.problems[:_MOST_NAMED]:
        line = f":{problem.line}" if problem.line else ""
        where = f"{_clean(problem.path)}{line}: " if problem.path else ""
        yield heading, f"! {where}{_clean(problem.problem)}", Style.ALARM
        heading = ""
    if len(health.problems) > _MOST_NAMED:
        yield heading, f"! and {len(health.problems) - _MOST_NAMED:,} more (fsck names them all)", Style.ALARM


def _format(line: _Line, screen: Screen) -> Iterator[str]:
    heading, text, style = line
    pieces = wrap(text, screen.width - _LEFT) if screen.is_terminal else [text]
    for place, piece in enumerate(pieces):
        left = screen.paint(f"{heading if place == 0 else '':<{_LEFT}}", Style.DIM)
        yield (left + screen.paint(piece, style)).rstrip()


def _clean(text: str) -> str:
    return tame(plain_line(text))


_ALL_STATES = (
    DeliveryState.QUEUED,
    DeliveryState.SENDING,
    DeliveryState.SENT,
    DeliveryState.FAILED,
    DeliveryState.UNKNOWN,
)
