"""Changing several tickets is stopped at every durable operation: afterwards all of them have changed, or none."""

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from mdtickets.app.acting import act
from mdtickets.app.committing import recover
from mdtickets.app.filing import file_waiting
from mdtickets.domain.agent import Change, Situation, take
from mdtickets.domain.fields import Values, set_fields
from mdtickets.domain.states import State
from mdtickets.store.layout import Layout
from mdtickets.store.tickets import load_ticket, own_keys
from tests.stops import stop_at
from tests.world import git, mail, make_world, open_world, put_mail

FIRST, SECOND = "2026112410000019", "2026112410000028"

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


def _act(root: Path, decide: Decide, before_step: Callable[[str, str], None] | None = None) -> None:
    with closing(open_world(root, before_step)) as session:
        act(session, session.settings.agents["anna"], [FIRST, SECOND], decide).finish()


def _is_stopped(root: Path, step: int) -> bool:
    """Act in a process of its own that ends before that step; whether it got so far."""
    return stop_at(step, lambda before_step: _act(root, _finish, before_step))


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two tickets that Anna holds."""
    place = tmp_path_factory.mktemp("before")
    root = make_world(place)
    for second, subject in enumerate(("Recorder eats tapes", "Remote control is dead")):
        put_mail(place, second, mail(subject))
    with closing(open_world(root)) as session:
        assert file_waiting(session).failed == []
    _act(root, take)
    return place


def test_stopped_anywhere_it_happened_to_both_or_to_none(before: Path, tmp_path: Path) -> None:
    """Files, locks and the commit."""
    whole = tmp_path / "whole"
    shutil.copytree(before, whole, symlinks=True)
    start = _state(whole / "store")
    _act(whole / "store", _finish)
    end = _state(whole / "store")
    seen = []
    for step in range(200):
        place = tmp_path / str(step)
        shutil.copytree(before, place, symlinks=True)
        if not _is_stopped(place / "store", step):
            break
        with closing(open_world(place / "store")) as session, session.filing():
            recover(session)
        seen.append(_state(place / "store"))
        assert git(place / "store", "status", "--porcelain", "--untracked-files=no") == ""
        shutil.rmtree(place)
    assert len(seen) > 10
    assert all(state in (start, end) for state in seen)
    assert seen[0] == start
    assert seen[-1] == end
