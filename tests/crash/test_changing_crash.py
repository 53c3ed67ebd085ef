"""Changing several tickets is stopped at every durable operation: afterwards all of them have changed, or none."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from mdtickets.app.acting import act
from mdtickets.app.committing import recover
from mdtickets.app.session import Session
from mdtickets.domain.agent import Change, Situation, take
from mdtickets.domain.fields import Values, set_fields
from mdtickets.domain.states import State
from mdtickets.store.layout import Layout
from mdtickets.store.tickets import load_ticket, own_keys
from tests.app.desk_world import FIRST, SECOND, make_desk
from tests.stops import do_in, each_stop
from tests.world import git

Decide = Callable[[Situation], Change]


def _finish(found: Situation) -> Change:
    """Keys of ours and of the team's, and the lock given free."""
    return set_fields(found, Values(ours={"state": State.CLOSED_SUCCESSFUL, "tags": ("belt",)}, own={"serial": "4711"}))


def _state(root: Path) -> list[object]:
    """What both tickets say and who holds them."""
    layout = Layout(root)
    files = [load_ticket(layout, number) for number in (FIRST, SECOND)]
    locked = [(layout.ticket(number) / "lock").exists() for number in (FIRST, SECOND)]
    return [[(each.ticket, own_keys(each.ticket_bytes), len(each.events)) for each in files], locked]


def _act(session: Session, decide: Decide) -> None:
    act(session, session.settings.agents["anna"], [FIRST, SECOND], decide).finish()


def _take_both(session: Session) -> None:
    _act(session, take)


def _finish_both(session: Session) -> None:
    _act(session, _finish)


def _recover(session: Session) -> None:
    with session.filing():
        recover(session)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two tickets that Anna holds."""
    place = tmp_path_factory.mktemp("before")
    make_desk(place)
    do_in(place, _take_both)
    return place


def test_stopped_anywhere_it_happened_to_both_or_to_none(before: Path, tmp_path: Path) -> None:
    """Files, locks and the commit."""
    whole = tmp_path / "whole"
    shutil.copytree(before, whole, symlinks=True)
    start = _state(whole / "store")
    do_in(whole, _finish_both)
    end = _state(whole / "store")
    seen = []
    for place in each_stop(before, tmp_path, _finish_both):
        do_in(place, _recover)
        seen.append(_state(place / "store"))
        assert git(place / "store", "status", "--porcelain", "--untracked-files=no") == ""
    assert (seen.count(start), seen.count(end)) == (9, 10)
    assert seen == [start] * seen.count(start) + [end] * seen.count(end)
