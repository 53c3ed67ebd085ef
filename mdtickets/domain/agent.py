"""What an agent's command makes of a ticket: pure functions from what is true now to what shall be.

Each returns a `Change` or raises RefusedError. Nothing is a change that leaves everything as it was: setting a value
that is already there is done without a line in the history (OTRS).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from mdtickets.domain.event import Event, What
from mdtickets.domain.holding import find_holding, is_end
from mdtickets.domain.model import Link, Ticket
from mdtickets.domain.nearest import nearest_hint
from mdtickets.domain.settings import Agent, Settings
from mdtickets.domain.states import Priority, State, StateType, TicketLock
from mdtickets.domain.timestamps import format_time
from mdtickets.domain.zones import hour_of, zone_named
from mdtickets.errors import RefusedError

# Follow from other keys or from the clock: no event names them.
_SILENT = frozenset({"updated_at", "closed_at", "participants"})
_FINISHED = frozenset({StateType.CLOSED, StateType.MERGED, StateType.REMOVED})
_LONGEST_TITLE = 200

JUNK_QUEUE = "Junk"
JUNK_TAG = "junk"
# What this ticket is to the other one that is `type` to it.
OPPOSITE_LINK: Mapping[str, str] = {"normal": "normal", "parent": "child", "child": "parent", "duplicate": "duplicate"}


class LockChange(StrEnum):
    """What a command does to the agent's lock on the ticket."""

    KEEP = "keep"
    TAKE = "take"
    RELEASE = "release"


class Situation(Struct, frozen=True, kw_only=True):
    """One ticket as an agent finds it: what is true now, who holds it, who asks, when."""

    ticket: Ticket
    agent: Agent
    now: datetime
    settings: Settings
    lock: TicketLock | None = None
    events: tuple[Event, ...] = ()
    own: Mapping[str, object] = field(default_factory=dict)  # the team's own keys of ticket.md

    @property
    def number(self) -> str:
        """The ticket's number."""
        return self.ticket.number


class Change(Struct, frozen=True, kw_only=True):
    """What a command makes of one ticket. Nothing at all when ticket and events are what they were."""

    ticket: Ticket
    events: tuple[Event, ...] = ()
    lock: LockChange = LockChange.KEEP
    lock_reason: str = ""
    own: Mapping[str, str | None] = field(default_factory=dict)  # the team's own keys to change; None takes one out


def require_lock(situation: Situation) -> None:
    """Refuse when another agent holds the ticket, naming him (OTRS RequiredLock)."""
    lock = situation.lock
    if lock and lock.agent != situation.agent.key:
        raise locked_error(situation.number, lock, situation.settings, situation.now)


def locked_error(number: str, lock: TicketLock, settings: Settings, now: datetime) -> RefusedError:
    """The sentence that names the holder, since when and until when, by the team's clock."""
    zone = zone_named(settings.timezone)
    until = f" (until {hour_of(lock.until, now, zone)}, on {lock.host})" if lock.until else f" (on {lock.host})"
    holder = settings.agents[lock.agent].name if lock.agent in settings.agents else lock.agent
    named = lock.agent if holder == lock.agent else f"{lock.agent} ({holder})"
    return RefusedError(
        f"{number} is locked by {named} since {hour_of(lock.since, now, zone)}{until}.",
        f"See `mdtickets who`; take it over with `mdtickets steal {number} --reason …`.",
    )


def change_to(
    situation: Situation,
    after: Ticket,
    *,
    minutes: int | None = None,
    own: Mapping[str, str | None] | None = None,
    **lock: Any,
) -> Change:
    """The change from the ticket as it is to that one, its events told key by key; `own`: the team's keys too."""
    before = situation.ticket
    changed = {key: value for key, value in (own or {}).items() if situation.own.get(key) != value}
    told = {key: [situation.own.get(key), value] for key, value in changed.items()}
    events = events_of(before, after, by=situation.agent.key, now=situation.now, minutes=minutes, own=told)
    events = with_end_of_lock(situation, events, lock.get("lock", LockChange.KEEP))
    if not events:
        return Change(ticket=before, **lock)
    if all(one.what == What.UNLOCKED for one in events):
        return Change(ticket=before, events=events, **lock)
    ticket = replace(after, updated_at=max(situation.now, before.updated_at))
    return Change(ticket=ticket, events=events, own=changed, **lock)


def with_end_of_lock(situation: Situation, events: tuple[Event, ...], lock: LockChange) -> tuple[Event, ...]:
    """The events, and that the lock ends, if it does (in time, or over already) and no other one says so."""
    # closing says that the lock ends; whatever else ends it must say so, or the history would keep a holder
    is_told = any(map(is_end, events)) or not (situation.lock or find_holding(situation.events))
    if lock is not LockChange.RELEASE or is_told:
        return events
    return (*events, Event(at=situation.now, by=situation.agent.key, what=What.UNLOCKED))


