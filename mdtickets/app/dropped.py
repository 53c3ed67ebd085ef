"""Whether somebody put notes into a ticket's directory by hand. Asked whenever a ticket is shown, so it loads little."""

from mdtickets.app.glance import OpenStore
from mdtickets.errors import NotFoundError
from mdtickets.store.dropped import find_dropped
from mdtickets.store.tickets import load_ticket


def has_dropped(session: OpenStore, number: str) -> bool:
    """Whether a ticket's directory has notes that its history does not name yet. Mostly its names alone say no."""
    directory = session.layout.ticket(number)
    names = find_dropped(directory, ())
    if not names:
        return False
    try:
        events = load_ticket(session.layout, number).events
    except NotFoundError:
        return False
    return not {event.article for event in events}.issuperset(names)
