"""Undoing a note, and taking up one that was dropped, are stopped at every durable operation and end all the same."""

import os
import shutil
from pathlib import Path

import pytest

from mdtickets.app.acting import act
from mdtickets.app.catching_up import catch_up_notes
from mdtickets.app.committing import recover
from mdtickets.app.filing import file_waiting
from mdtickets.app.noting import write_note
from mdtickets.app.session import Session
from mdtickets.app.undoing import undo_action
from mdtickets.domain.agent import close, take
from mdtickets.domain.event import What
from mdtickets.store.tickets import load_ticket
from tests.stops import Work, do_in, each_stop
from tests.world import check_whole, mail, make_world, put_mail, tree

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


def _take(session: Session) -> None:
    act(session, session.settings.agents[_AGENT], [_number(session)], take).finish()


def _close(session: Session) -> None:
    act(session, session.settings.agents[_AGENT], [_number(session)], close).finish()


def _look(session: Session) -> None:
    """`show` takes up what was done by hand."""
    catch_up_notes(session, _number(session))


def _edit_note(session: Session) -> None:
    path = session.layout.ticket(_number(session)) / "belt.md"
    path.write_text(_DROPPED.replace("ordered", "here"), encoding="utf-8")


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


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("prepare", "do", "stops"),
    [
        ([_note], _undo_last, 14),
        ([_take, _close], _undo_last, 15),
        ([_drop], _take_up, 13),
        ([_drop, _look, _edit_note], _take_up, 13),
        ([_drop, _look, _edit_note, _look], _undo_last, 13),
    ],
    ids=["note", "close of a held ticket", "dropped", "edited note", "undo of an edited note"],
)
def test_every_stop_ends_in_the_same_tree(tmp_path: Path, prepare: list[Work], do: Work, stops: int) -> None:
    """Same files, same lock, all committed, catalog as made anew, wherever it stopped."""
    before = tmp_path / "before"
    before.mkdir()
    make_world(before)
    put_mail(before, 1, mail("First"))
    for each in [_file, *prepare]:
        do_in(before, each)
    golden = tmp_path / "golden"
    shutil.copytree(before, golden, symlinks=True)
    do_in(golden, do)
    expected, found = tree(golden), 0
    for place in each_stop(before, tmp_path, do):
        do_in(place, do)
        assert expected == tree(place), f"stop {found}"
        check_whole(place)
        found += 1
    assert found == stops
