"""What may become of a mail of ours, and when it is tried again."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from mdtickets.domain.event import Event, What

_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=4)
# RFC 5321 section 4.5.4.1: "the give-up time generally needs to be at least 4-5 days"
_GIVE_UP_AFTER = timedelta(days=5)
# beyond this many doublings the pause is the longest one anyway
_DOUBLINGS = 10

_UNSAFE = rb"^\.|[^A-Za-z0-9.@_+-]"
_LONGEST_NAME = 180  # bytes; file systems take 255, and a suffix or flags follow


class DeliveryState(StrEnum):
    """Where a mail is on its way out; the value is the directory in the outbox and the word of `--json`."""

    QUEUED = "queued"
    SENDING = "sending"  # a transport has it in hand; found so at a start it is unknown
    SENT = "sent"  # accepted; in the outbox only until the history says so
    FAILED = "failed"
    UNKNOWN = "unknown"  # may have left or not: a person decides


def pause_after(attempts: int) -> timedelta:
    """How long a mail waits after that many attempts that failed: 1 minute, doubled each time, 4 hours at most."""
    return min(_FIRST_PAUSE * (1 << min(max(attempts - 1, 0), _DOUBLINGS)), _LONGEST_PAUSE)


def next_attempt(attempts: int, queued_at: datetime, now: datetime) -> datetime | None:
    """When to try again after that many attempts; None when the mail has been tried long enough."""
    return None if now - queued_at >= _GIVE_UP_AFTER else now + pause_after(attempts)


def told_state(events: Sequence[Event]) -> DeliveryState | None:
    """What the history says became of a mail (`events` are those of its delivery); None while it is on its way.

    A `sent` with `to` is about some of the recipients: the others were refused and may get it yet.
    """
    last = events[-1] if events else None
    if last is None or (last.what == What.SENT and "to" in last.details):
        return None
    return _TOLD.get(last.what)


def file_name(message_id: str) -> str:
    """The name of the files that belong to a mail of ours: its Message-ID, never a path and never hidden.

    Only [A-Za-z0-9.@_+-] stay as they are; a long one is cut and ends in its digest, so that names stay distinct.
    """
    raw = message_id.encode("utf-8", "surrogatepass")
    name = re.sub(_UNSAFE, lambda match: b"%%%02X" % match[0][0], raw).decode("ascii")
    if len(name) <= _LONGEST_NAME:
        return name
    import hashlib

    return f"{name[:100]}%{hashlib.sha256(raw).hexdigest()}"


_TOLD: Mapping[str, DeliveryState] = {
    What.SENT: DeliveryState.SENT,
    What.FAILED: DeliveryState.FAILED,
    What.UNKNOWN: DeliveryState.UNKNOWN,
}
