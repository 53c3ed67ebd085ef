"""What git tells of changes behind our back, and commits of the team's own files."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mdtickets.store.git import Committed, Repository
from tests.store.git_store import NOON, GitStore, commit, mail, tamper

LATER = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)


def _pack(store: GitStore) -> None:
    store.git("pack-refs", "--all")


def _detach(store: GitStore) -> None:
    store.git("switch", "-q", "--detach")


def _leave(_store: GitStore) -> None:
    """Loose refs are what a store has at first."""


@pytest.mark.parametrize("change", [_leave, _pack, _detach])
def test_head_is_read_without_a_process(
    store: GitStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: object
) -> None:
    """The commit that is checked out comes from the files of git, however it keeps its refs."""
    assert callable(change)
    change(store)
    expected = store.git("rev-parse", "HEAD").strip()
    log = tamper(monkeypatch, tmp_path, "")
    assert store.repository.head_commit() == expected
    assert log.read_text() == ""


def test_head_before_the_first_commit(tmp_path: Path) -> None:
    """Without a commit there is no head, and without a repository neither."""
    assert Repository(tmp_path, tmp_path / "lock").head_commit() is None
    store = GitStore(tmp_path, Repository(tmp_path, tmp_path / "lock"))
    store.git("init", "-q")
    assert store.repository.head_commit() is None
    assert store.repository.last_commit_at() is None
    assert store.repository.obstacle() is None


def test_paths_changed_by_a_pull(store: GitStore) -> None:
    """The files that differ between two commits, whatever they are called."""
    old = store.repository.head_commit() or ""
    odd = store.write('customers/ü\n".md', b"x")
    made = mail(store, 1)
    store.commit(made, commit("odd", {odd: b"x"}))
    assert sorted(store.repository.changed_paths(old, "HEAD") or []) == sorted([*made.files, odd])
    assert store.repository.changed_paths("HEAD", "HEAD") == []


@pytest.mark.parametrize("gone", ["1" * 40, "no-such-ref", ""])
def test_commit_that_is_gone(store: GitStore, gone: str) -> None:
    """When history was rewritten nobody can say what changed."""
    assert store.repository.changed_paths(gone, "HEAD") is None


def test_hand_edits(store: GitStore) -> None:
    """Edited, staged, new and deleted files are told apart; what mdtickets does not read is left out."""
    store.commit(mail(store, 1))
    article, history, ticket = sorted(store.contents())
    (store.root / article).unlink()
    store.write(ticket, b"edited")
    store.write(f"{history}.orig/deep", b"new")
    store.write("customers/Müller & Co.md", b"new")
    store.write("templates/x.md", b"staged")
    store.git("add", "templates/x.md")
    store.write("README.md", b"not ours")
    assert {(change.path, change.index + change.work_tree) for change in store.repository.changes()} == {
        (article, " D"),
        (ticket, " M"),
        ("templates/x.md", "A "),
        ("customers/Müller & Co.md", "??"),
        (f"{history}.orig/deep", "??"),
    }
    assert store.repository.dirty_paths("templates") == ["templates/x.md"]
    assert [change.path for change in store.repository.changes() if change.is_staged] == ["templates/x.md"]
    assert [change.is_untracked for change in store.repository.changes("customers")] == [True]


def test_looking_writes_nothing(store: GitStore) -> None:
    """Noticing edits does not even refresh git's index, so it is in nobody's way."""
    store.write("mdtickets.toml", b"format = 1\n")
    index = store.root / ".git" / "index"
    before = (index.stat().st_mtime_ns, index.stat().st_ino)
    assert store.repository.dirty_paths() == []
    assert (index.stat().st_mtime_ns, index.stat().st_ino) == before


def test_figures(store: GitStore) -> None:
    """When the last commit was made, and what the history takes."""
    store.commit(commit("x", {store.write("customers/x.md", b"x"): b"x"}))
    assert store.repository.last_commit_at() == NOON
    assert 0 < store.repository.size_bytes() < 1_000_000


def test_team_file_is_committed_by_the_git_user(store: GitStore) -> None:
    """The settings are committed as they are, by whom git knows, and nothing else is."""
    store.git("config", "user.name", "Anna Beispiel")
    store.git("config", "user.email", "anna@mustermann-video.example")
    store.write("mdtickets.toml", b'format = 1\nname = "Mustermann Video"\n')
    store.write("templates/new.en.md", b"staged")
    store.git("add", "templates")
    outcome = store.repository.commit_paths(["mdtickets.toml"], "Settings: name", at=LATER)
    assert isinstance(outcome, Committed)
    assert store.git("log", "-1", "--format=%an|%ae|%at|%s", "--name-only").split("\n") == [
        f"Anna Beispiel|anna@mustermann-video.example|{int(LATER.timestamp())}|Settings: name",
        "",
        "mdtickets.toml",
        "",
    ]
    assert store.status() == ["A  templates/new.en.md"]


def test_without_an_identity_mdtickets_is_the_author(store: GitStore) -> None:
    """A git that knows no user stops nothing."""
    store.write("mdtickets.toml", b"changed")
    store.repository.commit_paths(["mdtickets.toml"], "x", at=LATER)
    assert store.git("log", "-1", "--format=%an <%ae>").strip() == "mdtickets <mdtickets@localhost>"


def test_commit_of_nothing_new_is_none(store: GitStore) -> None:
    """Files that are as they were make no commit; one that is gone is removed."""
    outcome = store.repository.commit_paths(["mdtickets.toml", "no/such/file"], "x", at=LATER)
    assert isinstance(outcome, Committed)
    assert (outcome.count, store.subjects()) == (0, [])
    (store.root / "mdtickets.toml").unlink()
    store.repository.commit_paths(["mdtickets.toml", "mdtickets.toml"], "gone", at=LATER, author=("A", "a@x"))
    assert (store.subjects(), store.status()) == (["gone"], [])
