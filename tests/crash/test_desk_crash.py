"""What agents and the clock do is stopped at every durable operation, done again, and must end as if never stopped."""

import shutil
from collections.abc import Callable
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
from mdtickets.store.catalog import Catalog
from mdtickets.store.indexing import rebuild
from mdtickets.store.layout import Layout
from tests.app.desk_world import FIRST, SECOND, anna, make_desk
from tests.stops import stop_at
from tests.world import NOW, git, open_world, tree

_LATER = NOW + timedelta(days=1)

Step = Callable[[Session], None]


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
    ("before", "step", "fewest"),
    [(_take_both, _merge, 12), (_merge, _unmerge, 12), (_nothing, _split, 12), (_wait, _remind, 12)],
    ids=["merge", "unmerge", "split", "reminder"],
)
def test_every_stop_ends_in_the_same_tree(before: Step, step: Step, fewest: int, tmp_path: Path) -> None:
    """Same tickets, same locks, all of it committed, each event once, wherever it stopped."""
    start = tmp_path / "start"
    start.mkdir()
    make_desk(start)
    _run(start, before)
    golden = tmp_path / "golden"
    shutil.copytree(start, golden, symlinks=True)
    _run(golden, step)
    expected = tree(golden)
    assert expected != tree(start)
    stops = 0
    while True:
        place = tmp_path / str(stops)
        shutil.copytree(start, place, symlinks=True)
        if not _stop_at(place, step, stops):
            break
        _run(place, step)
        _run(place, _recover)
        assert expected == tree(place), f"stop {stops}"
        _check(place)
        shutil.rmtree(place)
        stops += 1
    assert stops >= fewest


def _run(place: Path, step: Step, before_step: Callable[[str, str], None] | None = None) -> None:
    session = open_world(place / "store", before_step)
    step(session)
    session.close()


def _stop_at(place: Path, step: Step, count: int) -> bool:
    """Do it in a process of its own that ends before that operation; whether it got so far."""
    return stop_at(count, lambda before_step: _run(place, step, before_step))


def _check(place: Path) -> None:
    root = place / "store"
    assert git(root, "status", "--porcelain") == ""
    kept = Catalog(Layout(root).catalog)
    fresh = Catalog(place / "fresh.sqlite")
    rebuild(Layout(root), fresh)
    assert fresh.dump() == kept.dump()
    kept.close()
    fresh.close()
