"""Commits of ours get into the branch exactly, and the user's own work stays the user's."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mdtickets.store.git import Commit, Committed, Postponed
from tests.machine import needs_proc
from tests.store.git_store import NOON, GitStore, commit, git, mail, new_store, open_store, tamper

ONCE = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_first_commit_makes_the_branch(tmp_path: Path) -> None:
    """A branch that was not born yet gets its first commit."""
    store = new_store(tmp_path / "store")
    assert store.git("rev-list", "--count", "main").strip() == "1"
    assert store.status() == []


def test_says_who_when_and_what(store: GitStore) -> None:
    """Author and time are the event's, the committer is mdtickets, the message is kept."""
    store.commit(mail(store, 1, subject="2026: new, VR-200\n\nwhy: because\n"))
    shown = store.git("log", "-1", "--format=%an|%ae|%at|%cn|%ce|%ct|%B")
    moment = int(NOON.timestamp())
    assert shown.startswith(
        f"Kim Lee|kim@lee.example|{moment}|mdtickets|mdtickets@localhost|{moment}|2026: new, VR-200\n\nwhy: because\n"
    )


def test_makes_commits_in_order(store: GitStore) -> None:
    """Each event is a commit of its own, and nothing is left to do."""
    outcome = store.commit(*(mail(store, number) for number in range(3)))
    first = store.git("rev-parse", "HEAD~3").strip()
    assert outcome == Committed(tip=store.git("rev-parse", "HEAD").strip(), count=3, base=first)
    assert store.subjects() == ["mail 0", "mail 1", "mail 2"]
    assert store.status() == []
    assert store.refs() == ["refs/heads/main"]


def test_nothing_to_commit_makes_no_commit(store: GitStore) -> None:
    """Without commits the tip is told and nothing else happens."""
    assert store.commit() == Committed(tip=store.git("rev-parse", "HEAD").strip(), count=0)


def test_keeps_versions_between(store: GitStore) -> None:
    """A file that changes twice in one burst has both versions in the history."""
    path = store.write("tickets/2026/11/24/1/history.jsonl", b"one\ntwo\n")
    store.commit(commit("first", {path: b"one\n"}), commit("second", {path: b"one\ntwo\n"}))
    assert (store.blob(path, "HEAD~1"), store.blob(path)) == (b"one\n", b"one\ntwo\n")
    assert store.status() == []


def test_removes_what_is_removed(store: GitStore) -> None:
    """A path can leave the store with a commit."""
    store.commit(commit("made", {store.write("customers/lee.md", b"x"): b"x"}))
    (store.root / "customers/lee.md").unlink()
    store.commit(commit("gone", {}, removed=("customers/lee.md",)))
    assert "customers" not in store.git("ls-tree", "-r", "--name-only", "HEAD")
    assert store.status() == []


def test_removed_file_may_be_there_again(store: GitStore) -> None:
    """What the user makes in the place of a file that is removed is his, and new."""
    path = store.write("customers/lee.md", b"x")
    store.commit(commit("made", {path: b"x"}))
    store.commit(commit("gone", {}, removed=(path,)))
    assert store.status() == [f"?? {path}"]


@pytest.mark.parametrize(
    "raw",
    [b"", b"\0\x01", b"a\r\nb\rc\n", b"\xff\xfe caf\xe9", b"no end", b"data 5\n", b"\n\n", b"M 100644 inline x\n"],
)
def test_keeps_every_byte(store: GitStore, raw: bytes) -> None:
    """Whatever a mail consists of, git has exactly that, although the user asked git to convert line ends."""
    store.git("config", "core.autocrlf", "true")
    made = mail(store, 1, raw)
    other = store.write("templates/x.md", raw)
    store.commit(made, commit("template", {other: raw}))
    assert [store.blob(path) for path in (next(iter(made.files)), other)] == [raw, raw]
    assert store.status() == []


