"""Two tickets about one thing become one, and come apart again.

Articles stay where they are: the old ticket points to the one that took over, follow-ups go there. So nothing is moved,
and taking it back needs nothing but the history.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec.structs import replace

from mdtickets.domain.agent import Change, LockChange, Situation, change_to, require_lock
from mdtickets.domain.event import FILED, Event, What
from mdtickets.domain.model import Link, State, StateType, Ticket
from mdtickets.domain.timestamps import parse_time
from mdtickets.errors import RefusedError

_PARENT, _CHILD = "parent", "child"


def merge(situation: Situation, into: Ticket) -> Change:
    """The old ticket: merged, tied to the one that takes over, given free."""
    require_lock(situation)
    old = situation.ticket
    _check_pair(old, into)
    lock = LockChange.RELEASE  # also one whose time is over: nobody would ever look for it
    if old.merged_into == into.number:
        return Change(ticket=old, lock=lock)
    after = replace(
        old,
        state=State.MERGED,
        merged_into=into.number,
        links=_with(old.links, _PARENT, into.number),
        pending_until=None,
        pending_then="",
        closed_at=old.closed_at or situation.now,
    )
    return _told(situation, after, [_event(situation, What.MERGED, into=into.number)], lock=lock)


def take_over(situation: Situation, old: Sequence[Ticket], *, minutes: int | None = None) -> Change:
    """The main ticket: tied to the old ones, with everybody who belonged to them."""
    require_lock(situation)
    after = main = situation.ticket
    events: list[Event] = []
    for one in old:
        if one.merged_into == main.number:
            continue
        joined = [address for address in one.participants if address not in after.participants]
        after = replace(
            after,
            links=_with(after.links, _CHILD, one.number),
            participants=(*after.participants, *joined),
            watchers=tuple(dict.fromkeys((*after.watchers, *one.watchers))),
        )
        events.append(_event(situation, What.MERGED, **{"from": one.number, "joined": joined}))
    return _told(situation, after, events, minutes=minutes)


def unmerge(situation: Situation) -> Change:
    """The old ticket stands alone again, in the state it was in."""
    require_lock(situation)
    old = situation.ticket
    if not old.merged_into:
        raise RefusedError(f"{old.number} is not merged.")
    state, until, then = _state_before(situation.events)
    after = replace(
        old,
        state=state,
        merged_into="",
        links=_without(old.links, _PARENT, old.merged_into),
        pending_until=until,
        pending_then=then,
        closed_at=old.closed_at if state.type in {StateType.CLOSED, StateType.REMOVED} else None,
    )
    return _told(situation, after, [_event(situation, What.UNMERGED, into=old.merged_into)])


def give_back(situation: Situation, old: Iterable[str]) -> Change:
    """The main ticket without the old ones. Who came with them and wrote here since, stays, and so do watchers."""
    require_lock(situation)
    after = situation.ticket
    events: list[Event] = []
    for number in old:
        left = _who_leaves(situation.events, number)
        after = replace(
            after,
            links=_without(after.links, _CHILD, number),
            participants=tuple(address for address in after.participants if address not in left),
        )
        events.append(_event(situation, What.UNMERGED, **{"from": number}))
    return _told(situation, after, events)


def _check_pair(old: Ticket, into: Ticket) -> None:
    if old.number == into.number:
        raise RefusedError(f"{old.number} cannot be merged into itself.")
    if into.merged_into:
        raise RefusedError(
            f"{into.number} was itself merged into {into.merged_into}.", f"Merge into {into.merged_into}."
        )
    if into.state is State.REMOVED:
        raise RefusedError(f"{into.number} was removed.", f"`mdtickets reopen {into.number}` first.")
    if old.merged_into and old.merged_into != into.number:
        hint = f"`mdtickets unmerge {old.number}` first."
        raise RefusedError(f"{old.number} was merged into {old.merged_into} already.", hint)


def _told(
    situation: Situation,
    after: Ticket,
    events: Sequence[Event],
    *,
    minutes: int | None = None,
    lock: LockChange = LockChange.KEEP,
) -> Change:
    """The change, what its keys tell first, these events last."""
    change = change_to(situation, after, minutes=minutes, lock=lock)
    if not events:
        return change
    ticket = replace(after, updated_at=max(situation.now, situation.ticket.updated_at))
    return replace(change, ticket=ticket, events=(*change.events, *events))


def _event(situation: Situation, what: What, **details: object) -> Event:
    filled = {key: value for key, value in details.items() if value}
    return Event(at=situation.now, by=situation.agent.key, what=what, details=filled)


def _state_before(events: Sequence[Event]) -> tuple[State, datetime | None, str]:
    """The state that the last merge ended, and what the ticket waited for in it."""
    places = [place for place, event in enumerate(events) if event.what == What.STATE]
    last = next((place for place in reversed(places) if events[place].details.get("to") == State.MERGED), None)
    if last is None:
        return State.OPEN, None, ""
    word = events[last].details.get("from")
    state = State(word) if word in {state.value for state in State} and word != State.MERGED else State.OPEN
    told = events[last + 1] if last + 1 < len(events) else None
    changes = told.details.get("changes") if told and told.what == What.CHANGED else None
    until, then = (_old(changes, key) for key in ("pending_until", "pending_then"))
    return state, _time(until), then


def _old(changes: object, key: str) -> str:
    pair = changes.get(key) if isinstance(changes, dict) else None
    return pair[0] if isinstance(pair, list) and pair and isinstance(pair[0], str) else ""


def _time(text: str) -> datetime | None:
    try:
        return parse_time(text) if text else None
    except ValueError:
        return None


def _who_leaves(events: Sequence[Event], number: str) -> set[str]:
    """The addresses that came with a merged ticket and have not written to the main one since."""
    merges = [event for event in events if event.what == What.MERGED and event.details.get("from") == number]
    joined = merges[-1].details.get("joined") if merges else None
    if not isinstance(joined, list):
        return set()
    since = events[events.index(merges[-1]) :]
    return {item for item in joined if isinstance(item, str)} - {event.by for event in since if event.what in FILED}


def _with(links: tuple[Link, ...], type_: str, number: str) -> tuple[Link, ...]:
    return (*_without(links, type_, number), Link(type=type_, number=number))


def _without(links: tuple[Link, ...], type_: str, number: str) -> tuple[Link, ...]:
    return tuple(link for link in links if link != Link(type=type_, number=number))
