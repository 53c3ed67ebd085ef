"""Taking an action back: by the inverse change, in the history as everything else, when nothing later rests on it.

An action is what one command did: its events up to the one that tells what `ticket.md` looked like then. What is undone
counts no longer (`undone`); what left the house cannot be undone at all.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from mdtickets.domain.agent import Change, LockChange, Situation, events_of, require_lock, value_as_json
from mdtickets.domain.event import AUTO_RESPONSES, DELIVERY, FILED, TOLD_BY_CLOCK, Event, What
from mdtickets.domain.holding import find_holding
from mdtickets.domain.model import Link, Ticket
from mdtickets.domain.states import Priority, State, StateType
from mdtickets.domain.timestamps import format_time, parse_time
from mdtickets.domain.undone import live_events, mark_of, taken_back
from mdtickets.errors import RefusedError

_CLOCK = "mdtickets"
_MAIL_OUT = DELIVERY | AUTO_RESPONSES | {What.ANSWERED}
_NOBODYS = DELIVERY | TOLD_BY_CLOCK  # no action of a person
_NOTED = frozenset({What.NOTE, What.CALL})
_CHANGING = frozenset({What.STATE, What.CHANGED, What.EDITED, What.LOCKED, What.UNLOCKED})
_KNOWN = _NOTED | _CHANGING | {What.TIME}
_INSTEAD = {
    What.MERGED: "Use `mdtickets unmerge`.",
    What.UNMERGED: "Use `mdtickets merge`.",
    What.SPLIT: "Merge the two: `mdtickets merge`.",
}
_FINISHED = frozenset({StateType.CLOSED, StateType.MERGED, StateType.REMOVED})
# What an answer leans on; tags, times and priorities it does not.
_BELOW_ANSWERS = frozenset({"state", "queue", "customer", "company", "merged_into"})


class Action(Struct, frozen=True, kw_only=True):
    """What one command did to a ticket, as its history has it."""

    start: int  # place of its first event, from 0
    events: tuple[Event, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """What happened, each word once."""
        return tuple(dict.fromkeys(event.what for event in self.events))

    @property
    def notes(self) -> tuple[str, ...]:
        """The texts of the team that came with it."""
        return tuple(event.article for event in self.events if event.article and event.what in _NOTED)

    @property
    def edited_notes(self) -> tuple[str, ...]:
        """The notes that were put there by hand before, and were changed by hand now."""
        return tuple(event.article for event in self.events if event.article and event.what == What.EDITED)

    @property
    def needs_lock(self) -> bool:
        """Whether it changed the ticket itself: notes are anybody's."""
        return any(event.what in _CHANGING for event in self.events) and not self.edited_notes

    @property
    def ticket_md(self) -> str:
        """The digest of `ticket.md` as the action left it, "" when it does not say."""
        return str(self.events[-1].details.get("ticket_md", ""))

    @property
    def keys(self) -> dict[str, tuple[object, object]]:
        """By key: the value before and after."""
        found: dict[str, tuple[object, object]] = {}
        for event in self.events:
            found |= _changes_of(event)
        return found


def undo(situation: Situation, position: int | None = None, former: Ticket | None = None) -> Change:
    """The inverse of the last action, or of that which event `position` (1 … n) of the log belongs to.

    `former` is the ticket as it was just before that action, when nothing changed it since: then it comes back whole.
    Raises RefusedError, with what stands in the way.
    """
    action = find_action(situation.events, position)
    _check_kind(situation.number, action)
    _check_later(situation, action)
    if action.needs_lock:
        require_lock(situation)
    ticket, own = (former, _own_before(situation, action)) if former else _inverse(situation, action)
    marks = [mark_of(event) for event in action.events]
    details = {"of": list(action.words), "undoes": marks}
    article = action.notes[0] if action.notes else None
    undone = Event(at=situation.now, by=situation.agent.key, what=What.UNDONE, article=article, details=details)
    if not former and ticket != situation.ticket:
        ticket = replace(ticket, updated_at=max(situation.now, situation.ticket.updated_at))
    lock = _lock_after(situation, action)
    events = (undone, *_inverse_events(situation, ticket, own), *lock.events)
    return Change(ticket=ticket, events=events, own=own, lock=lock.lock, lock_reason=lock.lock_reason)


