"""What `set` may write into a ticket: each key of `ticket.md` with how its value is read and checked, in one table.

A key that is not in the table, and means nothing to us, is the team's own: text.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from difflib import SequenceMatcher
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from mdtickets.domain.agent import (
    Change,
    LockChange,
    Situation,
    agent_named,
    change_to,
    check_agent,
    clean_tags,
    clean_title,
    require_lock,
    with_state,
)
from mdtickets.domain.dates import find_date
from mdtickets.domain.model import Ticket
from mdtickets.domain.nearest import nearest_hint
from mdtickets.domain.settings import Settings
from mdtickets.domain.states import Priority, State, StateType
from mdtickets.errors import RefusedError, UsageError

DATE_HINT = "Say it as 3d, tomorrow 9:00, next friday, 24.12., in 2 Wochen, or 2026-12-24 14:00."

_PENDING = frozenset({StateType.PENDING_REMINDER, StateType.PENDING_AUTO})
_FINISHED = frozenset({StateType.CLOSED, StateType.REMOVED})
_OWN_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
_LONGEST_VALUE = 1000
_ALIKE = 0.8


class Team(Struct, frozen=True, kw_only=True):
    """What values are read by: the team's words, its clock, and the cards it has."""

    settings: Settings
    now: datetime
    zone: tzinfo
    cards: Sequence[str] = ()  # slugs
    acting: str = ""  # the key of the agent who asks


class Values(Struct, frozen=True, kw_only=True):
    """What shall be written: typed values of our keys, and the team's own keys as text; None takes one out."""

    ours: Mapping[str, Any] = field(default_factory=dict)
    own: Mapping[str, str | None] = field(default_factory=dict)


def set_fields(situation: Situation, values: Values, *, minutes: int | None = None) -> Change:
    """With those values; a state as its own command would set it."""
    require_lock(situation)
    after = _with_fields(situation, values.ours)
    _check_waiting(after, situation.now, values.ours)
    is_left = after.queue != situation.ticket.queue or after.state.type in _FINISHED
    lock = LockChange.RELEASE if is_left else LockChange.KEEP
    return change_to(situation, after, minutes=minutes, own=values.own, lock=lock)


def parse_values(assignments: Iterable[str], team: Team) -> Values:
    """The values of `KEY=VALUE` texts. Raises UsageError for what is none, RefusedError for a wrong key or value."""
    ours: dict[str, object] = {}
    own: dict[str, str | None] = {}
    for assignment in assignments:
        key, equals, text = assignment.partition("=")
        key, text = key.strip(), " ".join(text.split())
        if not equals or not key:
            raise UsageError(f'"{assignment}" is no KEY=VALUE.', "For example: priority=high.")
        if key in _READERS:
            ours[key] = _READERS[key](text, team)
        else:
            _check_own(key, text)
            own[key] = text or None
    return Values(ours=ours, own=own)


def parse_priority(text: str) -> Priority:
    """`4`, `high` or `4 high`. Raises RefusedError."""
    word = " ".join(text.lower().split())
    for priority in Priority:
        digit, _, name = priority.value.partition(" ")
        if word in {digit, name, priority.value}:
            return priority
    names = [priority.value.partition(" ")[2] for priority in Priority]
    raise RefusedError(f'There is no priority "{text}".', f"{nearest_hint(word, names)} 1 is very low, 5 very high.")


def parse_moment(text: str, team: Team) -> datetime:
    """The moment that is meant. Raises RefusedError, with ways to say it."""
    found = find_date(text, team.now, team.zone)
    if found is None:
        raise RefusedError(f'"{text}" is no date that I understand.', DATE_HINT)
    return found


# --- how each key's text is read


def _title(text: str, _team: Team) -> str:
    return clean_title(text)


def _state(text: str, _team: Team) -> State:
    words = {**{state.value: state for state in State}, **_SHORT_STATES}
    if text.lower() not in words:
        raise RefusedError(f'There is no state "{text}".', nearest_hint(text, words))
    state = words[text.lower()]
    if state is State.MERGED:
        raise RefusedError("A ticket is merged into another one.", "Use `mdtickets merge`.")
    return state


