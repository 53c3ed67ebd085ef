"""Which targets a ticket has: the most specific of those that the settings name for it."""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from msgspec import Struct

from mdtickets.domain.model import Ticket
from mdtickets.domain.settings import Settings, Target

WARN_AT = 80  # percent, when no target says


class Kind(StrEnum):
    """What is to be done in time (OTRS escalation times); `agreed` is the `due_at` that somebody set by hand."""

    FIRST_RESPONSE = "first_response"
    UPDATE = "update"
    SOLUTION = "solution"
    AGREED = "agreed"


class Goal(Struct, frozen=True, kw_only=True):
    """One target of a ticket."""

    kind: Kind
    minutes: int  # working minutes, more than 0
    warn_at: int  # percent; 0 = never
    said_by: Target


def goals_of(ticket: Ticket, settings: Settings) -> tuple[Goal, ...]:
    """The targets of a ticket; of several that fit, each of its times comes from the most specific that names it.

    One for its company comes before one for its priority, and that before one for its queue; of two for the same the
    last one written counts, and a queue's own table last.
    """
    if not settings.targets:
        return ()
    fitting = [each for each in settings.targets if _fits(each, ticket)]
    fitting.sort(key=lambda each: each.rank)  # stable: of equals the last one stays last
    return tuple(_goals(fitting[::-1]))


def _goals(fitting: Sequence[Target]) -> Iterator[Goal]:
    warn_at = next((each.warn_at for each in fitting if each.warn_at is not None), WARN_AT)
    for kind in (Kind.FIRST_RESPONSE, Kind.UPDATE, Kind.SOLUTION):
        for target in fitting:
            minutes: int | None = getattr(target, kind)
            if minutes is not None:
                if minutes:
                    yield Goal(kind=kind, minutes=minutes, warn_at=warn_at, said_by=target)
                break


def _fits(target: Target, ticket: Ticket) -> bool:
    wanted = ((target.queue, ticket.queue), (target.priority, ticket.priority), (target.company, ticket.company))
    return all(not asked or asked == found for asked, found in wanted)
