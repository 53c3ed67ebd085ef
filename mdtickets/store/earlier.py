"""A ticket as it was: its history told action by action, each with the `ticket.md` of that moment.

An action is what one mail or one command did; its last event carries the digest of `ticket.md`. The file itself is kept
only as it is now (git keeps the rest), so earlier ones are made by taking back what later events changed.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import takewhile

from msgspec import Struct

from mdtickets.domain.article_name import parse_article_name
from mdtickets.domain.event import DELIVERY, FILED, Event, What, format_event, format_time
from mdtickets.domain.importing import told_closed_at
from mdtickets.domain.model import State, StateType
from mdtickets.store import frontmatter
from mdtickets.store.frontmatter import Value
from mdtickets.store.tickets import TicketFiles, format_ticket, parse_ticket

_FINISHED = frozenset({StateType.CLOSED, StateType.MERGED, StateType.REMOVED})
_FINISHED_STATES = frozenset(state.value for state in State if state.type in _FINISHED)
# What leaves `updated_at` alone: mail nobody wrote to us, how ours fared, and what an editor did.
_QUIET = DELIVERY | {What.AUTOMATIC, What.BOUNCE, What.DUPLICATE, What.JUNK, What.EDITED}


class Step(Struct, frozen=True, kw_only=True):
    """One action: its events, and the files as they were once it was done."""

    events: tuple[Event, ...]
    history_bytes: bytes
    ticket_bytes: bytes

    @property
    def articles(self) -> tuple[str, ...]:
        """The articles that came with it."""
        return tuple(dict.fromkeys(event.article for event in self.events if event.article))


def steps(files: TicketFiles) -> Iterator[Step]:
    """The actions of a ticket in order. What became of a mail of ours counts to the action that queued it."""
    done, before = 0, b""
    for count in _ends(files.events):
        events = files.events[done:count]
        after = _ticket_after(files, count)
        if before and events[0].what != What.EDITED:
            # keys go where a writer put them then: behind those that were there already
            after = format_ticket(parse_ticket(after, files.number), before)
        before = after
        yield Step(
            events=events,
            history_bytes="".join(format_event(event) for event in files.events[:count]).encode(),
            ticket_bytes=before,
        )
        done = count


def _ticket_after(files: TicketFiles, count: int) -> bytes:
    """What `ticket.md` said after that many events, as far as the later ones tell what they changed."""
    now = files.ticket_bytes or b""
    wanted: dict[str, Value | None] = {}
    for event in reversed(files.events[count:]):
        wanted |= _before(event)
    known = frontmatter.parse(now)
    times = _times(files.events[:count])
    state = wanted["state"] if "state" in wanted else known.meta.get("state")
    times |= _times_of_imported(files.events[:count], str(state))
    wanted |= {key: format_time(moment) if moment else None for key, moment in times.items()}
    changes = {key: value for key, value in wanted.items() if value != known.meta.get(key)}
    return frontmatter.replace(known, changes)


def _ends(events: Sequence[Event]) -> Iterator[int]:
    """After how many events each action ends; deliveries alone are no action."""
    actions = list(_actions(events))
    done = 0
    for action, following in zip(actions, [*actions[1:], []], strict=True):
        done += len(action)
        if not following or any(event.what not in DELIVERY for event in following):
            yield done


def _before(event: Event) -> dict[str, Value | None]:
    """What the keys said that an event changed."""
    if event.what == What.STATE:
        return {"state": str(event.details.get("from", State.NEW))}
    changes = event.details.get("changes")
    if event.what != What.CHANGED or not isinstance(changes, dict):
        return {}
    return {key: pair[0] or None for key, pair in changes.items()}


def _times(events: Sequence[Event]) -> dict[str, datetime | None]:
    """The keys that no event names because they follow from all of them."""
    closed_at: datetime | None = None
    for event in events:
        if event.what == What.STATE:
            closed_at = event.at if _is_finished(event) else None
    moments = [_moment(action[0]) for action in _actions(events) if not _is_quiet(action[0])]
    return {"updated_at": max(moments, default=None), "closed_at": closed_at}


def _times_of_imported(events: Sequence[Event], state: str) -> dict[str, datetime | None]:
    """Of a ticket that began with old mail: it opened with its oldest, and may have been closed with its newest."""
    old = list(takewhile(lambda event: event.what == What.IMPORTED, events))
    moments = [_moment(event) for event in old if event.article]
    if not moments:
        return {}
    times: dict[str, datetime | None] = {"created_at": min(moments)}
    if state in _FINISHED_STATES and not any(event.what == What.STATE for event in events):
        times["closed_at"] = told_closed_at(old) or max(moments)
    return times


def _actions(events: Sequence[Event]) -> Iterator[list[Event]]:
    action: list[Event] = []
    for event in events:
        action.append(event)
        if "ticket_md" in event.details:
            yield action
            action = []


def _is_quiet(event: Event) -> bool:
    """Whether an action that begins with it leaves `updated_at` alone."""
    return event.what in _QUIET or event.details.get("unverified") is True


def _moment(event: Event) -> datetime:
    """Of a received mail when it came, of everything else when it was done."""
    name = parse_article_name(event.article or "") if event.what in FILED else None
    return name.at if name else event.at


def _is_finished(event: Event) -> bool:
    return event.details.get("to") in _FINISHED_STATES
