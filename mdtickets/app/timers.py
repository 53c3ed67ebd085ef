"""An agent's running timer: a file of this machine that outlasts restarts."""

import json
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from mdtickets.app.acting import Acted, act
from mdtickets.app.session import Session
from mdtickets.app.zone import zone_of
from mdtickets.domain.settings import Agent
from mdtickets.domain.spent import add_time, whole_minutes
from mdtickets.domain.timestamps import format_time, parse_time
from mdtickets.errors import RefusedError
from mdtickets.store.durable import read_chunks

_DIRECTORY = "timers"


class Timer(Struct, frozen=True, kw_only=True):
    """Whose time runs on which ticket, since when."""

    agent: str
    number: str
    since: datetime

    def minutes(self, now: datetime) -> int:
        """What it would count if it were stopped now."""
        return whole_minutes(self.since, now)


def running_timer(session: Session, agent: Agent) -> Timer | None:
    """The agent's timer, None when none runs (or its file says nothing)."""
    try:
        found = json.loads(b"".join(read_chunks(_place(session, agent))))
        return Timer(agent=agent.key, number=str(found["number"]), since=parse_time(found["since"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def start_timer(session: Session, agent: Agent, number: str) -> Timer:
    """A timer that runs from now on. Raises RefusedError when one of the agent's runs already."""
    running = running_timer(session, agent)
    if running:
        hint = "Stop it first: mdtickets timer stop, or timer stop --discard."
        raise RefusedError(f"Your timer runs on {running.number} for {running.minutes(session.now())} min.", hint)
    timer = Timer(agent=agent.key, number=number, since=session.now())
    place = _place(session, agent)
    session.disk.make_directory(place.parent)
    data = json.dumps({"number": number, "since": format_time(timer.since)}) + "\n"
    session.disk.replace_file(place, data.encode())
    return timer


def stop_timer(session: Session, agent: Agent, *, activity: str = "", text: str = "") -> Acted:
    """The timer's minutes, entered; a crash in between enters them once. Raises RefusedError when none runs."""
    timer = _require(session, agent)
    now = session.now()
    day = now.astimezone(zone_of(session)).date()
    acted = act(
        session,
        agent,
        [timer.number],
        lambda found: add_time(
            found, timer.minutes(now), day, activity=activity, text=text, timer=format_time(timer.since)
        ),
    )
    session.disk.remove(_place(session, agent))
    return acted


def discard_timer(session: Session, agent: Agent) -> Timer:
    """The timer that ran; nothing is entered. Raises RefusedError when none runs."""
    timer = _require(session, agent)
    session.disk.remove(_place(session, agent))
    return timer


def _require(session: Session, agent: Agent) -> Timer:
    timer = running_timer(session, agent)
    if timer is None:
        raise RefusedError("No timer of yours runs.", "Start one: mdtickets timer start NUMBER.")
    return timer


def _place(session: Session, agent: Agent) -> Path:
    return session.layout.private / _DIRECTORY / f"{agent.key}.json"
