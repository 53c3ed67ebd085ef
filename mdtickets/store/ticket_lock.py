"""The file `lock` in a ticket's directory: which agent holds the ticket. Not tracked, not the process-level lockfile."""

import json
import os
from collections.abc import Iterable, Iterator
from datetime import datetime

from mdtickets.domain.states import TicketLock
from mdtickets.domain.timestamps import format_time, parse_time
from mdtickets.store.durable import read_chunks
from mdtickets.store.layout import Layout

LOCK_FILE = "lock"


def read_lock(layout: Layout, number: str, now: datetime) -> TicketLock | None:
    """Who holds the ticket; None when nobody does, when the time is over, or when the file says nothing."""
    lock = find_lock(layout, number)
    return None if lock and lock.until and lock.until <= now else lock


def read_locks(layout: Layout, numbers: Iterable[str], now: datetime) -> Iterator[tuple[str, TicketLock]]:
    """Those of the tickets that somebody holds, each with its lock."""
    for number in numbers:
        # of thousands few are held, and a look takes a tenth of the time that opening takes
        if os.path.exists(layout.lock(number)) and (lock := read_lock(layout, number, now)):
            yield number, lock


def find_lock(layout: Layout, number: str) -> TicketLock | None:
    """What the lock file says, its time over or not; None when there is none, or when it says nothing."""
    try:
        return parse_lock(b"".join(read_chunks(layout.ticket(number) / LOCK_FILE)))
    except (OSError, ValueError):
        return None


def format_lock(lock: TicketLock) -> bytes:
    """The bytes of a lock file."""
    keys = {
        "agent": lock.agent,
        "host": lock.host,
        "since": format_time(lock.since),
        "until": format_time(lock.until) if lock.until else None,
        "reason": lock.reason,
    }
    return (json.dumps(keys, ensure_ascii=False, indent=1) + "\n").encode()


def parse_lock(data: bytes) -> TicketLock:
    """The lock of a file: one JSON object with the keys of `--json`. Raises ValueError when it is none."""
    found = json.loads(data)
    if (
        not isinstance(found, dict)
        or not isinstance(found.get("agent"), str)
        or not isinstance(found.get("since"), str)
    ):
        raise ValueError("no agent, or no time")  # noqa: TRY004  # one kind of error for every bad file
    until = found.get("until")
    return TicketLock(
        agent=found["agent"],
        host=str(found.get("host") or ""),
        since=parse_time(found["since"]),
        until=parse_time(until) if isinstance(until, str) else None,
        reason=str(found.get("reason") or ""),
    )
