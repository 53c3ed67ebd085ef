"""The catalog follows whatever happens to the files, without being told."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from mdtickets.app.committing import recover
from mdtickets.app.filing import file_waiting
from mdtickets.app.freshness import refresh_for_reading, reindex
from mdtickets.app.session import Session
from mdtickets.app.staleness import is_stale, stale_tickets
from mdtickets.domain.overview import Selection
from mdtickets.store.catalog import Catalog
from mdtickets.store.indexing import rebuild
from mdtickets.store.layout import Layout
from mdtickets.store.listing import select
from tests.world import NOW, git, mail, make_world, open_world, put_mail

NUMBER = "2026112410000019"
LATER = NOW + timedelta(minutes=2)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A store with two tickets."""
    root = make_world(tmp_path)
    put_mail(tmp_path, 1, mail("First"))
    put_mail(tmp_path, 2, mail("Second", sender="Max Müller <max@mueller.example>"))
    session = open_world(root)
    file_waiting(session)
    with session.filing():
        recover(session)
    session.close()
    return root


def _ticket(root: Path) -> Path:
    return Layout(root).ticket(NUMBER)


def _edit(root: Path, old: str, new: str) -> None:
    path = _ticket(root) / "ticket.md"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def _titles(session: Session) -> list[str]:
    """Open tickets as a reading command sees them."""
    if is_stale(session):
        refresh_for_reading(session)
    _total, rows = select(session.catalog, Selection(sort="number"))
    return [row.title for row in rows]


def _agrees(root: Path, session: Session, tmp_path: Path) -> bool:
    """Whether the catalog equals one made anew."""
    fresh = Catalog(tmp_path / "fresh.sqlite")
    rebuild(Layout(root), fresh)
    same = fresh.dump() == session.catalog.dump()
    fresh.close()
    return same


def test_nothing_is_stale_after_filing(root: Path, tmp_path: Path) -> None:
    """Filing keeps the catalog true itself: no reading command has to look again."""
    session = open_world(root)
    assert (is_stale(session), _agrees(root, session, tmp_path)) == (False, True)
    session.close()


def test_a_commit_of_somebody_else_is_noticed(root: Path, tmp_path: Path) -> None:
    """As after a pull: HEAD is another one."""
    _edit(root, "title: First", "title: Changed elsewhere")
    git(root, "-c", "user.name=Anna", "-c", "user.email=a@b.example", "commit", "-qam", "edit")
    session = open_world(root)
    assert _titles(session) == ["Changed elsewhere", "Second"]
    assert _agrees(root, session, tmp_path)
    session.close()


def test_a_pull_is_noticed(root: Path, tmp_path: Path) -> None:
    """A colleague's clone changes a ticket and a card, and pushes."""
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(root), str(clone))
    _edit(clone, "state: new", "state: closed successful")
    git(clone, "-c", "user.name=Bert", "-c", "user.email=b@b.example", "commit", "-qam", "closed")
    git(root, "pull", "-q", str(clone), "main")
    session = open_world(root)
    assert _titles(session) == ["Second"]
    assert _agrees(root, session, tmp_path)
    session.close()


def test_another_branch_is_noticed(root: Path) -> None:
    """And so is coming back from it."""
    git(root, "checkout", "-q", "-b", "other")
    shutil.rmtree(_ticket(root))
    git(root, "-c", "user.name=Anna", "-c", "user.email=a@b.example", "commit", "-qam", "gone")
    session = open_world(root)
    assert _titles(session) == ["Second"]
    git(root, "checkout", "-q", "main")
    assert _titles(session) == ["First", "Second"]
    session.close()


def test_rewritten_history_is_noticed(root: Path) -> None:
    """The commit that was seen last is gone: everything is read anew."""
    _edit(root, "title: First", "title: Rewritten")
    git(root, "-c", "user.name=Anna", "-c", "user.email=a@b.example", "commit", "-qa", "--amend", "-m", "one")
    git(root, "reflog", "expire", "--expire=now", "--all")
    git(root, "gc", "-q", "--prune=now")
    session = open_world(root)
    assert _titles(session) == ["Rewritten", "Second"]
    session.close()


def test_a_hand_edit_of_a_ticket_that_is_shown_is_noticed_at_once(root: Path) -> None:
    """Its files are newer than its row."""
    _edit(root, "title: First", "title: By hand")
    session = open_world(root)
    assert stale_tickets(session, [NUMBER]) == [NUMBER]
    session.close()


def test_a_hand_edit_of_a_ticket_that_is_not_shown_is_noticed_soon(root: Path) -> None:
    """A closed ticket that somebody opens in the editor appears at the next look at git."""
    _edit(root, "state: new", "state: closed successful")
    session = open_world(root, now=LATER)
    assert _titles(session) == ["Second"]
    session.close()
    _edit(root, "state: closed successful", "state: open")
    session = open_world(root, now=LATER + timedelta(minutes=2))
    assert _titles(session) == ["First", "Second"]
    session.close()


def test_an_edit_that_was_taken_back_is_noticed(root: Path) -> None:
    """`git checkout` of the file: git no longer names it as changed."""
    _edit(root, "title: First", "title: By hand")
    session = open_world(root, now=LATER)
    assert _titles(session) == ["By hand", "Second"]
    session.close()
    git(root, "checkout", "-q", "--", ".")
    session = open_world(root, now=LATER + timedelta(minutes=2))
    assert _titles(session) == ["First", "Second"]
    session.close()


@pytest.mark.parametrize("what", ["deleted", "torn", "of another version", "no database"])
def test_a_catalog_that_cannot_be_used_is_made_anew(root: Path, what: str, tmp_path: Path) -> None:
    """Nobody has to say `reindex`."""
    path = root / ".mdtickets" / "catalog.sqlite"
    for wal in path.parent.glob("catalog.sqlite-*"):
        wal.unlink()
    if what == "deleted":
        path.unlink()
    elif what == "torn":
        path.write_bytes(path.read_bytes()[:5000] + b"\xff" * 5000)
    elif what == "no database":
        path.write_bytes(b"this is no database at all\n" * 100)
    else:
        catalog = Catalog(path)
        catalog.query("PRAGMA user_version = 99")
        catalog.close()
    session = open_world(root)
    assert _titles(session) == ["First", "Second"]
    assert _agrees(root, session, tmp_path)
    session.close()


def test_a_catalog_deleted_under_an_open_session_is_made_anew(root: Path) -> None:
    """A daemon runs for months."""
    session = open_world(root)
    assert _titles(session) == ["First", "Second"]
    shutil.rmtree(root / ".mdtickets" / "run")
    for path in (root / ".mdtickets").glob("catalog.sqlite*"):
        path.unlink()
    assert _titles(session) == ["First", "Second"]
    session.close()


def test_reindex_gives_what_was_there(root: Path) -> None:
    """A catalog that followed along equals one made anew."""
    session = open_world(root)
    before = session.catalog.dump()
    with session.filing():
        assert reindex(session) == 2
    assert before == session.catalog.dump()
    session.close()
