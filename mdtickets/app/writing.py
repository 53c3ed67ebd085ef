"""A store opened for commands that write much: slices become durable by one syncfs in place of many fsyncs.

Apart from `session`, because loading ctypes costs a reading command more than all of its work.
"""

from pathlib import Path

from msgspec.structs import replace

from mdtickets.app.session import Session, open_session
from mdtickets.store.durable import Disk
from mdtickets.store.syncfs import sync_paths


def open_to_write(start: Path | None = None) -> Session:
    """The store as `open_session` finds it. Raises NotFoundError, SettingsError."""
    return replace(open_session(start), disk=Disk(sync_paths=sync_paths))