@ONCE
@given(raw=st.lists(st.binary(max_size=300), min_size=1, max_size=8, unique=True))
def test_keeps_any_bytes(store: GitStore, raw: list[bytes]) -> None:
    """Any contents at all come back from git as they were."""
    articles = {store.write(f"tickets/2026/11/24/1/{place}", data): data for place, data in enumerate(raw)}
    texts = {store.write(f"{path}.md", data): data for path, data in articles.items()}
    store.commit(commit("articles", dict.fromkeys(articles)), commit("texts", dict(texts)))
    found = store.contents()
    assert {path: found[path] for path in articles | texts} == articles | texts


@ONCE
@given(people=st.lists(st.tuples(st.text(max_size=40), st.text(max_size=40), st.text()), min_size=1, max_size=15))
def test_no_author_or_message_breaks_out(store: GitStore, people: list[tuple[str, str, str]]) -> None:
    """Whatever a stranger calls himself makes one commit with one author and no file, and fsck finds nothing."""
    before = store.repository.head_commit()
    commits = [
        Commit(author_name=name, author_email=address, at=NOON, message=message) for name, address, message in people
    ]
    assert isinstance(store.commit(*commits), Committed)
    assert store.git("rev-list", "--count", f"{before}..HEAD").strip() == str(len(people))
    assert store.repository.changed_paths(str(before), "HEAD") == []
    assert store.git("fsck", "--strict", "--no-dangling") == ""


@pytest.mark.parametrize(
    ("name", "address", "author"),
    [
        ("Kim\nM 100644 inline x\ndata 0\n", "k@x\n>", "Kim M 100644 inline x data 0 <k@x>"),
        ("<admin@x>", "a b@c", "admin@x <ab@c>"),
        ("", "kim@lee.example", "kim <kim@lee.example>"),
        ("\0", "", "unknown <>"),
        ("Müller\ud800", "m@x", "Müller? <m@x>"),
        ("x" * 5000, "y" * 5000, f"{'x' * 100} <{'y' * 254}>"),
    ],
)
def test_author_is_cleaned(store: GitStore, name: str, address: str, author: str) -> None:
    """No angle bracket, line end or NUL of a stranger's reaches the stream."""
    store.commit(Commit(author_name=name, author_email=address, at=NOON, message="x"))
    assert store.git("log", "-1", "--format=%an <%ae>").strip() == author


@pytest.mark.parametrize("name", ['"', "a b", "\\", "ü", "a\nb", "\tx", "-f", "'", "\udcff", "x\x7f"])
def test_odd_paths_are_quoted(store: GitStore, name: str) -> None:
    """A file may have any name that the disk allows."""
    path = store.write(f"customers/{name}.md", b"x")
    store.commit(commit("odd", {path: None}))
    assert store.blob(path) == b"x"
    assert store.status() == []


