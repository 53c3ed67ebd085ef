"""What we write into a plain repository without git is what git would have written, and git agrees with it."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mdtickets.store.git import Commit, Committed, Outcome
from mdtickets.store.git_files import find_git_directory
from mdtickets.store.git_plain import plain_digits
from tests.store.git_store import GitStore, commit, git, mail, new_store, open_store, tamper

FEW = settings(
    max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

PATHS = ("tickets/1/a", "tickets/1/b.md", "tickets/1.x/a", "tickets/10/a", "customers/ü b.md", "x", "tickets/1/c/d/e")
CHANGES = st.lists(
    st.dictionaries(st.sampled_from(PATHS), st.one_of(st.none(), st.binary(max_size=40)), min_size=1, max_size=4),
    min_size=1,
    max_size=4,
)


def is_plain(store: GitStore) -> bool:
    """Whether we write there ourselves."""
    directory = find_git_directory(store.root)
    assert directory
    return plain_digits(store.root, directory) is not None


def carry_out(store: GitStore, change: dict[str, bytes | None]) -> Commit:
    """Change the files; the commit to make of it. None: the file goes."""
    files: dict[str, bytes | None] = {}
    removed = []
    for path, data in change.items():
        if data is None:
            (store.root / path).unlink(missing_ok=True)
            removed.append(path)
        else:
            files[store.write(path, data)] = data
    return commit("changed", files, tuple(removed))


def is_sound(store: GitStore) -> bool:
    """Whether git finds nothing wrong, nothing changed, and the index to be the last commit."""
    assert store.status() == []
    assert store.git("write-tree") == store.git("rev-parse", "HEAD^{tree}")
    return store.git("fsck", "--strict", "--no-dangling") == ""


def copy(store: GitStore, place: Path) -> GitStore:
    """The same store once more."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(store.root, place, symlinks=True)
    return open_store(place)


@FEW
@given(changes=CHANGES, packed=st.booleans(), users=st.booleans())
def test_same_commits_as_gits(
    store: GitStore, tmp_path: Path, changes: list[dict[str, bytes | None]], packed: bool, users: bool
) -> None:
    """Commit by commit, ids and index are those that git makes, whatever is in packs and whoever wrote the index."""
    ours, gits = copy(store, tmp_path / "ours"), copy(store, tmp_path / "gits")
    gits.git("config", "core.sharedRepository", "umask")
    assert (is_plain(ours), is_plain(gits)) == (True, False)
    for change in changes:
        outcomes: list[Outcome] = [each.commit(carry_out(each, change)) for each in (ours, gits)]
        assert outcomes[0] == outcomes[1]
        assert ours.git("ls-files", "-s") == gits.git("ls-files", "-s")
        assert is_sound(ours)
        if packed:
            ours.git("repack", "-q", "-a", "-d")
        if users:
            ours.git("read-tree", "HEAD")
            ours.git("status")


@pytest.mark.parametrize("number", range(1, 7))
def test_few_commits_at_once(store: GitStore, tmp_path: Path, number: int) -> None:
    """Several commits on top of each other are those of git."""
    gits = copy(store, tmp_path / "gits")
    gits.git("config", "core.sharedRepository", "umask")
    tips = [each.commit(*(mail(each, step, b"%d" % step) for step in range(number))) for each in (store, gits)]
    assert tips[0] == tips[1]
    assert is_sound(store)