def _queue(text: str, team: Team) -> str:
    if text not in team.settings.queues:
        raise RefusedError(f'There is no queue "{text}".', nearest_hint(text, team.settings.queues))
    return text


def _priority(text: str, _team: Team) -> Priority:
    return parse_priority(text)


def _agent(text: str, team: Team) -> str:
    key = agent_named(team.settings, text, team.acting)
    check_agent(team.settings, key)
    return key


def _card(text: str, team: Team) -> str:
    if text and text not in team.cards:
        raise RefusedError(f'There is no card "{text}" in customers/.', nearest_hint(text, team.cards))
    return text


def _words(text: str, _team: Team) -> tuple[str, ...]:
    return clean_tags([text])


def _text(text: str, _team: Team) -> str:
    return text


def _moment(text: str, team: Team) -> datetime | None:
    return parse_moment(text, team) if text else None


_READERS: Mapping[str, Callable[[str, Team], object]] = {
    "title": _title,
    "state": _state,
    "queue": _queue,
    "priority": _priority,
    "owner": _agent,
    "responsible": _agent,
    "customer": _card,
    "company": _card,
    "tags": _words,
    "problem": _text,
    "due_at": _moment,
    "pending_until": _moment,
}

_SHORT_STATES: Mapping[str, State] = {
    "closed": State.CLOSED_SUCCESSFUL,
    "pending": State.PENDING_REMINDER,
    "pending auto close": State.PENDING_AUTO_CLOSE_SUCCESSFUL,
}

# Known keys that follow from what is done; and by which command.
_KEPT: Mapping[str, str] = {
    "number": "It names the ticket for ever.",
    "created_at": "It is when the ticket was opened.",
    "updated_at": "It follows every change.",
    "closed_at": "Use `mdtickets close` or `mdtickets reopen`.",
    "pending_then": "Use `mdtickets pending`.",
    "participants": "It follows the mails; `mdtickets edit` changes it by hand.",
    "links": "Use `mdtickets link` or `mdtickets unlink`.",
    "merged_into": "Use `mdtickets merge`.",
    "watchers": "Use `mdtickets watch`.",
}


def _check_own(key: str, text: str) -> None:
    if key in _KEPT:
        raise RefusedError(f"{key} is not set by hand.", _KEPT[key])
    if not _OWN_KEY.fullmatch(key):
        raise RefusedError(f'"{key}" cannot be a key.', "A key is a letter, then letters, digits, _ or -.")
    if len(text) > _LONGEST_VALUE:
        raise RefusedError(f"{key} would be {len(text):,} characters long.", "Write it into a note.")
    meant = next((known for known in (*_READERS, *_KEPT) if _is_slip(key.lower(), known)), None)
    if meant:
        raise RefusedError(f'"{key}" is no key of a ticket.', f'Did you mean "{meant}"?')


def _is_slip(key: str, known: str) -> bool:
    """Whether a key of the team's own would rather be one of ours, ill written. `customer_no` beside ours is none."""
    if key.startswith(f"{known}_"):
        return False
    return (len(key) > 2 and known.startswith(key)) or SequenceMatcher(None, key, known).ratio() >= _ALIKE


def _with_fields(situation: Situation, ours: Mapping[str, Any]) -> Ticket:
    state = ours.get("state", situation.ticket.state)
    ticket = situation.ticket
    if state is not ticket.state:
        ticket = with_state(situation, state)
    if state.type in _PENDING and "pending_until" not in ours:
        ticket = replace(ticket, pending_until=situation.ticket.pending_until)
    return replace(ticket, **ours)


def _check_waiting(after: Ticket, now: datetime, ours: Mapping[str, Any]) -> None:
    """Only what is pending has a time to wait for, and that has one."""
    hint = "For example: mdtickets pending 0042 3d"
    is_pending = after.state.type in _PENDING
    if is_pending and after.pending_until is None:
        raise RefusedError(f'"{after.state}" needs a time to wait for.', hint)
    if not is_pending and ours.get("pending_until"):
        raise RefusedError(f'A ticket that is "{after.state}" waits for no time.', hint)
    if after.pending_until and "pending_until" in ours and after.pending_until <= now:
        raise RefusedError("That time is over.", DATE_HINT)
