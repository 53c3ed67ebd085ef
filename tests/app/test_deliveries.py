"""What became of a mail of ours: history and outbox together."""

from datetime import UTC, datetime
from typing import Any

import pytest

from mdtickets.app.deliveries import Delivery, join_deliveries
from mdtickets.domain.delivery import DeliveryState
from mdtickets.domain.event import Event
from mdtickets.store.outbox import OutboxEntry

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ARTICLE = "20261124T090000Z-3f2a9c1d-ack.eml"
QUEUED = {"message_id": "a@b", "machine": "10"}


def event(what: str, **details: Any) -> Event:
    """An event of our mail."""
    return Event(at=AT, by="mdtickets", what=what, article=ARTICLE, details=details)


def entry(state: DeliveryState, detail: str = "", attempts: int = 0) -> OutboxEntry:
    """Our mail in the outbox."""
    return OutboxEntry(
        number="2026112410000420",
        article=ARTICLE,
        message_id="a@b",
        envelope_from="",
        envelope_to=("kim@lee.example",),
        queued_at=AT,
        state=state,
        detail=detail,
        attempts=attempts,
    )


@pytest.mark.parametrize(
    ("events", "found", "state", "detail"),
    [
        ([event("queued", **QUEUED)], entry(DeliveryState.QUEUED), "queued", ""),
        ([event("queued", **QUEUED)], entry(DeliveryState.SENDING), "sending", ""),
        ([event("queued", **QUEUED)], entry(DeliveryState.QUEUED, "421 busy", 2), "queued", "421 busy (tried 2 ×)"),
        ([event("queued", **QUEUED)], None, "unknown", "queued here, but not in the outbox any more"),
        ([event("queued", message_id="a@b", machine="11")], None, "queued", "on machine 11"),
        ([event("queued", **QUEUED), event("sent", detail="250 Ok")], None, "sent", "250 Ok"),
        ([event("queued", **QUEUED), event("sent", detail="250 Ok")], entry(DeliveryState.SENT), "sent", "250 Ok"),
        ([event("queued", **QUEUED), event("failed", detail="550 no")], None, "failed", "550 no"),
        ([event("queued", **QUEUED), event("failed"), event("retried")], entry(DeliveryState.QUEUED), "queued", ""),
        ([event("queued", **QUEUED), event("sent"), event("failed", detail="bounced")], None, "failed", "bounced"),
    ],
)
def test_the_last_word_counts(events: list[Event], found: OutboxEntry | None, state: str, detail: str) -> None:
    """The history says what happened, the outbox what is still going on, and only of this machine's mail."""
    outbox = {ARTICLE: found} if found else {}
    expected = (ARTICLE, Delivery(state=DeliveryState(state), at=AT, detail=detail))
    assert list(join_deliveries(events, outbox, "10")) == [expected]


def test_what_was_never_queued_has_no_delivery() -> None:
    """Received mail and notes are not on their way anywhere."""
    assert list(join_deliveries([event("follow_up")], {}, "10")) == []
