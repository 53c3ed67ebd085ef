"""Who holds a ticket as its history tells it. The lock file says the same, unless it was deleted or lies elsewhere."""

from collections.abc import Sequence

from mdtickets.domain.event import Event, What
from mdtickets.domain.states import State, StateType
from mdtickets.domain.undone import live_events

# Whatever ends a ticket ends its lock, and needs no event of its own for that.
_ENDS = frozenset(
    state.value for state in State if state.type in {StateType.CLOSED, StateType.MERGED, StateType.REMOVED}
)


def find_holding(events: Sequence[Event]) -> Event | None:
    """The event by which the agent who holds the ticket took it; None when nobody does. What was undone counts not."""
    found: Event | None = None
    for event in live_events(events):
        if event.what == What.LOCKED:
            found = event
        elif event.what == What.UNLOCKED or is_end(event):
            found = None
    return found


def is_end(event: Event) -> bool:
    """Whether the ticket was closed, merged or removed by it."""
    return event.what == What.STATE and event.details.get("to") in _ENDS
