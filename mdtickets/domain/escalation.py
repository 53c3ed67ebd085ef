"""Until when a ticket is to be answered, updated and solved (OTRS escalation), reckoned from its history.

A clock for each target runs while the team has to act. It stands still while the ticket is pending, ends when the target
is reached or the ticket closed, and begins anew when the ticket is opened again. Acknowledgements answer nobody, and mail
that no person wrote starts nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct, field

from mdtickets.domain.article_name import kind_named
from mdtickets.domain.event import Event, What
from mdtickets.domain.model import ArticleKind, Ticket
from mdtickets.domain.settings import Settings
from mdtickets.domain.states import StateType
from mdtickets.domain.stretches import Present, Standing, Step, walk
from mdtickets.domain.targets import Goal, Kind, goals_of
from mdtickets.domain.timestamps import at_second
from mdtickets.domain.working_time import Calendar, after_working_seconds, working_seconds

CalendarOf = Callable[[str], Calendar]

_RUNNING = frozenset({StateType.NEW, StateType.OPEN})
_STANDING_STILL = frozenset({StateType.PENDING_REMINDER, StateType.PENDING_AUTO})
_ANSWERS = frozenset({What.ANSWERED, What.COMPOSED, What.CALL})


class Clock(Struct):
    """The time of one target. Seconds since 1970."""

    kind: Kind
    since: int
    runs: list[tuple[int, int | None]] = field(default_factory=list)  # when it ran; the last one may still
    ended: int | None = None  # when the target was reached, or could not be any more
    is_reached: bool = False

    @property
    def is_running(self) -> bool:
        """Whether it runs now."""
        return bool(self.runs) and self.runs[-1][1] is None

    def turn(self, at: int, *, runs: bool) -> None:
        """Run from then on, or stand still."""
        if runs and not self.is_running:
            self.runs.append((at, None))
        elif not runs and self.is_running:
            self.runs[-1] = (self.runs[-1][0], at)

    def end(self, at: int, *, is_reached: bool) -> None:
        """Run no more."""
        if self.ended is None:
            self.turn(at, runs=False)
            self.ended, self.is_reached = at, is_reached


class Deadline(Struct, frozen=True, kw_only=True):
    """One target of a ticket, and when it is due. Seconds since 1970."""

    kind: Kind
    goal: Goal | None = None  # None: a date that was agreed on by hand
    clock: Clock | None = None
    since: int
    due_at: int | None = None  # None: its time will not come as things stand
    warn_at: int | None = None  # when the team is warned

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to reach it."""
        return self.clock is None or self.clock.ended is None


def find_clocks(ticket: Ticket, events: Sequence[Event]) -> Mapping[Kind, Clock]:
    """The clocks of a ticket with these events; of one that began anew, the last."""
    clocks = _Clocks()
    for step in walk(_present(ticket), events):
        clocks.follow(step)
    return clocks.found


def find_deadlines(
    ticket: Ticket, events: Sequence[Event], settings: Settings, calendar_of: CalendarOf
) -> tuple[Deadline, ...]:
    """Every target of a ticket that is or was to be reached, with its times by the calendar of its queue."""
    goals = goals_of(ticket, settings)
    clocks = find_clocks(ticket, events) if goals else {}
    deadlines = [_deadline(goal, clocks[goal.kind], calendar_of(ticket.queue)) for goal in goals if goal.kind in clocks]
    if ticket.due_at and ticket.is_open:
        agreed = int(ticket.due_at.timestamp())
        deadlines.append(Deadline(kind=Kind.AGREED, since=agreed, due_at=agreed))
    return tuple(deadlines)


def earliest(deadlines: Sequence[Deadline]) -> datetime | None:
    """When the first of those that are open is due."""
    times = [each.due_at for each in deadlines if each.is_open and each.due_at is not None]
    return at_second(min(times)) if times else None


def used_seconds(clock: Clock, now: int, calendar: Calendar) -> int:
    """The working time that a clock has counted by then."""
    runs = ((since, now if until is None else min(until, now)) for since, until in clock.runs)
    return sum(working_seconds(since, until, calendar) for since, until in runs)


