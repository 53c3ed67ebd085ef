"""The words that a ticket's state and priority may be in (OTRS's), and the agent's lock on it.

Apart from the other nouns, because a list needs these alone and every value class costs its start a millisecond.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class StateType(StrEnum):
    """What a state means to the rules, whatever a team calls it (OTRS state types)."""

    NEW = "new"
    OPEN = "open"
    PENDING_REMINDER = "pending reminder"
    PENDING_AUTO = "pending auto close"
    CLOSED = "closed"
    MERGED = "merged"
    REMOVED = "removed"


class State(StrEnum):
    """The default states of OTRS; the value is the word in `ticket.md`."""

    NEW = "new"
    OPEN = "open"
    PENDING_REMINDER = "pending reminder"
    PENDING_AUTO_CLOSE_SUCCESSFUL = "pending auto close+"
    PENDING_AUTO_CLOSE_UNSUCCESSFUL = "pending auto close-"
    CLOSED_SUCCESSFUL = "closed successful"
    CLOSED_UNSUCCESSFUL = "closed unsuccessful"
    MERGED = "merged"
    REMOVED = "removed"

    @property
    def type(self) -> StateType:
        """The state type that rules look at."""
        return _TYPE_OF[self]


_TYPE_OF: Mapping[State, StateType] = {
    State.NEW: StateType.NEW,
    State.OPEN: StateType.OPEN,
    State.PENDING_REMINDER: StateType.PENDING_REMINDER,
    State.PENDING_AUTO_CLOSE_SUCCESSFUL: StateType.PENDING_AUTO,
    State.PENDING_AUTO_CLOSE_UNSUCCESSFUL: StateType.PENDING_AUTO,
    State.CLOSED_SUCCESSFUL: StateType.CLOSED,
    State.CLOSED_UNSUCCESSFUL: StateType.CLOSED,
    State.MERGED: StateType.MERGED,
    State.REMOVED: StateType.REMOVED,
}

# What `list` shows when no state is asked for: somebody may still have to act.
OPEN_STATE_TYPES = frozenset(
    {StateType.NEW, StateType.OPEN, StateType.PENDING_REMINDER, StateType.PENDING_AUTO},
)


class Priority(StrEnum):
    """OTRS priorities; the digit makes them sort."""

    VERY_LOW = "1 very low"
    LOW = "2 low"
    NORMAL = "3 normal"
    HIGH = "4 high"
    VERY_HIGH = "5 very high"


class TicketLock(Struct, frozen=True, kw_only=True):
    """An agent's hold on a ticket, so that nobody answers it twice. Not the process-level lockfile."""

    agent: str
    host: str
    since: datetime
    until: datetime | None
    reason: str = ""
