"""What agents and the clock do is stopped at every durable operation, done again, and must end as if never stopped."""

import shutil
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from mdtickets.app.acting import act
from mdtickets.app.committing import recover
from mdtickets.app.merging import merge, unmerge
from mdtickets.app.session import Session
from mdtickets.app.splitting import split
from mdtickets.app.timed import work_off
from mdtickets.domain.agent import take, wait_until
from mdtickets.errors import RefusedError
from tests.app.desk_world import FIRST, SECOND, anna, make_desk
from tests.stops import Work, do_in, each_stop
from tests.world import NOW, check_whole, tree

_LATER = NOW + timedelta(days=1)


def _merge(session: Session) -> None:
    merge(session, anna(session), [SECOND], FIRST).finish()


def _unmerge(session: Session) -> None:
    with suppress(RefusedError):  # the stop came after it was done
        unmerge(session, anna(session), [SECOND]).finish()


def _split(session: Session) -> None:
    _recover(session)
    if not session.layout.ticket("2026112410000037").exists():
        split(session, anna(session), FIRST, 3).finish()


def _remind(session: Session) -> None:
    session.clock = lambda: _LATER
    work_off(session)


def _take_both(session: Session) -> None:
    act(session, anna(session), [FIRST, SECOND], take).finish()


def _wait(session: Session) -> None:
    """One to be reminded of and locked, one to be closed and locked."""
    _take_both(session)
    until = NOW + timedelta(hours=2)
    act(session, anna(session), [FIRST], lambda found: wait_until(found, until)).finish()
    act(session, anna(session), [SECOND], lambda found: wait_until(found, until, "close")).finish()


def _recover(session: Session) -> None:
    """What every next command, and the daemon's sweep, begins with."""
    with session.filing():
        recover(session)


def _nothing(_session: Session) -> None:
    """The store as it is."""


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("before", "step", "stops"),
    [(_take_both, _merge, 20), (_merge, _unmerge, 17), (_nothing, _split, 20), (_wait, _remind, 17)],
    ids=["merge", "unmerge", "split", "reminder"],
)
def test_every_stop_ends_in_the_same_tree(before: Work, step: Work, stops: int, tmp_path: Path) -> None:
    """Same tickets, same locks, all of it committed, each event once, wherever it stopped."""
    start = tmp_path / "start"
    start.mkdir()
    make_desk(start)
    do_in(start, before)
    golden = tmp_path / "golden"
    shutil.copytree(start, golden, symlinks=True)
    do_in(golden, step)
    expected = tree(golden)
    assert expected != tree(start)
    found = 0
    for place in each_stop(start, tmp_path, step):
        do_in(place, step)
        do_in(place, _recover)
        assert expected == tree(place), f"stop {found}"
        check_whole(place)
        found += 1
    assert found == stops
