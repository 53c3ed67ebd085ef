"""When tickets are due, by the store's settings: for the catalog, for `due`, and for what the clock tells."""

from collections.abc import Sequence

from msgspec import Struct

from mdtickets.app.calendars import Calendars, calendars_token
from mdtickets.domain.due import Upcoming, as_agreed
from mdtickets.domain.escalating import upcoming
from mdtickets.domain.escalation import Deadline, find_deadlines
from mdtickets.domain.event import Event
from mdtickets.domain.model import Ticket
from mdtickets.domain.settings import Settings
from mdtickets.domain.working_time import Calendar
from mdtickets.errors import RefusedError, UnavailableError
from mdtickets.store.layout import Layout
from mdtickets.store.tickets import load_ticket

RECKONED_BY = "reckoned_by"  # in the catalog: the settings that its due times come from


class Due(Struct, frozen=True, kw_only=True):
    """A ticket, its targets, and the calendar that they are counted in."""

    ticket: Ticket
    deadlines: tuple[Deadline, ...]
    calendar: Calendar


def due_of(layout: Layout, calendars: Calendars, number: str) -> Due:
    """The targets of a ticket. Raises NotFoundError, RefusedError for a broken ticket, UnavailableError."""
    files = load_ticket(layout, number)
    if files.ticket is None:
        where = files.problem.problem if files.problem else "it cannot be read"
        raise RefusedError(f"{number} cannot be reckoned with: {where}.", f"Mend it first: mdtickets edit {number}")
    deadlines = deadlines_of(calendars, files.ticket, files.events)
    return Due(ticket=files.ticket, deadlines=deadlines, calendar=calendars.of(files.ticket.queue))


def deadlines_of(calendars: Calendars, ticket: Ticket, events: Sequence[Event]) -> tuple[Deadline, ...]:
    """Every target of a ticket. Raises UnavailableError when the holidays of its calendar cannot be told."""
    return find_deadlines(ticket, events, calendars.settings, calendars.of)


def reckon(calendars: Calendars, ticket: Ticket, events: Sequence[Event]) -> Upcoming:
    """When a ticket is due. Without its calendar's holidays only what was agreed on: mail is filed all the same."""
    try:
        return upcoming(deadlines_of(calendars, ticket, events), events)
    except UnavailableError:
        return as_agreed(ticket, events)


def reckoned_by(settings: Settings) -> str:
    """What differs once the settings, or the library of holidays, give tickets other times."""
    if not settings.targets:
        return "agreed dates"
    return calendars_token(settings, settings.targets)
