"""A daemon that puts its commits off is stopped at every durable operation, between durable and commit above all."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from mdtickets.app.backlog import Backlog
from mdtickets.app.committing import make_commits_put_off
from mdtickets.app.filing import file_waiting
from mdtickets.app.sending import send_due
from tests.stops import stop_at
from tests.world import git, mail, make_world, open_world, put_mail, tree

_MAILS = (
    mail("First"),
    mail("Re: First", headers="In-Reply-To: <first@lee.example>\n"),
)


def _work(place: Path, before_step: Callable[[str, str], None] | None = None) -> None:
    """What the daemon does: one mail after another, then the answers, then git."""
    session = open_world(place / "store", before_step)
    session.backlog = Backlog()
    for _ in _MAILS:
        for waiting in sorted((place / "mail" / "later").iterdir())[:1]:
            waiting.rename(place / "mail" / "new" / waiting.name)
        file_waiting(session)
    send_due(session)
    make_commits_put_off(session)
    session.close()


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store, and mails that come one after another."""
    place = tmp_path_factory.mktemp("before")
    make_world(place)
    for number, text in enumerate(_MAILS):
        put_mail(place, number, text)
    (place / "mail" / "new").rename(place / "mail" / "later")
    (place / "mail" / "new").mkdir()
    return place


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_stop_ends_in_the_same_tree_and_all_is_committed(before: Path, tmp_path: Path) -> None:
    """Wherever it stopped, the next start has each mail filed, answered and committed once, each in its own commit."""
    golden = tmp_path / "golden"
    shutil.copytree(before, golden, symlinks=True)
    _work(golden)
    expected, commits = tree(golden), _commits_of_articles(golden)
    stops = reached = 0
    while True:
        place = tmp_path / str(stops)
        shutil.copytree(before, place, symlinks=True)
        if not stop_at(stops, lambda before_step, place=place: _work(place, before_step)):  # type: ignore[misc]
            break
        reached += not git(place / "store", "log", "--oneline", "--", "tickets") and _is_filed(place)
        _work(place)
        assert _without_outcomes(tree(place)) == _without_outcomes(expected), f"stop {stops}"
        assert git(place / "store", "status", "--porcelain") == "", f"stop {stops}"
        assert _commits_of_articles(place) == commits, f"stop {stops}"
        shutil.rmtree(place)
        stops += 1
    assert stops > 40
    assert reached > 20  # stops between durable and commit


def _is_filed(place: Path) -> bool:
    return any((place / "store" / "tickets").rglob("*-customer.eml"))


def _without_outcomes(files: dict[str, bytes]) -> dict[str, bytes]:
    """A mail found delivered after an interruption is told so in the history."""
    return {path: data.replace(b"put into", b"").split(b'"detail"')[0] for path, data in files.items()}


def _commits_of_articles(place: Path) -> dict[str, int]:
    """How many commits brought each article of a customer."""
    names = git(place / "store", "log", "--format=", "--name-only", "--diff-filter=A").split()
    mails = [name for name in names if name.endswith("-customer.eml")]
    return {name: mails.count(name) for name in mails}
