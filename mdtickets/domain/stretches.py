"""What was true of a ticket when: its history walked from the first day on, with what each event left behind.

`ticket.md` says what is true now, the history what was changed, so the past is what the changes had for their old
values. An edit by hand may say no more than that there was one: then what no other event accounts for changed with it.
What was undone never was.
"""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from mdtickets.domain.event import Event, What
from mdtickets.domain.states import State, StateType
from mdtickets.domain.steady_times import steady_times
from mdtickets.domain.undone import live_events

# The keys of `ticket.md` that are followed.
KEYS = ("state", "queue", "owner", "priority", "customer", "company", "problem", "tags")

Value = str | tuple[str, ...]


class Standing(Struct, frozen=True, kw_only=True):
    """Where a ticket stands: all that statistics group by."""

    state: str
    queue: str
    owner: str
    priority: str
    customer: str
    company: str
    problem: str
    tags: tuple[str, ...]

    @property
    def state_type(self) -> StateType:
        """What the state means; a word of a later version counts as open."""
        return _TYPES.get(self.state, StateType.OPEN)


class Present(Struct, frozen=True, kw_only=True):
    """What the files say of a ticket now. Times in seconds since 1970."""

    standing: Standing
    created_at: int
    closed_at: int | None = None
    written_at: int  # when `ticket.md` was last written
    broken: bool = False  # it cannot be read: only the history counts


class Step(Struct, frozen=True, kw_only=True):
    """One event and where the ticket stood after it."""

    at: int  # seconds since 1970, never before the step before
    event: Event | None  # None: its beginning, or what was changed by hand and stands in no event
    before: Standing | None  # None: its beginning
    after: Standing


class Stretch(Struct, frozen=True, kw_only=True):
    """A time in which a ticket stood so."""

    since: int
    until: int | None  # None: still
    standing: Standing


def walk(present: Present, events: Sequence[Event]) -> list[Step]:
    """Every step of a ticket from its beginning to now, in the order of its history."""
    live = live_events(events)
    first, changes = _changes(present, live)
    times = steady_times([present.created_at, *(int(event.at.timestamp()) for event in live)])
    standing = first
    steps = [Step(at=times[0], event=None, before=None, after=first)]
    if _came_closed(present, first, live):
        # of old mail nobody told the state: it was worked on until it was closed
        steps = _until_closed(present, first, times)
    for place, event in enumerate(live):
        after = replace(standing, **changes[place]) if place in changes else standing
        steps.append(Step(at=times[place + 1], event=event, before=standing, after=after))
        standing = after
    if len(live) in changes:
        after = replace(standing, **changes[len(live)])
        steps.append(Step(at=max(times[-1], present.written_at), event=None, before=standing, after=after))
    return steps


def stretches(steps: Sequence[Step]) -> list[Stretch]:
    """The times in which the ticket stood the same; one that lasted no second is left out."""
    found: list[tuple[int, Standing]] = []
    for step in steps:
        if found and found[-1][0] == step.at:
            found.pop()
        if not found or found[-1][1] != step.after:
            found.append((step.at, step.after))
    ends = [since for since, _ in found[1:]]
    return [
        Stretch(since=since, until=until, standing=standing)
        for (since, standing), until in zip(found, [*ends, None], strict=True)
    ]


def changes_told(event: Event) -> Iterator[tuple[str, Value, Value]]:
    """Key, old and new value of each of the followed keys that an event tells of."""
    details = event.details
    if event.what == What.STATE:
        old, new = details.get("from"), details.get("to")
        if isinstance(old, str) and isinstance(new, str) and new in _TYPES:
            yield "state", old, new
    elif event.what in _CHANGING and isinstance(details.get("changes"), dict):
        for key, pair in details["changes"].items():
            if key in KEYS and key != "state" and isinstance(pair, list) and len(pair) == 2:
                yield key, _value(key, pair[0]), _value(key, pair[1])


def _changes(present: Present, events: Sequence[Event]) -> tuple[Standing, Mapping[int, dict[str, Value]]]:
    """Where the ticket began, and by place of its event what changed; after the last one, what no event tells."""
    told = _told(events)
    first = _first_values(present, events, told)
    changes: dict[int, dict[str, Value]] = {}
    for key in KEYS:
        now: Value = getattr(present.standing, key)
        for place, value in _values(told, key, first[key], None if present.broken else now):
            changes.setdefault(place, {})[key] = value
    return Standing(**first), changes  # type: ignore[arg-type]  # one value for each key


class _Told(Struct, frozen=True):
    """What a history tells: by key the place, the old and the new value of each change; the edits that do not say."""

    changes: Mapping[str, Sequence[tuple[int, Value, Value]]]
    edits: Sequence[int]
    end: int


def _told(events: Sequence[Event]) -> _Told:
    changes: dict[str, list[tuple[int, Value, Value]]] = {}
    edits: list[int] = []
    for place, event in enumerate(events):
        if event.what in _TELLING:
            for key, old, new in changes_told(event):
                changes.setdefault(key, []).append((place, old, new))
            if _is_silent(event):
                edits.append(place)
    return _Told(changes, edits, len(events))


def _first_values(present: Present, events: Sequence[Event], told: _Told) -> dict[str, Value]:
    first: dict[str, Value] = {key: getattr(present.standing, key) for key in KEYS}
    if events and events[0].what == What.NEW:
        first["state"] = State.NEW.value
    return first | {key: changes[0][1] for key, changes in told.changes.items()}


def _values(told: _Told, key: str, value: Value, now: Value | None) -> Iterator[tuple[int, Value]]:
    """Place and value of each change of one key, those by hand at the edit that can have made them. None = unknown."""
    since = -1
    for place, old, new in told.changes.get(key, ()):
        if old != value:
            edit = next((edit for edit in told.edits if since < edit < place), None)
            if edit is not None:
                yield edit, old
        yield place, new
        since, value = place, new
    if now is not None and now != value:
        yield next((edit for edit in told.edits if edit > since), told.end), now


def _is_silent(event: Event) -> bool:
    """Whether it is an edit of `ticket.md` of which nobody knows what it changed."""
    return event.what == What.EDITED and not event.article and not isinstance(event.details.get("changes"), dict)


def _came_closed(present: Present, first: Standing, events: Sequence[Event]) -> bool:
    is_told = bool(events) and events[0].what != What.IMPORTED
    return not is_told and first.state_type is StateType.CLOSED and present.closed_at is not None


def _until_closed(present: Present, first: Standing, times: Sequence[int]) -> list[Step]:
    worked_on = replace(first, state=State.OPEN.value)
    closed = max(times[0], min([present.closed_at or times[0], *times[1:2]]))
    return [
        Step(at=times[0], event=None, before=None, after=worked_on),
        Step(at=closed, event=None, before=worked_on, after=first),
    ]


def _value(key: str, value: object) -> Value:
    if key == "tags":
        return tuple(str(item) for item in value) if isinstance(value, list) else ()
    return value if isinstance(value, str) else ""


_TYPES: Mapping[str, StateType] = {state.value: state.type for state in State}
_CHANGING = frozenset({What.CHANGED, What.EDITED})
_TELLING = frozenset({What.STATE, What.CHANGED, What.EDITED})