def _deadline(goal: Goal, clock: Clock, calendar: Calendar) -> Deadline:
    wanted = goal.minutes * 60
    if goal.kind is Kind.UPDATE and clock.ended is None and not clock.is_running:
        # who waits for the customer has nothing to tell him
        return Deadline(kind=goal.kind, goal=goal, clock=clock, since=clock.since)
    due_at = _reached_at(clock, wanted, calendar)
    warn_at = _reached_at(clock, wanted * goal.warn_at // 100, calendar) if goal.warn_at else None
    return Deadline(kind=goal.kind, goal=goal, clock=clock, since=clock.since, due_at=due_at, warn_at=warn_at)


def _reached_at(clock: Clock, wanted: int, calendar: Calendar) -> int | None:
    """When a clock has counted so many working seconds; None when it stands still before."""
    for since, until in clock.runs:
        if until is None:
            return after_working_seconds(since, wanted, calendar)
        counted = working_seconds(since, until, calendar)
        if counted >= wanted:
            return after_working_seconds(since, wanted, calendar)
        wanted -= counted
    return None


def _present(ticket: Ticket) -> Present:
    standing = Standing(
        state=ticket.state.value,
        queue=ticket.queue,
        owner=ticket.owner,
        priority=ticket.priority.value,
        customer=ticket.customer,
        company=ticket.company,
        problem=ticket.problem,
        tags=ticket.tags,
    )
    return Present(
        standing=standing,
        created_at=int(ticket.created_at.timestamp()),
        closed_at=int(ticket.closed_at.timestamp()) if ticket.closed_at else None,
        written_at=int(ticket.updated_at.timestamp()),
    )


class _Clocks:
    """The clocks of one ticket while its history is walked through."""

    def __init__(self) -> None:
        self.found: dict[Kind, Clock] = {}
        self._state: StateType | None = None
        self._began: int | None = None  # when the ticket was created, until it is opened again
        self._is_answered = False
        self._waits = False  # whether the customer wrote last

    def follow(self, step: Step) -> None:
        """What one step does to them."""
        event = step.event
        if event and _is_answer(event):
            self._answered(step.at)
        elif event and _is_question(event):
            self._asked(step.at)
        if step.after.state_type is not self._state:
            self._change(step.after.state_type, step.at)

    def _asked(self, at: int) -> None:
        since = at if self._began is None or self._waits else self._began
        if not self._is_answered and Kind.FIRST_RESPONSE not in self.found:
            self._begin(Kind.FIRST_RESPONSE, since)
        if not self._waits:
            self._begin(Kind.UPDATE, at if self._is_answered else since)
        self._waits = True

    def _answered(self, at: int) -> None:
        self._is_answered, self._waits = True, False
        first = self.found.get(Kind.FIRST_RESPONSE)
        if first and (first.ended is None or first.ended == at):  # an answer may close the ticket
            first.end(at, is_reached=True)
            first.is_reached = True
        self._begin(Kind.UPDATE, at)

    def _change(self, state: StateType, at: int) -> None:
        before, self._state = self._state, state
        if not _is_open(state):
            for clock in self._going():
                clock.end(at, is_reached=clock.kind is Kind.SOLUTION and state is StateType.CLOSED)
        elif before is None:
            self._began = at
            self._begin(Kind.SOLUTION, at)
        elif _is_open(before):
            for clock in self._going():
                clock.turn(at, runs=state in _RUNNING)
        else:
            self._begin_anew(at)

    def _begin_anew(self, at: int) -> None:
        self._began = None
        again = [Kind.SOLUTION, Kind.UPDATE]
        if not self._is_answered and Kind.FIRST_RESPONSE in self.found:
            again.append(Kind.FIRST_RESPONSE)
        for kind in again:
            self._begin(kind, at)

    def _begin(self, kind: Kind, at: int) -> None:
        clock = self.found[kind] = Clock(kind=kind, since=at)
        if self._state in _RUNNING:
            clock.turn(at, runs=True)
        elif self._state not in _STANDING_STILL:
            clock.end(at, is_reached=False)

    def _going(self) -> Iterator[Clock]:
        return (clock for clock in self.found.values() if clock.ended is None)


def _is_open(state: StateType) -> bool:
    return state in _RUNNING or state in _STANDING_STILL


def _is_answer(event: Event) -> bool:
    """Whether the customer heard of a person of the team by it."""
    return event.what in _ANSWERS or (event.what == What.IMPORTED and kind_named(event.article) is ArticleKind.AGENT)


def _is_question(event: Event) -> bool:
    """Whether a person wrote to the team by it."""
    if event.what == What.IMPORTED:
        return kind_named(event.article) is ArticleKind.CUSTOMER
    return event.what in {What.NEW, What.FOLLOW_UP} and event.details.get("unverified") is not True
