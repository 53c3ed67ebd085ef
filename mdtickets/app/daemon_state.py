"""What the daemon says about itself for `status`: a small file in `run/`, and the lock that tells whether it is true."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from mdtickets.domain.event import format_time, parse_time
from mdtickets.store.durable import Disk, temporary_name
from mdtickets.store.layout import Layout
from mdtickets.store.lockfile import holder

_LOCK = "daemon.lock"
_FILE = "daemon.json"


class DaemonState(Struct, frozen=True, kw_only=True):
    """The daemon of this machine: the one that runs, or the last one that did."""

    pid: int
    host: str
    since: datetime
    last_sweep_at: datetime | None = None
    last_error: str = ""  # what is wrong now, in a sentence; "" when nothing is


def lock_path(layout: Layout) -> Path:
    """The lock that a running daemon holds."""
    return layout.run / _LOCK


def daemon_is_running(layout: Layout) -> bool:
    """Whether a daemon works on this store on this machine."""
    return holder(lock_path(layout)) is not None


def write_state(layout: Layout, disk: Disk, state: DaemonState) -> None:
    """Write the state file, whole or not at all. Not made durable: after a power cut nobody runs."""
    path = layout.run / _FILE
    found = {name: _as_text(value) for name, value in asdict(state).items()}
    disk.write(temporary_name(path), (json.dumps(found) + "\n").encode())
    disk.rename(temporary_name(path), path)


def read_state(layout: Layout) -> DaemonState | None:
    """What the last daemon wrote; None when there was none, or its file makes no sense."""
    try:
        found = json.loads((layout.run / _FILE).read_bytes())
        swept = found.get("last_sweep_at")
        return DaemonState(
            pid=int(found["pid"]),
            host=str(found["host"]),
            since=parse_time(found["since"]),
            last_sweep_at=parse_time(swept) if swept else None,
            last_error=str(found.get("last_error", "")),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _as_text(value: Any) -> Any:
    return format_time(value) if isinstance(value, datetime) else value
