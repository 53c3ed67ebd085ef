"""Whether the catalog still says what the files say: asked at every start, so it loads and reads next to nothing.

A pull, a commit or a switched branch shows in HEAD. An edit that is not committed shows in the stamps of the rows that
are looked at; the rest is found by git status, once in a while (`freshness.scan`).
"""

import json
from collections.abc import Iterable
from datetime import timedelta

from mdtickets.app.glance import OpenStore
from mdtickets.domain.timestamps import parse_time
from mdtickets.store.git_files import find_git_directory
from mdtickets.store.listing import stamps
from mdtickets.store.stamps import file_stamp, stamp_of

SEEN_COMMIT = "seen_commit"
SCANNED_AT = "scanned_at"
SEEN_EDITS = "dirty"

# Without a daemon, commands look for hand edits at most this often.
_SCAN_EVERY = timedelta(minutes=1)


def is_stale(session: OpenStore) -> bool:
    """Whether the catalog must be refreshed before it is asked: never filled, another commit, or long not looked."""
    catalog = session.catalog
    if catalog.is_empty:
        return True
    directory = find_git_directory(session.layout.root)
    head = directory.read_ref("HEAD") if directory else None
    return (head or "") != (catalog.get(SEEN_COMMIT) or "") or is_scan_due(session)


def catalog_token(session: OpenStore) -> tuple[str, str]:
    """What differs once somebody wrote to the catalog."""
    path = session.layout.catalog
    return file_stamp(path), file_stamp(path.with_name(f"{path.name}-wal"))


def is_scan_due(session: OpenStore, every: timedelta = _SCAN_EVERY) -> bool:
    """Whether nobody has asked git for hand edits for that long."""
    last = session.catalog.get(SCANNED_AT)
    return last is None or not timedelta(0) <= session.now() - parse_time(last) < every


def seen_edits(session: OpenStore) -> tuple[str, ...]:
    """The paths that were changed and not committed when git was last asked: a minute ago, or as the daemon looks."""
    return tuple(json.loads(session.catalog.get(SEEN_EDITS) or "[]"))


def stale_tickets(session: OpenStore, numbers: Iterable[str]) -> list[str]:
    """Those of the tickets whose files changed since their rows were made."""
    noted = stamps(session.catalog, numbers)
    return [number for number, stamp in noted.items() if stamp != stamp_of(session.layout, number)]