def events_of(
    before: Ticket,
    after: Ticket,
    *,
    by: str,
    now: datetime,
    minutes: int | None = None,
    own: Mapping[str, list[object]] | None = None,
) -> tuple[Event, ...]:
    """What the history says of a change: one line for the state, one for all other keys."""
    events: list[Event] = []
    if after.state is not before.state:
        details = {"from": before.state.value, "to": after.state.value}
        events.append(Event(at=now, by=by, what=What.STATE, details=details))
    changes = {**changes_of(before, after), **(own or {})}
    if changes:
        events.append(Event(at=now, by=by, what=What.CHANGED, details={"changes": changes}))
    if minutes and events:
        events[0] = replace(events[0], minutes=minutes)
    elif minutes:
        events.append(Event(at=now, by=by, what=What.TIME, minutes=minutes))
    return tuple(events)


def changes_of(before: Ticket, after: Ticket) -> dict[str, list[object]]:
    """By key: [old, new] as `--json` has them, for what an event names. The state has an event of its own."""
    keys = (key for key in before.__struct_fields__ if key not in _SILENT and key != "state")
    return {
        key: [value_as_json(getattr(before, key)), value_as_json(getattr(after, key))]
        for key in keys
        if getattr(before, key) != getattr(after, key)
    }


# --- what commands do


def close(situation: Situation, *, unsolved: bool = False, minutes: int | None = None) -> Change:
    """Closed, by this agent; his lock is given free."""
    require_lock(situation)
    state = State.CLOSED_UNSUCCESSFUL if unsolved else State.CLOSED_SUCCESSFUL
    after = with_state(situation, state)
    return change_to(situation, after, minutes=minutes, lock=LockChange.RELEASE)


def reopen(situation: Situation, *, minutes: int | None = None) -> Change:
    """Open again, whatever it was, and no junk; a merged ticket stays merged."""
    require_lock(situation)
    after = with_state(situation, State.OPEN)
    if situation.ticket.state is State.REMOVED:
        after = replace(after, tags=tuple(word for word in after.tags if word != JUNK_TAG))
    return change_to(situation, after, minutes=minutes)


def wait_until(situation: Situation, until: datetime, then: str = "", *, minutes: int | None = None) -> Change:
    """Pending until that time: to be reminded, to be closed (`then` = close), or to be opened again (reopen)."""
    require_lock(situation)
    if until <= situation.now:
        over = hour_of(until, situation.now, zone_named(situation.settings.timezone))
        raise RefusedError(f"{over} is over.", "Name a time to come: 3d, tomorrow 9:00, 24.12.")
    state = State.PENDING_AUTO_CLOSE_SUCCESSFUL if then == "close" else State.PENDING_REMINDER
    after = replace(with_state(situation, state), pending_until=until, pending_then=then)
    return change_to(situation, after, minutes=minutes)


def assign(situation: Situation, key: str, *, minutes: int | None = None) -> Change:
    """Owned by that agent, or by nobody ("")."""
    check_agent(situation.settings, key)
    return change_to(situation, replace(situation.ticket, owner=key), minutes=minutes)


def make_responsible(situation: Situation, key: str, *, minutes: int | None = None) -> Change:
    """That agent answers for it, whoever works on it."""
    check_agent(situation.settings, key)
    return change_to(situation, replace(situation.ticket, responsible=key), minutes=minutes)


def move(situation: Situation, queue: str, *, minutes: int | None = None) -> Change:
    """In another queue; the lock is given free (OTRS ForceUnlockOnMove)."""
    require_lock(situation)
    if queue not in situation.settings.queues:
        raise RefusedError(f'There is no queue "{queue}".', nearest_hint(queue, situation.settings.queues))
    return change_to(situation, replace(situation.ticket, queue=queue), minutes=minutes, lock=LockChange.RELEASE)


def prioritise(situation: Situation, priority: Priority, *, minutes: int | None = None) -> Change:
    """Of another priority."""
    require_lock(situation)
    return change_to(situation, replace(situation.ticket, priority=priority), minutes=minutes)


def tag(situation: Situation, words: tuple[str, ...], *, remove: bool = False, minutes: int | None = None) -> Change:
    """With these tags, or without them. A tag is words without commas."""
    words = clean_tags(words)
    if not words:
        raise RefusedError("A tag must have words.")
    kept = tuple(word for word in situation.ticket.tags if word not in words)
    tags = kept if remove else tuple(dict.fromkeys((*situation.ticket.tags, *words)))
    return change_to(situation, replace(situation.ticket, tags=tags), minutes=minutes)


def name_problem(situation: Situation, word: str, *, minutes: int | None = None) -> Change:
    """A case of that problem; "" = of none that is known."""
    return change_to(situation, replace(situation.ticket, problem=" ".join(word.split())), minutes=minutes)


def rename(situation: Situation, title: str, *, minutes: int | None = None) -> Change:
    """With another title."""
    return change_to(situation, replace(situation.ticket, title=clean_title(title)), minutes=minutes)


def clean_tags(texts: Iterable[str]) -> tuple[str, ...]:
    """The tags that these texts name, commas between them, each once."""
    words = (" ".join(word.split()) for text in texts for word in text.split(","))
    return tuple(dict.fromkeys(word for word in words if word))


