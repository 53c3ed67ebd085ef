"""The facts that statistics count, kept true: they follow the catalog, and are made anew where they must be.

Nobody who files waits for it: whoever asks for statistics catches up what changed, or the daemon has done it before.
"""

import sqlite3
from collections.abc import Callable

from mdtickets.app.session import Session
from mdtickets.app.zone import zone_of
from mdtickets.store.facts import Facts, condemn
from mdtickets.store.facts_following import catch_up
from mdtickets.store.facts_rows import Reckoning

Progress = Callable[[int, int], None]
Stop = Callable[[], bool]

_ZONE = "zone"


def open_facts(session: Session, progress: Progress | None = None, stop: Stop | None = None) -> Facts:
    """The facts as the catalog has the tickets now; whoever opens them closes them.

    `progress` gets (done, of how many) where there is something to read. Raises OSError where nobody can write.
    """
    try:
        return _caught_up(session, progress, stop)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
            raise
        # torn, in a page that nobody read before now
        condemn(session.layout.facts)
        return _caught_up(session, progress, stop)


def _caught_up(session: Session, progress: Progress | None, stop: Stop | None) -> Facts:
    # before it is attached, and not an empty file in its place
    _catalog = session.catalog
    facts = Facts(session.layout)
    try:
        notes = {_ZONE: session.settings.timezone}
        if any(facts.get(key) != value for key, value in notes.items()):
            facts.begin_anew(notes)
        catch_up(session.layout, facts, _reckoning(session), progress, stop)
    except BaseException:
        facts.close()
        raise
    return facts


def _reckoning(session: Session) -> Reckoning:
    return Reckoning(zone=zone_of(session), working=lambda _since, _until, _queue: None)