def find_action(events: Sequence[Event], position: int | None = None, but: Collection[int] = ()) -> Action:
    """The last action that was not undone, or the one of that event. Raises RefusedError when there is none.

    `but` are places (from 0) of events that are not meant.
    """
    gone = taken_back(events).union(but)
    actions = list(actions_of(events))
    if position is not None:
        found = next((each for each in actions if each.start < position <= each.start + len(each.events)), None)
        if found is None:
            raise RefusedError(f"The log has no event {position}.", f"It has 1 … {len(events)}: see `mdtickets log`.")
        if gone.issuperset(range(found.start, found.start + len(found.events))):
            raise RefusedError(f"Event {position} was undone already.")
        return found
    for action in reversed(actions):
        places = range(action.start, action.start + len(action.events))
        if What.UNDONE not in action.words and not gone.issuperset(places) and not _NOBODYS.issuperset(action.words):
            return action
    raise RefusedError("Nothing is left to undo.")


def actions_of(events: Sequence[Event]) -> Iterator[Action]:
    """The actions of a history in order."""
    start = 0
    for place, event in enumerate(events):
        following = events[place + 1] if place + 1 < len(events) else None
        if "ticket_md" in event.details or following is None or following.at != event.at:
            yield Action(start=start, events=tuple(events[start : place + 1]))
            start = place + 1


def linked_by(action: Action) -> tuple[str, ...]:
    """The numbers of the tickets whose links the same command changed: a link stands in both."""
    old, new = action.keys.get("links", ((), ()))
    ties = set(_texts(old)) ^ set(_texts(new))
    return tuple(sorted({tie.rpartition(" ")[2] for tie in ties}))


def find_counterpart(events: Sequence[Event], action: Action, number: str) -> int | None:
    """The event (1 … n) by which the command of that action, on ticket `number`, changed the links here; or None."""
    gone = taken_back(events)
    for place, event in enumerate(events):
        same = (event.at, event.by) == (action.events[0].at, action.events[0].by) and place not in gone
        if same and number in linked_by(Action(start=place, events=(event,))):
            return place + 1
    return None


# --- what may not be undone


def _check_kind(number: str, action: Action) -> None:
    words = set(action.words)
    if words & FILED:
        hint = f"Put it away instead: mdtickets junk {number}, remove, or split."
        raise RefusedError("Mail that came in cannot be undone: it stays stored.", hint)
    if words & _MAIL_OUT:
        raise RefusedError("Mail that has left cannot be undone.", "Write another one: mdtickets reply.")
    special = next((word for word in action.words if word in _INSTEAD), None)
    if special:
        raise RefusedError(f"A ticket that was {special} is not undone event by event.", _INSTEAD[What(special)])
    if What.UNDONE in words:
        raise RefusedError("An undo is not undone.", "Do again what you want.")
    if not words <= _KNOWN:
        raise RefusedError(f"How to undo `{', '.join(sorted(words - _KNOWN))}` is not known.")
    if any(event.by == _CLOCK and event.what != What.EDITED for event in action.events):
        raise RefusedError("The program did that by itself.", "Set what you want: mdtickets set, reopen, pending.")
    if any(event.what == What.LOCKED and event.details.get("from") for event in action.events):
        raise RefusedError("A lock that was stolen is not handed back.", "Unlock the ticket; the other takes it anew.")


def _check_later(situation: Situation, action: Action) -> None:
    gone = taken_back(situation.events)
    behind = action.start + len(action.events)
    marks = {mark_of(event) for event in action.events}
    for place in range(behind, len(situation.events)):
        event = situation.events[place]
        if place not in gone and event.details.get("inverse") is not True:
            reason = _dependence(event, action, marks)
            if reason:
                told = f"event {place + 1} ({event.what.replace('_', ' ')} by {event.by}, {format_time(event.at)})"
                raise RefusedError(f"{told} rests on it: {reason}.", f"Undo that first: --event {place + 1}.")


def _dependence(later: Event, action: Action, marks: set[str]) -> str:
    """Why a later event rests on the action, "" when it does not."""
    keys = action.keys.keys() & _changes_of(later).keys()
    if keys:
        return f"it changed {', '.join(sorted(keys))} again"
    if later.details.get("corrects") in marks:
        return "it corrects that time"
    if later.article in {*action.notes, *action.edited_notes} and later.what not in DELIVERY:
        return "it is about that note"
    leant_on = action.notes or _BELOW_ANSWERS & action.keys.keys() or What.EDITED in action.words
    if later.what == What.ANSWERED and leant_on:
        return "the customer was answered since"
    return ""


