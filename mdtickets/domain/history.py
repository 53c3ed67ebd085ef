"""What a ticket's history adds up to: its articles in order, who waits, what was spent, what did not arrive."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from mdtickets.domain.article_name import is_hand_written, parse_article_name
from mdtickets.domain.event import AUTO_RESPONSES, DELIVERY, FILED, WRITTEN, Event, What, parse_time
from mdtickets.domain.model import ArticleKind, State, StateType
from mdtickets.domain.undone import live_events

_WITH_ARTICLE = FILED | AUTO_RESPONSES | {What.NOTE, What.CALL} | WRITTEN
_NOT_DELIVERED = frozenset({What.FAILED, What.UNKNOWN})
_FINISHED = frozenset({StateType.CLOSED, StateType.MERGED, StateType.REMOVED})


class Entry(Struct, frozen=True, kw_only=True):
    """One article of a ticket as its history names it."""

    position: int  # 1 … n
    name: str
    kind: ArticleKind
    at: datetime
    event: Event  # the one that filed it

    @property
    def is_automatic(self) -> bool:
        """No person wrote it to us: vacation notes, bounces, lists."""
        return self.event.what in {What.AUTOMATIC, What.BOUNCE}

    @property
    def is_unverified(self) -> bool:
        """Its sender does not belong to the ticket."""
        return self.event.details.get("unverified") is True


class Summary(Struct, frozen=True, kw_only=True):
    """The figures of one ticket."""

    entries: tuple[Entry, ...]
    minutes: int
    waits_since: datetime | None
    undelivered: bool
    possible_duplicates: tuple[str, ...]
    last_state: State | None  # of the last state event


def summarise(events: Sequence[Event]) -> Summary:
    """What these events, in the order of the file, add up to. What was undone counts no longer."""
    events = live_events(events)
    entries = tuple(find_entries(events))
    return Summary(
        entries=entries,
        minutes=sum(event.minutes or 0 for event in events),
        waits_since=_waits_since(events),
        undelivered=any(what in _NOT_DELIVERED for what in deliveries(events).values()),
        possible_duplicates=tuple(dict.fromkeys(_duplicates(events))),
        last_state=_last_state(events),
    )


def find_entries(events: Iterable[Event]) -> Iterable[Entry]:
    """The articles in the order in which they were filed, each once; notes that were undone are gone."""
    seen: set[str] = set()
    for event in live_events(tuple(events)):
        name = event.article or ""
        parsed = parse_article_name(name)
        if parsed and event.what in _WITH_ARTICLE and name not in seen:
            seen.add(name)
            yield Entry(position=len(seen), name=name, kind=parsed.kind, at=parsed.at, event=event)
        elif event.what == What.NOTE and name not in seen and is_hand_written(name):
            seen.add(name)
            yield Entry(position=len(seen), name=name, kind=ArticleKind.NOTE, at=_noted_at(event), event=event)


def deliveries(events: Iterable[Event]) -> dict[str, str]:
    """By article of ours: the last word of its delivery (`queued`, `sent`, `failed`, `unknown`, `retried`)."""
    return {event.article: event.what for event in events if event.article and event.what in DELIVERY}


def is_filed(events: Iterable[Event], maildir: str, name: str, sha256: str) -> bool:
    """Whether the history names this mail of that Maildir: then it is complete, whatever still lies there."""
    wanted = {"maildir": maildir, "name": name, "sha256": sha256}
    return any(event.details.get("source") == wanted for event in events)


def _noted_at(event: Event) -> datetime:
    """When a note that was put there by hand was written."""
    try:
        return parse_time(str(event.details.get("created_at", "")))
    except ValueError:
        return event.at


def _waits_since(events: Iterable[Event]) -> datetime | None:
    """When the customer first wrote what nobody has answered. Acknowledgements are no answers."""
    since: datetime | None = None
    for event in events:
        if event.what in {What.NEW, What.FOLLOW_UP} and event.details.get("unverified") is not True:
            since = since or _written_at(event)
        elif event.what in {What.ANSWERED, What.CALL} or _finishes(event):
            since = None
    return since


def _written_at(event: Event) -> datetime:
    parsed = parse_article_name(event.article or "")
    return parsed.at if parsed else event.at


def _finishes(event: Event) -> bool:
    state = _state_of(event)
    return state is not None and state.type in _FINISHED


def _last_state(events: Iterable[Event]) -> State | None:
    states = [state for event in events if (state := _state_of(event))]
    return states[-1] if states else None


def _state_of(event: Event) -> State | None:
    value = event.details.get("to")
    return State(value) if event.what == What.STATE and value in _STATES else None


def _duplicates(events: Iterable[Event]) -> Iterable[str]:
    for event in events:
        found = event.details.get("duplicates")
        yield from (item for item in (found if isinstance(found, list) else ()) if isinstance(item, str))


_STATES = frozenset(state.value for state in State)
