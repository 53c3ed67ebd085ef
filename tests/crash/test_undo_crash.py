"""Undoing a note, and taking up one that was dropped, are stopped at every durable operation and end all the same."""

import os
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from mdtickets.app.acting import act
from mdtickets.app.committing import recover
from mdtickets.app.filing import file_waiting
from mdtickets.app.noting import write_note
from mdtickets.app.session import Session
from mdtickets.app.undoing import undo_action
from mdtickets.domain.agent import close
from mdtickets.domain.event import What
from mdtickets.store.catalog import Catalog
from mdtickets.store.indexing import rebuild
from mdtickets.store.tickets import load_ticket
from tests.stops import stop_at
from tests.world import git, mail, make_world, open_world, put_mail, tree

_AGENT = "anna"
_DROPPED = "---\nauthor: anna\n---\nThe belt is ordered.\n"


def _number(session: Session) -> str:
    [ticket] = session.layout.tickets.rglob("ticket.md")
    return ticket.parent.name


def _is_told(session: Session, what: What) -> bool:
    return any(event.what == what for event in load_ticket(session.layout, _number(session)).events)


def _file(session: Session) -> None:
    assert file_waiting(session).failed == []


def _undo_last(session: Session) -> None:
    """As a person does: not again what the history tells as undone."""
    with session.filing():
        recover(session)
    if not _is_told(session, What.UNDONE):
        undo_action(session, session.settings.agents[_AGENT], _number(session)).finish()


def _note(session: Session) -> None:
    write_note(session, session.settings.agents[_AGENT], [_number(session)], "Belt of batch 7.").finish()


def _drop(session: Session) -> None:
    path = session.layout.ticket(_number(session)) / "belt.md"
    path.write_text(_DROPPED, encoding="utf-8")
    os.utime(path, (1795514400, 1795514400))


def _take_up(session: Session) -> None:
    """Any change of the ticket finds the note."""
    with session.filing():
        recover(session)
    if not _is_told(session, What.STATE):
        act(session, session.settings.agents[_AGENT], [_number(session)], close).finish()


def _run(place: Path, do: Callable[[Session], None], before_step: Callable[[str, str], None] | None = None) -> None:
    with closing(open_world(place / "store", before_step)) as session:
        do(session)


def _stop_at(place: Path, do: Callable[[Session], None], step: int) -> bool:
    """Do it in a process of its own that ends before that step; whether it got so far."""
    return stop_at(step, lambda before_step: _run(place, do, before_step))


def _check(place: Path) -> None:
    root = place / "store"
    assert git(root, "status", "--porcelain") == ""
    with closing(open_world(root)) as session, closing(Catalog(place / "fresh.sqlite")) as fresh:
        rebuild(session.layout, fresh)
        assert fresh.dump() == session.catalog.dump()


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("prepare", "do"), [(_note, _undo_last), (_drop, _take_up)], ids=["undo", "dropped"])
def test_every_stop_ends_in_the_same_tree(
    tmp_path: Path, prepare: Callable[[Session], None], do: Callable[[Session], None]
) -> None:
    """Same files, all committed, catalog as made anew, wherever it stopped."""
    before = tmp_path / "before"
    before.mkdir()
    make_world(before)
    put_mail(before, 1, mail("First"))
    _run(before, _file)
    _run(before, prepare)
    golden = tmp_path / "golden"
    shutil.copytree(before, golden, symlinks=True)
    _run(golden, do)
    expected, stops = tree(golden), 0
    while True:
        place = tmp_path / str(stops)
        shutil.copytree(before, place, symlinks=True)
        if not _stop_at(place, do, stops):
            break
        _run(place, do)
        assert expected == tree(place), f"stop {stops}"
        _check(place)
        shutil.rmtree(place)
        stops += 1
    assert stops > 10
