"""What follows from one attempt to send: where the entry goes, and what the history is told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, assert_never

from msgspec import Struct, field
from msgspec.structs import replace

from mdtickets.domain.delivery import DeliveryState, next_attempt
from mdtickets.domain.event import Event, What
from mdtickets.mail.outcome import Failed, Outcome, Sent, Unknown, refused_by_all
from mdtickets.store.outbox import Move, OutboxEntry

OURSELVES = "mdtickets"


class Consequence(Struct, frozen=True, kw_only=True):
    """An entry's way after an attempt. With `sent` it leaves once the history has its events."""

    entry: OutboxEntry
    state: DeliveryState
    changes: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[Event, ...] = ()

    @property
    def move(self) -> Move:
        """The same as the outbox takes it."""
        return Move(entry=self.entry, state=self.state, changes=self.changes)


def consequence_of(outcome: Outcome, entry: OutboxEntry, now: datetime) -> Consequence:
    """What follows. Refused for now is tried again, refused for good is not, and what is unknown waits for a person."""
    tried = {"attempts": entry.attempts + 1, "detail": outcome.detail}
    match outcome:
        case Sent(refused=()):
            told = delivery_event(What.SENT, entry, now, detail=outcome.detail)
            return Consequence(entry=entry, state=DeliveryState.SENT, events=(told,))
        case Sent():
            return _for_the_rest(outcome, entry, now)
        case Failed():
            again = None if outcome.permanent else next_attempt(entry.attempts + 1, entry.queued_at, now)
            if again:
                return Consequence(entry=entry, state=DeliveryState.QUEUED, changes={**tried, "not_before": again})
            detail = outcome.detail if outcome.permanent else f"given up: {outcome.detail}"
            told = delivery_event(What.FAILED, entry, now, to=list(entry.envelope_to), detail=detail)
            return Consequence(
                entry=entry, state=DeliveryState.FAILED, changes={**tried, "detail": detail}, events=(told,)
            )
        case Unknown():
            told = delivery_event(What.UNKNOWN, entry, now, detail=outcome.detail)
            return Consequence(entry=entry, state=DeliveryState.UNKNOWN, changes=tried, events=(told,))
        case _:
            assert_never(outcome)


def consequence_told(event: Event, entry: OutboxEntry, state: DeliveryState) -> Consequence:
    """What a crash kept from the outbox although the history already has it: `state`, by this event."""
    refused = event.details.get("to")
    rest = tuple(to for to in entry.envelope_to if not isinstance(refused, list) or to in refused)
    detail = event.details.get("detail")
    return Consequence(
        entry=entry,
        state=state,
        changes={"envelope_to": rest or entry.envelope_to, "detail": detail if isinstance(detail, str) else ""},
    )


def delivery_event(what: What, entry: OutboxEntry, now: datetime, by: str = OURSELVES, **details: Any) -> Event:
    """An event about the way of one mail; `to` among the details names recipients when it is not about all."""
    return Event(at=now, by=by, what=what, article=entry.article, details={"message_id": entry.message_id, **details})


def _for_the_rest(outcome: Sent, entry: OutboxEntry, now: datetime) -> Consequence:
    """Some got it: from here on the entry is about the others, so that nobody gets it twice."""
    refused = tuple(refusal.address for refusal in outcome.refused)
    got_it = [to for to in entry.envelope_to if to not in refused]
    told = delivery_event(What.SENT, entry, now, to=got_it, detail=outcome.detail)
    rest = consequence_of(refused_by_all(outcome.refused), replace(entry, envelope_to=refused), now)
    return Consequence(
        entry=entry,
        state=rest.state,
        changes={**rest.changes, "envelope_to": refused},
        events=(told, *rest.events),
    )
