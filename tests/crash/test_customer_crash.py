"""Two cards are merged and stopped at every durable operation: afterwards it all happened, or nothing."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from mdtickets.app.committing import recover
from mdtickets.app.customer_changes import merge_cards
from mdtickets.app.filing import file_waiting
from tests.stops import stop_at
from tests.world import git, mail, make_world, open_world, put_mail, tree


def _merge(root: Path, before_step: Callable[[str, str], None] | None = None) -> None:
    session = open_world(root, before_step)
    merge_cards(session, session.settings.agents["anna"], "kim-lee-2", "kim-lee", dry_run=False).acted.finish()
    session.close()


def _tree(place: Path) -> dict[str, bytes]:
    """Cards and tickets; half-written files have names that nobody reads."""
    return {path: data for path, data in tree(place).items() if "/.tmp-" not in path and "/outbox/" not in path}


def _stop_at(root: Path, step: int) -> bool:
    """Merge in a process of its own that ends before that step; whether it got so far."""
    return stop_at(step, lambda before_step: _merge(root, before_step))


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two cards of Kim and a ticket for each."""
    place = tmp_path_factory.mktemp("before")
    root = make_world(place)
    put_mail(place, 1, mail("Recorder eats tapes"))
    put_mail(place, 2, mail("Remote control", sender="Kim Lee <kim@home.example>"))
    session = open_world(root)
    assert file_waiting(session).failed == []
    session.close()
    return place


def test_a_merge_is_whole_or_not_at_all(before: Path, tmp_path: Path) -> None:
    """Cards, ticket, history and commit: never some of them."""
    done = tmp_path / "done"
    shutil.copytree(before, done)
    _merge(done / "store")
    old, new, seen = _tree(before), _tree(done), []
    for step in range(200):
        place = tmp_path / str(step)
        shutil.copytree(before, place)
        stopped = _stop_at(place / "store", step)
        session = open_world(place / "store")
        with session.filing():
            recover(session)
        session.close()
        found = _tree(place)
        seen.append(found == new)
        assert found in (old, new)
        assert git(place / "store", "status", "--porcelain") == ""
        if not stopped:
            break
    assert seen == sorted(seen)
    assert seen.count(False) > 5
    assert seen.count(True) > 5
