"""Two cards are merged and stopped at every durable operation: afterwards it all happened, or nothing."""

import shutil
from pathlib import Path

import pytest

from mdtickets.app.committing import recover
from mdtickets.app.customer_changes import merge_cards
from mdtickets.app.filing import file_waiting
from mdtickets.app.session import Session
from tests.stops import do_in, each_stop
from tests.world import git, mail, make_world, put_mail, tree


def _merge(session: Session) -> None:
    merge_cards(session, session.settings.agents["anna"], "kim-lee-2", "kim-lee", dry_run=False).acted.finish()


def _recover(session: Session) -> None:
    with session.filing():
        recover(session)


def _file(session: Session) -> None:
    assert file_waiting(session).failed == []


def _tree(place: Path) -> dict[str, bytes]:
    """Cards and tickets; half-written files have names that nobody reads."""
    return {path: data for path, data in tree(place).items() if "/.tmp-" not in path and "/outbox/" not in path}


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two cards of Kim and a ticket for each."""
    place = tmp_path_factory.mktemp("before")
    make_world(place)
    put_mail(place, 1, mail("Recorder eats tapes"))
    put_mail(place, 2, mail("Remote control", sender="Kim Lee <kim@home.example>"))
    do_in(place, _file)
    return place


def test_a_merge_is_whole_or_not_at_all(before: Path, tmp_path: Path) -> None:
    """Cards, ticket, history and commit: never some of them."""
    done = tmp_path / "done"
    shutil.copytree(before, done)
    do_in(done, _merge)
    old, new, seen = _tree(before), _tree(done), []
    for place in each_stop(before, tmp_path, _merge):
        do_in(place, _recover)
        found = _tree(place)
        seen.append(found == new)
        assert found in (old, new)
        assert git(place / "store", "status", "--porcelain") == ""
    assert seen == sorted(seen)
    assert (seen.count(False), seen.count(True)) == (9, 8)