# --- the inverse


def _inverse(situation: Situation, action: Action) -> tuple[Ticket, dict[str, str | None]]:
    """The ticket with the old values, and the team's own keys to change. Raises RefusedError when others are there."""
    if any(event.what == What.EDITED and not event.article and _is_untold(event) for event in action.events):
        hint = "Edit it again: mdtickets edit, or take the text out of git log."
        raise RefusedError("What that edit by hand changed is not known any more.", hint)
    ticket = situation.ticket
    own: dict[str, str | None] = {}
    for key, (old, new) in action.keys.items():
        is_ours = key in ticket.__struct_fields__
        now = value_as_json(getattr(ticket, key)) if is_ours else situation.own.get(key)
        if (now or None) != (new or None):
            raise RefusedError(f"{key} is not what that action made it: it was changed since.")
        if is_ours:
            ticket = ticket.change(**{key: _value(key, old, getattr(ticket, key))})
        else:
            own[key] = str(old) if old else None
    if "state" in action.keys:
        ticket = replace(ticket, closed_at=_closed_at(situation, ticket.state, action))
    return ticket, own


def _inverse_events(situation: Situation, ticket: Ticket, own: Mapping[str, str | None]) -> Iterator[Event]:
    told = {key: [situation.own.get(key), value] for key, value in own.items()}
    yield from map(
        _inverse_of, events_of(situation.ticket, ticket, by=situation.agent.key, now=situation.now, own=told)
    )


def _own_before(situation: Situation, action: Action) -> dict[str, str | None]:
    keys = action.keys.items()
    return {key: str(old) if old else None for key, (old, _) in keys if key not in situation.ticket.__struct_fields__}


def _lock_after(situation: Situation, action: Action) -> Change:
    """What becomes of the lock, told: given back to who undoes, if he held it; in nobody else's name."""
    by = situation.agent.key
    before = find_holding(situation.events)
    behind = action.start + len(action.events)
    after = find_holding((*situation.events[: action.start], *situation.events[behind:]))
    nothing = Change(ticket=situation.ticket)
    if before == after:
        return nothing
    # a lock whose time is over is a file, too, until somebody takes it away
    free = replace(nothing, lock=LockChange.RELEASE)
    ended = Event(at=situation.now, by=by, what=What.UNLOCKED)
    if after is None:
        return replace(free, events=(_inverse_of(ended),)) if situation.lock else free
    if after.by != by or What.LOCKED in action.words:
        return replace(free, events=(ended,))
    reason = str(after.details.get("reason", ""))
    taken = Event(at=situation.now, by=by, what=What.LOCKED, details={"reason": reason} if reason else {})
    return replace(nothing, events=(_inverse_of(taken),), lock=LockChange.TAKE, lock_reason=reason)


def _inverse_of(event: Event) -> Event:
    return replace(event, details={**event.details, "inverse": True})


def _closed_at(situation: Situation, state: State, action: Action) -> datetime | None:
    if state.type not in _FINISHED:
        return None
    earlier = live_events(situation.events[: action.start])
    closed = [event.at for event in earlier if event.what == What.STATE and event.details.get("to") == state.value]
    return closed[-1] if closed else situation.ticket.closed_at or situation.now


def _changes_of(event: Event) -> dict[str, tuple[object, object]]:
    if event.what == What.STATE:
        return {"state": (event.details.get("from"), event.details.get("to"))}
    changes = event.details.get("changes") if event.what in {What.CHANGED, What.EDITED} else None
    pairs = changes.items() if isinstance(changes, dict) else ()
    return {key: (pair[0], pair[1]) for key, pair in pairs if isinstance(pair, list) and len(pair) == 2}


def _is_untold(event: Event) -> bool:
    return not isinstance(event.details.get("changes"), dict) or event.details.get("text") is True


def _value(key: str, old: object, now: object) -> object:
    """A key's value from what an event says of it."""
    if key == "state":
        return State(str(old))
    if key == "priority":
        return Priority(str(old))
    if key in {"pending_until", "due_at"}:
        return parse_time(str(old)) if old else None
    if isinstance(now, tuple):
        items = _texts(old)
        return tuple(_link(item) for item in items) if key == "links" else tuple(items)
    return str(old or "")


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _link(text: str) -> Link:
    type_, _, number = text.partition(" ")
    return Link(type=type_, number=number)
