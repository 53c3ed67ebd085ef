"""What is counted of a ticket: that it came, was answered, closed and opened again; its articles; the time it took."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, tzinfo

from msgspec import Struct

from mdtickets.domain.article_name import kind_named, parse_article_name
from mdtickets.domain.event import AUTO_RESPONSES, Event, What
from mdtickets.domain.history import Entry, find_entries
from mdtickets.domain.model import ArticleKind
from mdtickets.domain.spent import TimeEntry, time_entries
from mdtickets.domain.states import OPEN_STATE_TYPES, StateType
from mdtickets.domain.stretches import Standing, Step

CREATED, CLOSED, REOPENED, CHANGED = "created", "closed", "reopened", "changed"
FIRST_RESPONSE, ACKNOWLEDGED = "first_response", "acknowledged"

IN, OUT, OWN = "in", "out", "own"


class Happening(Struct, frozen=True, kw_only=True):
    """Something that happened to a ticket, and where it stood then."""

    what: str
    at: int  # seconds since 1970
    agent: str  # who did it, or whose it was
    standing: Standing
    since: int | None = None  # of what has a length: when that began
    until: int | None = None  # of a closing: when the ticket was opened again


class Post(Struct, frozen=True, kw_only=True):
    """One article, or the second delivery of one."""

    at: int  # when it was received or written, or the ticket began, if that was later
    what: str  # the word of its event
    kind: str  # of the article; "" for a second delivery, which is no article of its own
    direction: str  # in, out, or own: the team among itself
    automatic: bool  # no person wrote it
    copied: bool  # it came with another ticket, from which this one was split
    agent: str  # who wrote it; of received mail, whose the ticket was
    standing: Standing


class Spent(Struct, frozen=True, kw_only=True):
    """Minutes of one agent on one day. A correction counts for the agent, the day and the place of what it corrects."""

    entry: int  # the entry (1 … n) that these minutes belong to: this one, or the one that it corrects
    at: int
    day: date
    agent: str
    minutes: int
    activity: str
    standing: Standing


def happenings(steps: Sequence[Step], events: Sequence[Event]) -> list[Happening]:
    """What happened to the ticket, apart from its articles and the time it took. `events` as the file has them."""
    begun = steps[0]
    created = Happening(what=CREATED, at=begun.at, agent=begun.after.owner, standing=begun.after)
    return [created, *_of_states(steps), *_of_answers(steps, events)]


def posts(steps: Sequence[Step], events: Sequence[Event]) -> Iterator[Post]:
    """The articles in their order, and the mails that came once more."""
    places = _steps_of(steps)
    came_from = {event.details.get("from") for event in events if event.what == What.SPLIT} - {None}
    for entry in find_entries(events):
        step = places[id(entry.event)]
        is_copy = bool(came_from) and entry.position == 1
        yield _post(entry, step.after, steps[0].at, is_copy=is_copy)
    for step in steps:
        if step.event and step.event.what == What.DUPLICATE and not step.event.article:
            yield _second_delivery(step)


def spent(steps: Sequence[Step], events: Sequence[Event], zone: tzinfo) -> Iterator[Spent]:
    """The time that the ticket took, entry by entry."""
    places = _steps_of(steps)
    entries: dict[int, TimeEntry] = {}
    for entry in time_entries(events, zone):
        meant = entries.get(entry.corrects or 0, entry)
        entries[entry.position] = meant
        yield Spent(
            entry=meant.position,
            at=places[id(entry.event)].at,
            day=entry.day,
            agent=meant.agent,
            minutes=entry.minutes,
            activity=entry.activity,
            standing=places[id(meant.event)].after,
        )


def _steps_of(steps: Sequence[Step]) -> Mapping[int, Step]:
    """By identity of its event: an event may say the same as another one."""
    return {id(step.event): step for step in steps if step.event}


# --- states


def _of_states(steps: Sequence[Step]) -> Iterator[Happening]:
    closing: Step | None = None
    for step in steps:
        before, after = step.before, step.after
        if before and before.state != after.state:
            yield Happening(what=CHANGED, at=step.at, agent=_doer(step), standing=after)
        kind = after.state_type
        if kind is StateType.CLOSED and closing is None:
            closing = step
        elif kind in OPEN_STATE_TYPES and closing is not None:
            yield _closed(steps[0].at, closing, step.at)
            yield Happening(what=REOPENED, at=step.at, agent=_doer(closing), standing=after)
            closing = None
    if closing is not None:
        yield _closed(steps[0].at, closing, None)


def _closed(began: int, closing: Step, until: int | None) -> Happening:
    return Happening(what=CLOSED, at=closing.at, agent=_doer(closing), standing=closing.after, since=began, until=until)


def _doer(step: Step) -> str:
    return step.event.by if step.event else step.after.owner


# --- answers


def _of_answers(steps: Sequence[Step], events: Sequence[Event]) -> Iterator[Happening]:
    acknowledges: dict[str, str] = {}  # by acknowledgement: what it answers
    answered = not _waits_for_answer(events)
    for step in steps:
        event = step.event
        if event is None:
            continue
        if not answered and _is_response(event):
            answered = True
            at = max(steps[0].at, _written_at(event, step.at))
            yield Happening(what=FIRST_RESPONSE, at=at, agent=event.by, standing=step.after, since=steps[0].at)
        if event.article and event.what in AUTO_RESPONSES:
            acknowledges[event.article] = str(event.details.get("answers", ""))
        elif event.article and event.what == What.SENT and event.article in acknowledges:
            arrived = parse_article_name(acknowledges.pop(event.article))
            if arrived:
                since = int(arrived.at.timestamp())
                yield Happening(what=ACKNOWLEDGED, at=step.at, agent="", standing=step.after, since=since)


def _waits_for_answer(events: Sequence[Event]) -> bool:
    """Whether the ticket began with a person who wrote to us."""
    if not events:
        return False
    first = events[0]
    return first.what == What.NEW or (first.what == What.IMPORTED and kind_named(first.article) is ArticleKind.CUSTOMER)


def _is_response(event: Event) -> bool:
    """Whether a person of the team answered the customer."""
    if event.what == What.IMPORTED:
        return kind_named(event.article) is ArticleKind.AGENT
    return event.what in {What.ANSWERED, What.CALL}


def _written_at(event: Event, at: int) -> int:
    """Old mail was written long before it was imported."""
    parsed = parse_article_name(event.article or "") if event.what == What.IMPORTED else None
    return int(parsed.at.timestamp()) if parsed else at


# --- articles


def _post(entry: Entry, standing: Standing, begun: int, *, is_copy: bool) -> Post:
    direction = _DIRECTIONS.get(entry.kind, OWN)
    if entry.kind is ArticleKind.CALL:
        direction = OUT if entry.event.details.get("direction") == OUT else IN
    is_ours = entry.kind in {ArticleKind.AGENT, ArticleKind.NOTE, ArticleKind.CALL}
    return Post(
        at=max(begun, int(entry.at.timestamp())),
        what=entry.event.what,
        kind=entry.kind.value,
        direction=direction,
        automatic=entry.is_automatic or entry.kind is ArticleKind.ACK,
        copied=is_copy,
        agent=entry.event.by if is_ours else standing.owner,
        standing=standing,
    )


def _second_delivery(step: Step) -> Post:
    return Post(
        at=step.at,
        what=What.DUPLICATE,
        kind="",
        direction=IN,
        automatic=False,
        copied=False,
        agent=step.after.owner,
        standing=step.after,
    )


_DIRECTIONS: Mapping[ArticleKind, str] = {
    ArticleKind.CUSTOMER: IN,
    ArticleKind.AGENT: OUT,
    ArticleKind.ACK: OUT,
}
