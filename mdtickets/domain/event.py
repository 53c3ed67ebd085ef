"""One line of `history.jsonl`: who did what when, to which article, and why.

The history is append-only and the only place that knows whether a mail was filed or sent: `ticket.md` says what is
true now, the history how it came to be.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct, field

from mdtickets.domain.model import Reason
from mdtickets.domain.timestamps import format_time, parse_time

__all__ = [
    "AUTO_RESPONSES",
    "DELIVERY",
    "FILED",
    "TOLD_BY_CLOCK",
    "WRITTEN",
    "Event",
    "What",
    "event_as_dict",
    "format_event",
    "format_time",
    "parse_event",
    "parse_time",
]


class What(StrEnum):
    """What happened. Mail: how it was filed, then what became of our own mail; the rest: what was changed."""

    # a received mail, filed (`what` of the command `file`)
    NEW = "new"
    FOLLOW_UP = "follow_up"
    DUPLICATE = "duplicate"
    BOUNCE = "bounce"
    AUTOMATIC = "automatic"
    JUNK = "junk"
    IMPORTED = "imported"
    # an automatic answer of ours (OTRS names)
    AUTO_REPLY = "auto_reply"
    AUTO_FOLLOW_UP = "auto_follow_up"
    AUTO_REJECT = "auto_reject"
    AUTO_NEW_AFTER_CLOSED = "auto_new_after_closed"
    # delivery of a mail of ours
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    RETRIED = "retried"
    # what agents and hand edits do
    ANSWERED = "answered"
    FORWARDED = "forwarded"
    RESENT = "resent"
    COMPOSED = "composed"
    NOTE = "note"
    CALL = "call"
    STATE = "state"
    CHANGED = "changed"
    EDITED = "edited"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    MERGED = "merged"
    UNMERGED = "unmerged"
    SPLIT = "split"
    REMINDED = "reminded"
    WARNED = "warned"
    ESCALATED = "escalated"
    TIME = "time"
    UNDONE = "undone"


FILED = frozenset({What.NEW, What.FOLLOW_UP, What.DUPLICATE, What.BOUNCE, What.AUTOMATIC, What.JUNK, What.IMPORTED})
AUTO_RESPONSES = frozenset({What.AUTO_REPLY, What.AUTO_FOLLOW_UP, What.AUTO_REJECT, What.AUTO_NEW_AFTER_CLOSED})
# mails that agents sent
WRITTEN = frozenset({What.ANSWERED, What.FORWARDED, What.RESENT, What.COMPOSED})
# what the clock tells without a change of the ticket
TOLD_BY_CLOCK = frozenset({What.WARNED, What.ESCALATED})
DELIVERY = frozenset({What.QUEUED, What.SENT, What.FAILED, What.UNKNOWN, What.RETRIED})

_MOST_MINUTES = 1_000_000_000  # more is no time that anybody spent, and no number for a table
_LINE = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": "))

_FIXED_KEYS = ("at", "by", "what", "article", "why", "minutes")


class Event(Struct, frozen=True, kw_only=True):
    """One thing that happened to a ticket. `what` may be a word of a later version, so it is kept as text."""

    at: datetime  # aware, UTC
    by: str  # an agent's key, a mail address, or "mdtickets"
    what: str
    article: str | None = None  # file name within the ticket's directory
    why: tuple[Reason, ...] = ()
    minutes: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)  # every other key of the line


def event_as_dict(event: Event) -> dict[str, Any]:
    """The keys of an event's line, fixed ones first (also the objects of `log --json`)."""
    return {
        "at": format_time(event.at),
        "by": event.by,
        "what": event.what,
        "article": event.article,
        "why": [{"rule": reason.rule, "reason": reason.reason} for reason in event.why],
        "minutes": event.minutes,
        **event.details,
    }


def format_event(event: Event) -> str:
    """The event's line, newline included. Keys without a value are left out."""
    filled = {key: value for key, value in event_as_dict(event).items() if value not in (None, [], "")}
    return _LINE.encode(filled) + "\n"


def parse_event(line: str) -> Event:
    """The event of one line. Raises ValueError, naming what is wrong, when it is none."""
    found = json.loads(line)
    if not isinstance(found, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004  # one kind of error for every bad line
    missing = [key for key in ("at", "what") if not isinstance(found.get(key), str)]
    if missing:
        raise ValueError(f"no text under {missing[0]!r}")
    article = found.get("article")
    return Event(
        at=parse_time(found["at"]),
        by=str(found.get("by", "")),
        what=found["what"],
        article=article if isinstance(article, str) else None,
        why=tuple(_parse_reasons(found.get("why"))),
        minutes=_parse_minutes(found.get("minutes")),
        details={key: value for key, value in found.items() if key not in _FIXED_KEYS},
    )


def _parse_minutes(found: Any) -> int | None:
    if not isinstance(found, int) or isinstance(found, bool):
        return None
    return found if abs(found) <= _MOST_MINUTES else None


def _parse_reasons(found: Any) -> Iterable[Reason]:
    for item in found if isinstance(found, list) else ():
        if isinstance(item, dict):
            yield Reason(rule=str(item.get("rule", "")), reason=str(item.get("reason", "")))