def agent_named(settings: Settings, word: str, acting: str) -> str:
    """The key of the agent that is meant by `me`, `nobody` ("") or a key in any case; else the word itself."""
    if word.lower() in {"", "nobody"}:
        return ""
    if word.lower() == "me" and "me" not in settings.agents:
        return acting
    return next((key for key in settings.agents if key.lower() == word.lower()), word)


def clean_title(text: str) -> str:
    """A title on one line, not too long. Raises RefusedError when it has no words."""
    clean = " ".join(text.split())[:_LONGEST_TITLE]
    if not clean:
        raise RefusedError("A title must have words.")
    return clean


def link(situation: Situation, ties: Sequence[Link]) -> Change:
    """Tied to other tickets: each tie says what the other one is to this."""
    if any(tie.number == situation.number for tie in ties):
        raise RefusedError(f"{situation.number} cannot be linked to itself.")
    links = tuple(dict.fromkeys((*situation.ticket.links, *ties)))
    return change_to(situation, replace(situation.ticket, links=links))


def unlink(situation: Situation, others: Collection[str]) -> Change:
    """No longer tied to those tickets, in whatever way it was."""
    links = tuple(tie for tie in situation.ticket.links if tie.number not in others)
    return change_to(situation, replace(situation.ticket, links=links))


def watch(situation: Situation, *, remove: bool = False) -> Change:
    """Watched by this agent, or no longer."""
    kept = tuple(key for key in situation.ticket.watchers if key != situation.agent.key)
    watchers = kept if remove else tuple(dict.fromkeys((*situation.ticket.watchers, situation.agent.key)))
    return change_to(situation, replace(situation.ticket, watchers=watchers))


def junk(situation: Situation, *, minutes: int | None = None) -> Change:
    """Out of every list as spam: tagged so, in the queue for it where the team has one (OTRS queue Junk)."""
    require_lock(situation)
    removed = with_state(situation, State.REMOVED)
    queue = JUNK_QUEUE if JUNK_QUEUE in situation.settings.queues else removed.queue
    after = replace(removed, queue=queue, tags=tuple(dict.fromkeys((*removed.tags, JUNK_TAG))))
    return change_to(situation, after, minutes=minutes, lock=LockChange.RELEASE)


def remove(situation: Situation, *, minutes: int | None = None) -> Change:
    """Out of every list; the mail stays stored."""
    require_lock(situation)
    return change_to(situation, with_state(situation, State.REMOVED), minutes=minutes, lock=LockChange.RELEASE)


def take(situation: Situation, *, steal: bool = False, reason: str = "") -> Change:
    """Held and owned by this agent. With `steal` also when another one holds it."""
    if not steal:
        require_lock(situation)
    elif not reason.strip():
        raise RefusedError("Whoever loses a ticket wants to know why.", "Say it: --reason 'bert is ill'.")
    check_not_merged(situation)
    held = situation.lock is not None and situation.lock.agent == situation.agent.key
    change = change_to(situation, replace(situation.ticket, owner=situation.agent.key))
    event = Event(at=situation.now, by=situation.agent.key, what=What.LOCKED, details=_taken(situation, reason))
    told = () if held else (event,)
    return replace(change, events=(*change.events, *told), lock=LockChange.TAKE, lock_reason=reason)


def unlock(situation: Situation) -> Change:
    """Held by nobody; the owner stays (OTRS)."""
    require_lock(situation)
    if situation.lock is None:
        return Change(ticket=situation.ticket)
    event = Event(at=situation.now, by=situation.agent.key, what=What.UNLOCKED)
    return Change(ticket=situation.ticket, events=(event,), lock=LockChange.RELEASE)


def _taken(situation: Situation, reason: str) -> Mapping[str, Any]:
    other = situation.lock.agent if situation.lock and situation.lock.agent != situation.agent.key else ""
    found = {"from": other, "reason": reason}
    return {key: value for key, value in found.items() if value}


def with_state(situation: Situation, state: State) -> Ticket:
    """The ticket in that state; what it waited for is over. A merged one has none of its own: that is refused."""
    check_not_merged(situation)
    closed_at = (situation.ticket.closed_at or situation.now) if state.type in _FINISHED else None
    return replace(situation.ticket, state=state, pending_until=None, pending_then="", closed_at=closed_at)


def check_agent(settings: Settings, key: str) -> None:
    """Refuse an agent's key that is not in the settings; "" is nobody."""
    if key and key not in settings.agents:
        raise RefusedError(f'There is no agent "{key}".', nearest_hint(key, settings.agents))


def check_not_merged(situation: Situation) -> None:
    """Refuse what would give a merged ticket a life of its own, naming the one that took over."""
    into = situation.ticket.merged_into
    if situation.ticket.state is State.MERGED:
        raise RefusedError(f"{situation.number} was merged into {into}.", f"Use {into}, or `mdtickets unmerge` first.")


def value_as_json(value: object) -> object:
    """A key's value as `--json` and events have it."""
    if isinstance(value, datetime):
        return format_time(value)
    if isinstance(value, tuple):
        return [f"{item.type} {item.number}" if isinstance(item, Link) else str(item) for item in value]
    return None if value is None else str(value)