def test_reads_what_git_packed_with_differences(
    store: GitStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Trees that a pack tells by their differences, one from the other, are read."""
    for step in range(6):
        store.commit(*(mail(store, 10 * step + each) for each in range(6)))
    store.git("repack", "-q", "-a", "-d", "-f", "--depth=50", "--window=50")
    assert "chain length" in store.git("verify-pack", "-s", *map(str, (store.root / ".git/objects/pack").glob("*.idx")))
    log = tamper(monkeypatch, tmp_path, "")
    assert isinstance(store.commit(mail(store, 500)), Committed)
    assert log.read_text() == ""
    assert is_sound(store)


def test_repository_with_longer_ids(tmp_path: Path) -> None:
    """SHA-256 is plain too."""
    place = tmp_path / "store"
    place.mkdir()
    git(place, "init", "-q", "-b", "main", "--object-format=sha256")
    store = new_store(place)
    assert is_plain(store)
    outcome = store.commit(mail(store, 1))
    assert isinstance(outcome, Committed)
    assert len(outcome.tip) == 64
    store.git("gc", "-q")
    store.commit(mail(store, 2))
    assert store.subjects() == ["mail 1", "mail 2"]
    assert is_sound(store)


def test_times_are_those_of_the_disk(store: GitStore) -> None:
    """Git finds nothing to look at again in what we staged."""
    store.commit(mail(store, 1))
    before = store.git("ls-files", "--debug", "tickets")
    _make_older(store)
    store.git("update-index", "--refresh")
    assert store.git("ls-files", "--debug", "tickets") == before


def test_edit_in_the_same_moment_is_not_hidden(store: GitStore) -> None:
    """An edit that left size and times as they were is seen by git after we wrote the index once more."""
    made = mail(store, 1)
    path = next(path for path in made.files if path.endswith("ticket.md"))
    place = store.root / path
    store.commit(made)
    status = place.stat()
    with place.open("r+b") as file:
        file.write(b"***")
    os.utime(place, ns=(status.st_atime_ns, status.st_mtime_ns))
    store.commit(mail(store, 2))
    _make_older(store)
    assert store.status() == [f" M {path}"]


def _make_older(store: GitStore) -> None:
    """Let the files be older than the index: git looks once more at what is as young."""
    os.utime(store.root / ".git" / "index", (time.time() + 5, time.time() + 5))


def _nothing(_store: GitStore) -> None:
    """As it is."""


def _user_commits(store: GitStore) -> None:
    store.write("plan/a/b.md", b"x")
    store.git("add", "plan")
    store.git("commit", "-q", "-m", "plan")


def _conflict(store: GitStore) -> None:
    blob = store.git("hash-object", "-w", "mdtickets.toml").strip()
    lines = "".join(f"100644 {blob} {stage}\tconflict\n" for stage in (1, 2, 3))
    subprocess.run(("git", "update-index", "--index-info"), cwd=store.root, input=lines.encode(), check=True)


def _git(*arguments: str) -> Callable[[GitStore], None]:
    def run(store: GitStore) -> None:
        store.write("new.txt", b"new")
        store.git(*arguments)

    return run


@pytest.mark.parametrize(
    "prepare",
    [
        _nothing,
        _user_commits,
        _conflict,
        _git("add", "-N", "new.txt"),
        _git("update-index", "--skip-worktree", "mdtickets.toml"),
        _git("update-index", "--assume-unchanged", "mdtickets.toml"),
        _git("update-index", "--split-index"),
        _git("update-index", "--index-version", "2"),
        _git("update-index", "--untracked-cache"),
        _git("-c", "index.threads=2", "update-index", "--force-write-index"),
        _git("pack-refs", "--all"),
        _git("config", "include.path", "more"),
        _git("config", "extensions.worktreeConfig", "true"),
        _git("config", "core.sparseCheckout", "true"),
        _git("replace", "HEAD:mdtickets.toml", "HEAD:.gitignore"),
        _git("reflog", "expire", "--expire=all", "--all"),
    ],
)
def test_whatever_the_user_made_of_it(store: GitStore, prepare: Callable[[GitStore], None]) -> None:
    """A repository may be as odd as it likes: our commit gets in, and what the user has stays his."""
    prepare(store)
    before = store.status()
    assert isinstance(store.commit(mail(store, 1)), Committed)
    assert (store.subjects()[-1], store.status()) == ("mail 1", before)
    assert isinstance(store.commit(mail(store, 2)), Committed)
    assert (store.subjects()[-1], store.status()) == ("mail 2", before)
    assert len(store.git("ls-tree", "-r", "--name-only", "HEAD", "tickets").split()) == 6


def test_file_in_the_place_of_a_directory(store: GitStore) -> None:
    """Where there was a file, a directory gets in."""
    store.commit(commit("file", {store.write("customers", b"x"): b"x"}))
    (store.root / "customers").unlink()
    store.commit(commit("gone", {}, removed=("customers",)))
    store.commit(commit("there", {store.write("customers/a.md", b"y"): b"y"}))
    assert store.status() == []
    assert store.blob("customers/a.md") == b"y"


@pytest.mark.parametrize("name", ["index", "HEAD", "refs/heads/main"])
def test_lock_that_is_ours(store: GitStore, name: str) -> None:
    """What a killed process of ours left locked is free for the next one."""
    mark = {"index": "mdtickets.index", "HEAD": "mdtickets.head"}.get(name, "mdtickets.branch")
    (store.root / ".git" / mark).write_text("half")
    (store.root / ".git" / f"{name}.lock").hardlink_to(store.root / ".git" / mark)
    assert isinstance(store.commit(mail(store, 1)), Committed)
    assert is_sound(store)
    assert sorted(path.name for path in (store.root / ".git").glob("**/*.lock")) == []
    assert [path.name for path in (store.root / ".git").glob("mdtickets.*")] == ["mdtickets.index-map"]


def test_killed_at_any_step(store: GitStore, tmp_path: Path) -> None:
    """Wherever we are killed, git finds nothing wrong, and the next one of ours makes the commit."""
    steps = 0
    while _dies_at(killed := copy(store, tmp_path / "killed"), steps + 1):
        steps += 3
        assert killed.git("fsck", "--strict", "--no-dangling") == ""
        assert isinstance(killed.repository.recover(), Committed)
        if not killed.subjects():
            assert isinstance(killed.commit(mail(killed, 1)), Committed)
        assert (killed.subjects(), killed.refs()) == (["mail 1"], ["refs/heads/main"])
        assert is_sound(killed)
        assert list((killed.root / ".git").glob("**/*.lock")) == []
    assert steps > 30


def _dies_at(store: GitStore, step: int) -> bool:
    """Commit a mail in a process that is killed at this step of its writing; False when it has not so many."""
    made = mail(store, 1)
    process = os.fork()
    if not process:
        left = iter(range(step - 1, -1, -1))
        for name in ("write", "rename", "link", "unlink", "fsync"):
            setattr(os, name, _counted(getattr(os, name), left))
        try:
            store.commit(made)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == -signal.SIGKILL


def _counted(real: Callable[..., object], left: Iterator[int]) -> Callable[..., object]:
    def call(*arguments: object, **options: object) -> object:
        if next(left, 1) == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **options)

    return call
