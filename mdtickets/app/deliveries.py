"""What became of each mail of ours: the history and this machine's outbox joined (store-format, reading rule 4)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from msgspec import Struct

from mdtickets.domain.delivery import DeliveryState
from mdtickets.domain.event import DELIVERY, Event, What
from mdtickets.store.outbox import OutboxEntry

_TROUBLE = frozenset({DeliveryState.FAILED, DeliveryState.UNKNOWN})
_WAITING = frozenset({What.QUEUED.value, What.RETRIED.value})


class Delivery(Struct, frozen=True, kw_only=True):
    """Where a mail of ours is on its way out, since when, and the server's words."""

    state: DeliveryState
    at: datetime
    detail: str = ""

    @property
    def is_trouble(self) -> bool:
        """Whether a person should do something about it."""
        return self.state in _TROUBLE


def join_deliveries(
    events: Iterable[Event], outbox: Mapping[str, OutboxEntry], system_id: str
) -> Iterator[tuple[str, Delivery]]:
    """The article and delivery of each mail of ours that was ever queued.

    `outbox` has the entries of this ticket by article; `system_id` is this machine's.
    """
    last: dict[str, Event] = {}
    machines: dict[str, str] = {}
    for event in events:
        if event.article and event.what in DELIVERY:
            last[event.article] = event
            machines[event.article] = str(event.details.get("machine") or machines.get(event.article, ""))
    for article, event in last.items():
        yield article, _join(event, outbox.get(article), machines[article], system_id)


def _join(event: Event, entry: OutboxEntry | None, machine: str, system_id: str) -> Delivery:
    told = str(event.details.get("detail") or "")
    if event.what not in _WAITING:
        return Delivery(state=DeliveryState(event.what), at=event.at, detail=told)
    if entry:
        tried = f" (tried {entry.attempts} ×)" if entry.attempts else ""
        return Delivery(state=entry.state, at=event.at, detail=(entry.detail or told) + tried)
    if machine == system_id:
        return Delivery(state=DeliveryState.UNKNOWN, at=event.at, detail="queued here, but not in the outbox any more")
    return Delivery(state=DeliveryState.QUEUED, at=event.at, detail=f"on machine {machine}")
