"""The facts that statistics count, kept true: they follow the catalog, and are made anew where they must be.

Nobody who files waits for it: whoever asks for statistics catches up what changed, or the daemon has done it before.
"""

import sqlite3
from collections.abc import Callable, Mapping

from mdtickets.app.calendars import Calendars, calendars_token
from mdtickets.app.session import Session
from mdtickets.app.zone import zone_of
from mdtickets.domain.working_time import working_seconds
from mdtickets.errors import UnavailableError
from mdtickets.store.catalog import drop_derived, is_locked
from mdtickets.store.facts import Facts
from mdtickets.store.facts_following import catch_up
from mdtickets.store.facts_rows import Reckoning

Progress = Callable[[int, int], None]
Stop = Callable[[], bool]

_ZONE, _CALENDARS = "zone", "calendars"
_MINUTE = 60  # seconds


def open_facts(session: Session, progress: Progress | None = None, stop: Stop | None = None) -> Facts:
    """The facts as the catalog has the tickets now; whoever opens them closes them.

    `progress` gets (done, of how many) where there is something to read. Raises OSError where nobody can write.
    """
    try:
        return _caught_up(session, progress, stop)
    except sqlite3.DatabaseError as error:
        if is_locked(error):
            raise
        # torn, in a page that nobody read before now
        drop_derived(session.layout.facts)
        return _caught_up(session, progress, stop)


def follow(session: Session, stop: Stop) -> int:
    """Catch up for whoever asks next; returns how many tickets that were. Facts by other settings are left to him.

    For a process that runs for long: its settings may be older than the facts'.
    """
    _catalog = session.catalog
    facts = Facts(session.layout)
    try:
        notes = _notes(session)
        if any(facts.get(key) not in {"", value} for key, value in notes.items()):
            return 0
        reckoning = _reckoning(session)
        _go_by_clock(facts, reckoning, notes)
        return catch_up(session.layout, facts, reckoning, stop=stop)
    finally:
        facts.close()


def _caught_up(session: Session, progress: Progress | None, stop: Stop | None) -> Facts:
    # before it is attached, and not an empty file in its place
    _catalog = session.catalog
    facts = Facts(session.layout)
    try:
        reckoning = _reckoning(session)
        _go_by_clock(facts, reckoning, _notes(session))
        catch_up(session.layout, facts, reckoning, progress, stop)
    except BaseException:
        facts.close()
        raise
    return facts


def _go_by_clock(facts: Facts, reckoning: Reckoning, notes: Mapping[str, str]) -> None:
    """Another time zone makes other hours of everything, other calendars make other working minutes."""
    if facts.get(_ZONE) != notes[_ZONE]:
        facts.begin_anew(notes)
    elif facts.get(_CALENDARS) != notes[_CALENDARS]:
        facts.reckon_anew(reckoning.working, {_CALENDARS: notes[_CALENDARS]})


def _notes(session: Session) -> dict[str, str]:
    return {_ZONE: session.settings.timezone, _CALENDARS: calendars_token(session.settings)}


def _reckoning(session: Session) -> Reckoning:
    return Reckoning(zone=zone_of(session), working=_Working(session.calendars))


class _Working:
    """Working minutes by the calendar of a queue; None where its holidays cannot be told."""

    def __init__(self, calendars: Calendars) -> None:
        self._calendars = calendars
        self._unknown: set[str] = set()

    def __call__(self, since: int, until: int, queue: str) -> int | None:
        if queue in self._unknown:
            return None
        try:
            return working_seconds(since, until, self._calendars.of(queue)) // _MINUTE
        except UnavailableError:
            self._unknown.add(queue)
            return None
