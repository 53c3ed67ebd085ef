"""What the clock does to a ticket whose targets come near: a warning and an escalation, each told once.

That they were told stands in the history, with the moment at which the target's time began: so once for each beginning,
whatever crashes, and again when the ticket was opened again or the customer is to hear of the team anew.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from mdtickets.domain.agent import Change
from mdtickets.domain.due import Upcoming
from mdtickets.domain.escalation import Deadline, earliest
from mdtickets.domain.event import Event, What
from mdtickets.domain.model import Ticket
from mdtickets.domain.timed import CLOCK
from mdtickets.domain.timestamps import at_second, format_time


def upcoming(deadlines: Sequence[Deadline], events: Sequence[Event]) -> Upcoming:
    """When the first target is due, and when the clock next has something to tell."""
    told = _Told(events)
    times = [at for each in deadlines for at, _what in _to_tell(each, told)]
    return Upcoming(due_at=earliest(deadlines), next_at=at_second(min(times)) if times else None)


def when_escalating(
    ticket: Ticket, events: Sequence[Event], deadlines: Sequence[Deadline], now: datetime
) -> Change | None:
    """What is to be told of a ticket's targets; None when nothing is. The ticket stays as it is."""
    events = tuple(_due_now(deadlines, _Told(events), now))
    return Change(ticket=ticket, events=events) if events else None


def _due_now(deadlines: Sequence[Deadline], told: "_Told", now: datetime) -> Iterator[Event]:
    for each in deadlines:
        due = [what for at, what in _to_tell(each, told) if at <= int(now.timestamp())]
        if due:
            yield _event(each, due[-1], now)  # of both the graver one


class _Told:
    """What a history says was told."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._known = {
            (event.what, event.details.get("target"), event.details.get("since"))
            for event in events
            if event.what in {What.WARNED, What.ESCALATED}
        }

    def has(self, what: What, deadline: Deadline) -> bool:
        """Whether that was told of this deadline."""
        return (what, deadline.kind.value, _text(deadline.since)) in self._known


def _to_tell(deadline: Deadline, told: _Told) -> Iterator[tuple[int, What]]:
    """When what is still to be told of a deadline: the warning, then the escalation."""
    if not deadline.is_open or told.has(What.ESCALATED, deadline):
        return
    if deadline.warn_at is not None and not told.has(What.WARNED, deadline):
        yield deadline.warn_at, What.WARNED
    if deadline.due_at is not None:
        yield deadline.due_at, What.ESCALATED


def _event(deadline: Deadline, what: What, now: datetime) -> Event:
    details: dict[str, object] = {"target": deadline.kind.value, "since": _text(deadline.since)}
    if deadline.due_at is not None:
        details["due_at"] = _text(deadline.due_at)
    if deadline.goal:
        details["working_minutes"] = deadline.goal.minutes
    return Event(at=now, by=CLOCK, what=what, details=details)


def _text(moment: int) -> str:
    return format_time(at_second(moment))
