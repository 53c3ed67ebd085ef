"""The demo: from the example store to one that has filed its mail."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mdtickets.app.demo import Demo, find_example_store, make_demo
from mdtickets.domain.event import What
from mdtickets.errors import RefusedError
from mdtickets.store.layout import Layout
from mdtickets.store.tickets import load_ticket
from tests.example_store.build import EXAMPLE_STORE

MORNING = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A demo made in the morning of the story's last day."""
    return make_demo(tmp_path_factory.mktemp("demo") / "store", clock=lambda: MORNING)


def test_all_waiting_mail_is_filed(demo: Demo) -> None:
    """Every mail of the example has its ticket, and the Maildirs are empty."""
    waiting = list((EXAMPLE_STORE / "mail").glob("**/new/*"))
    assert len(waiting) == demo.waiting == len(demo.swept.filing.filed)
    assert not list((demo.root / "mail").glob("**/new/*"))


def test_the_mail_shows_what_the_postmaster_can_do(demo: Demo) -> None:
    """New, reopened, unverified, automatic, bounced, delivered twice, possibly the same: each is there."""
    filed = demo.swept.filing.filed
    assert {each.what for each in filed} == {What.NEW, What.FOLLOW_UP, What.AUTOMATIC, What.BOUNCE, What.DUPLICATE}
    assert any(each.reopened for each in filed)
    assert any(each.unverified for each in filed)
    assert any(each.duplicates for each in filed)
    assert {each.acknowledged for each in filed} == {"", "de", "en"}


def test_acknowledgements_lie_in_the_embedded_maildir(demo: Demo) -> None:
    """What was acknowledged lies where nothing leaves the machine."""
    acknowledged = [each for each in demo.swept.filing.filed if each.acknowledged]
    assert len(acknowledged) == len(list((demo.root / ".mdtickets" / "outgoing" / "new").iterdir()))


def test_the_story_is_git_history(demo: Demo) -> None:
    """One commit for each thing that happened, and nothing is left uncommitted."""
    before = MORNING - timedelta(hours=1)
    told = _git(demo.root, "log", "--oneline", f"--until={before.isoformat()}").splitlines()
    assert demo.commits == len(told)
    assert not _git(demo.root, "status", "--porcelain")
    assert "anna" in _git(demo.root, "log", "--format=%ae").lower()


def test_each_commit_has_the_files_of_its_moment(demo: Demo) -> None:
    """A ticket can be read as it was: its first commit says that it was new."""
    number = next(each.number for each in demo.swept.filing.filed if each.reopened)
    path = Layout(Path()).ticket(number) / "ticket.md"
    first = _git(demo.root, "log", "--reverse", "--format=%H", "--", str(path)).split()[0]
    assert "state: new" in _git(demo.root, "show", f"{first}:{path}")
    assert "state: closed successful" in _git(demo.root, "show", f"HEAD~20:{path}")


def test_no_year_is_too_late(tmp_path: Path) -> None:
    """Run today, however long after the story, the demo acknowledges and recognises a second mail about the same."""
    made = make_demo(tmp_path / "store")
    assert any(each.acknowledged for each in made.swept.filing.filed)
    assert any(each.duplicates for each in made.swept.filing.filed)


def test_a_used_directory_is_refused(tmp_path: Path) -> None:
    """Nothing is written into a directory that has something; the next free name is told."""
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "mine").touch()
    (tmp_path / "demo-2").mkdir()
    with pytest.raises(RefusedError) as refused:
        make_demo(tmp_path / "demo")
    assert "demo-3" in refused.value.hint
    assert [path.name for path in (tmp_path / "demo").iterdir()] == ["mine"]


def test_the_example_is_found_in_a_checkout() -> None:
    """Without an installed copy the one beside the package is used."""
    assert find_example_store() == EXAMPLE_STORE


def test_the_history_stays_as_it_was_written(demo: Demo) -> None:
    """Copying a store does not look like editing it by hand."""
    layout = Layout(demo.root)
    assert not [each.number for each in demo.swept.filing.filed if load_ticket(layout, each.number).is_edited]


def _git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True, text=True).stdout