@pytest.mark.usefixtures("by_git")
@pytest.mark.parametrize("number", [1, 40])
def test_starts_four_processes(store: GitStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Any number of commits takes the same four git processes, where git has to do it all."""
    log = tamper(monkeypatch, tmp_path, "")
    store.commit(*(mail(store, each) for each in range(number)))
    assert _called(log) == ["rev-parse", "fast-import", "update-index", "update-ref"]


def test_starts_no_process_for_few(store: GitStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few commits to a plain repository are made without git."""
    log = tamper(monkeypatch, tmp_path, "")
    assert isinstance(store.commit(mail(store, 1), mail(store, 2)), Committed)
    assert _called(log) == []


def test_starts_two_processes_for_many(store: GitStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The objects of many commits are quicker made by git."""
    log = tamper(monkeypatch, tmp_path, "")
    assert isinstance(store.commit(*(mail(store, each) for each in range(40))), Committed)
    assert _called(log) == ["rev-parse", "fast-import"]


def test_user_keeps_what_he_staged(store: GitStore) -> None:
    """Staged, unstaged and new files of the user's, even in the same ticket, are as they were."""
    store.commit(mail(store, 1))
    store.write("tickets/2026/11/24/2026112410000010/plan.md", b"staged")
    store.git("add", "tickets/2026/11/24/2026112410000010/plan.md")
    store.write("mdtickets.toml", b"format = 1\n# mine\n")
    store.write("new.txt", b"?")
    before = store.status()
    history = store.write("tickets/2026/11/24/2026112410000010/history.jsonl", b"more\n")
    store.commit(commit("follow-up", {history: b"more\n"}))
    assert store.status() == before
    assert len(before) == 3
    assert store.git("show", "--name-only", "--format=", "HEAD").split() == [history]


def test_user_keeps_what_he_edited_since(store: GitStore) -> None:
    """A file that was edited after we wrote it is committed as we wrote it; the edit stays, not staged."""
    made = mail(store, 1)
    path = next(path for path in made.files if path.endswith("ticket.md"))
    store.write(path, b"edited by hand")
    assert isinstance(store.commit(made), Committed)
    assert store.blob(path) == made.files[path]
    assert store.status() == [f" M {path}"]


def test_user_deletes_what_we_wrote(store: GitStore) -> None:
    """A file that the user deleted meanwhile is a deletion of his, not staged; an article cannot be had any more."""
    made = mail(store, 1)
    article, ticket, _history = made.files
    (store.root / ticket).unlink()
    (store.root / article).unlink()
    assert isinstance(store.commit(made), Committed)
    assert store.status() == [f" D {ticket}"]


def test_executable_file_agrees_with_the_index(store: GitStore) -> None:
    """A mode that the user gave a file is committed, so nothing looks changed."""
    made = mail(store, 1)
    for path in made.files:
        (store.root / path).chmod(0o755)
    store.commit(made)
    assert store.status() == []


def test_link_in_place_of_an_article_is_not_followed(store: GitStore, tmp_path: Path) -> None:
    """Nothing outside the store gets into a commit."""
    made = mail(store, 1)
    article = next(iter(made.files))
    (tmp_path / "secret").write_text("secret")
    (store.root / article).unlink()
    (store.root / article).symlink_to(tmp_path / "secret")
    assert isinstance(store.commit(made), Committed)
    assert "secret" not in store.git("show", "HEAD")


def test_works_in_a_linked_work_tree(store: GitStore, tmp_path: Path) -> None:
    """A store may be one of several work trees of a repository."""
    store.git("worktree", "add", "-q", "-b", "second", str(tmp_path / "second"))
    second = open_store(tmp_path / "second")
    assert second.repository.head_commit() == store.repository.head_commit()
    assert isinstance(second.commit(mail(second, 1)), Committed)
    assert (second.status(), second.subjects(), store.subjects()) == ([], ["mail 1"], [])
    assert second.repository.head_commit() == store.git("rev-parse", "second").strip()


def test_works_with_the_git_directory_elsewhere(tmp_path: Path) -> None:
    """`.git` may be a file that points to the repository."""
    (tmp_path / "store").mkdir()
    git(tmp_path / "store", "init", "-q", "-b", "main", "--separate-git-dir", str(tmp_path / "elsewhere"))
    store = new_store(tmp_path / "store")
    assert isinstance(store.commit(mail(store, 1)), Committed)
    assert store.status() == []


def test_keeps_to_its_own_repository(store: GitStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables that git sets for hooks and aliases do not lead us to another repository or index."""
    git(tmp_path, "init", "-q", "other")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path / "other"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    outcome = store.commit(mail(store, 1))
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name)
    assert isinstance(outcome, Committed)
    assert outcome.tip == store.git("rev-parse", "HEAD").strip()
    assert not (tmp_path / "index").exists()


def test_does_not_commit_to_a_repository_above(tmp_path: Path) -> None:
    """A store without .git inside another repository postpones, and the other one stays as it is."""
    git(tmp_path, "init", "-q", ".")
    (tmp_path / "store").mkdir()
    store = open_store(tmp_path / "store")
    assert store.commit(mail(store, 1)) == Postponed(reason="the store is no git repository. Make it one: git init")
    assert git(tmp_path, "for-each-ref") == ""


def test_hooks_do_not_run(store: GitStore) -> None:
    """A hook of the user's cannot stop filing mail."""
    for name in ("pre-commit", "commit-msg", "reference-transaction", "post-index-change"):
        hook = store.root / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text("#!/bin/sh\ntouch hook-ran\nexit 1\n")
        hook.chmod(0o755)
    assert isinstance(store.commit(mail(store, 1)), Committed)
    assert not (store.root / "hook-ran").exists()


@needs_proc
def test_large_article_is_not_held_in_memory(store: GitStore) -> None:
    """A mail of 32 MB goes through us in pieces, and through git at most once."""
    with (store.root / "big.eml").open("wb") as file:
        file.truncate(32 << 20)
    script = (
        "import re, resource, sys; from pathlib import Path; from datetime import datetime, UTC\n"
        "from mdtickets.store.git import *\n"
        "r = Repository(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "o = r.commit([Commit(author_name='x', author_email='x', at=datetime.now(UTC), message='x',"
        " files={'big.eml': None})])\n"
        "assert isinstance(o, Committed), o\n"
        "print(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1],"
        " resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
    )
    arguments = (sys.executable, "-c", script, str(store.root), str(store.root / ".mdtickets" / "run" / "git.lock"))
    ours, gits = _python(*arguments).split()
    assert int(ours) < 48 << 10
    assert int(gits) < (32 + 24) << 10
    assert store.status() == []


def test_two_processes_commit_at_once(store: GitStore) -> None:
    """Two of ours never fail each other, and every commit is there once."""
    script = (
        "import sys; from pathlib import Path\n"
        "from tests.store.git_store import *\n"
        "s = open_store(Path(sys.argv[1]), Patience())\n"
        "for n in range(20):\n"
        "    o = s.commit(mail(s, int(sys.argv[2]) + n))\n"
        "    assert isinstance(o, Committed), o\n"
    )
    running = [
        subprocess.Popen((sys.executable, "-c", script, str(store.root), first), cwd=_checkout(), env=os.environ)
        for first in ("100", "200")
    ]
    assert [process.wait() for process in running] == [0, 0]
    expected = [f"mail {first + number}" for first in (100, 200) for number in range(20)]
    assert sorted(store.subjects()) == expected
    assert store.status() == []
    assert store.git("fsck", "--strict", "--no-dangling") == ""


def test_asks_git_where_refs_are_no_files(store: GitStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a repository with reftable the branch and its commit come from git itself."""
    real = tmp_path / "real"
    (store.root / ".git" / "HEAD").rename(real)
    (store.root / ".git" / "HEAD").write_text("ref: refs/heads/.invalid\n")
    answers = f'case "$*" in *symbolic-ref*) echo refs/heads/main; exit;; *HEAD^0*) cat {real.parent}/tip; exit;; esac'
    tamper(monkeypatch, tmp_path, answers)
    (tmp_path / "tip").write_text(store.git("rev-parse", "main"))
    assert store.repository.head_commit() == (tmp_path / "tip").read_text().strip()
    outcome = store.commit(mail(store, 1))
    real.rename(store.root / ".git" / "HEAD")
    assert isinstance(outcome, Committed)
    assert outcome.tip == store.git("rev-parse", "main").strip()


def _python(*arguments: str) -> str:
    return subprocess.run(arguments, check=True, capture_output=True, text=True, cwd=_checkout()).stdout


def _called(log: Path) -> list[str]:
    """The git commands that were run."""
    return [re.sub(r"-c \S+ ", "", line).split()[0] for line in log.read_text().splitlines()]


def _checkout() -> Path:
    return Path(__file__).parents[2]
