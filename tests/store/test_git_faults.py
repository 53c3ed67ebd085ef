"""What can be in git's way: locks, half-done work of the user's, races, kills, a full disk. Nothing is lost by it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mdtickets.store.git import Committed, Patience, Postponed, Repository
from tests.store.git_store import USER, GitStore, commit, git, mail, new_store, open_store, tamper

# Run the user's own git in the middle of ours: the first time that ours comes to this command.
ONCE = 'case "$*" in *"{command}"*) if [ ! -e "$LOG.done" ]; then touch "$LOG.done"; {script}; fi;; esac'
USERS_GIT = '"$REAL" -c user.name=Anna -c user.email=anna@x'


def reason(store: GitStore, number: int = 1) -> str:
    """Why a commit of a mail was postponed; nothing of it may be left in git."""
    before = store.refs()
    outcome = store.commit(mail(store, number))
    assert isinstance(outcome, Postponed)
    assert store.refs() == before
    return outcome.reason


def test_index_lock_left_behind(store: GitStore) -> None:
    """A lock of the user's git postpones; it is named, not removed, and the commit is made when it is gone."""
    lock = store.root / ".git" / "index.lock"
    lock.touch()
    assert str(lock) in reason(store)
    assert lock.exists()
    lock.unlink()
    assert isinstance(store.commit(mail(store, 1)), Committed)
    assert (store.subjects(), store.status()) == (["mail 1"], [])


def test_index_lock_is_waited_for(store: GitStore) -> None:
    """A lock that goes away in time costs nothing but the time."""
    patient = open_store(store.root, Patience(index=5.0))
    lock = store.root / ".git" / "index.lock"
    lock.touch()
    with subprocess.Popen(("sh", "-c", f"sleep 0.2; rm {lock}")):
        assert isinstance(patient.commit(mail(store, 1)), Committed)


@pytest.mark.usefixtures("by_git")
def test_index_lock_comes_between(store: GitStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock taken after the objects were made postpones all the same and leaves nothing half done."""
    tamper(monkeypatch, tmp_path, ONCE.format(command="fast-import", script="touch .git/index.lock"))
    assert "index.lock" in reason(store)
    (store.root / ".git" / "index.lock").unlink()
    assert isinstance(store.commit(mail(store, 1)), Committed)
    assert (store.subjects(), store.status()) == (["mail 1"], [])


def _fork(store: GitStore) -> None:
    """Two branches that conflict in the settings; `main` is checked out."""
    store.git("switch", "-q", "-c", "other")
    store.git("commit", "-q", "--allow-empty", "-m", "start")
    store.write("mdtickets.toml", b"other\n")
    store.git("commit", "-q", "-a", "-m", "other")
    store.git("switch", "-q", "main")
    store.write("mdtickets.toml", b"main\n")
    store.git("commit", "-q", "-a", "-m", "ours")


def _stopping(*arguments: str) -> Callable[[GitStore], None]:
    def begin(store: GitStore) -> None:
        _fork(store)
        command = ("git", "-C", str(store.root), *USER, *arguments)
        assert subprocess.run(command, check=False, capture_output=True).returncode == 1

    return begin


def _detach(store: GitStore) -> None:
    store.git("switch", "-q", "--detach")


def _nothing(_store: GitStore) -> None:
    """There is nothing to end."""


def _ending(*arguments: str) -> Callable[[GitStore], None]:
    def end(store: GitStore) -> None:
        store.git(*arguments)

    return end


@pytest.mark.parametrize(
    ("begin", "end", "words"),
    [
        (_stopping("merge", "other"), _ending("merge", "--abort"), "a merge is in progress"),
        (_stopping("rebase", "other"), _ending("rebase", "--abort"), "a rebase is in progress"),
        (_stopping("cherry-pick", "other"), _ending("cherry-pick", "--abort"), "a cherry-pick is in progress"),
        (_stopping("cherry-pick", "main..other"), _ending("cherry-pick", "--abort"), "a cherry-pick is in progress"),
        (_stopping("revert", "--no-edit", "other"), _ending("revert", "--abort"), "a revert is in progress"),
        (_detach, _ending("switch", "-q", "main"), "HEAD is detached"),
    ],
)
def test_waits_for_the_user_to_finish(
    store: GitStore, begin: Callable[[GitStore], None], end: Callable[[GitStore], None], words: str
) -> None:
    """In the middle of the user's work nothing is committed; when he is done, the same commit works."""
    begin(store)
    before = store.status()
    assert words in reason(store)
    assert words in str(store.repository.obstacle())
    assert [line for line in store.status() if " tickets/" not in line] == before
    end(store)
    assert store.repository.obstacle() is None
    assert isinstance(store.commit(mail(store, 1)), Committed)
    assert store.status() == []


@pytest.mark.usefixtures("by_git")
def test_user_commits_while_we_do(store: GitStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit of the user's between our objects and our index is kept, and ours comes after it."""
    script = f"echo mine >mine; {USERS_GIT} add mine; {USERS_GIT} commit -q -m user"
    tamper(monkeypatch, tmp_path, ONCE.format(command="update-index", script=script))
    assert isinstance(store.commit(mail(store, 1)), Committed)
    assert (store.subjects(), store.status()) == (["user", "mail 1"], [])


@pytest.mark.usefixtures("by_git")
def test_user_commits_our_files(store: GitStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit of the user's between our index and our branch takes the files along; nothing is lost or doubled."""
    tamper(
        monkeypatch, tmp_path, ONCE.format(command="update-ref", script=f"{USERS_GIT} commit -q --allow-empty -m user")
    )
    assert isinstance(store.commit(mail(store, 1)), Committed)
    assert (store.subjects(), store.status()) == (["user", "mail 1"], [])
    assert len(store.contents()) == 3


@pytest.mark.usefixtures("by_git")
def test_branch_that_never_stands_still(store: GitStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After some attempts we give way."""
    always = f'case "$*" in *"update-index"*) {USERS_GIT} commit -q --allow-empty -m user;; esac'
    tamper(monkeypatch, tmp_path, always)
    store = open_store(store.root, Patience(rounds=2))
    assert reason(store) == "the branch moved 2 times while it was committed to."


@pytest.mark.usefixtures("by_git")
def test_user_switches_branches_while_we_commit(
    store: GitStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit goes to the branch that is checked out when it is made."""
    store.git("branch", "other")
    tamper(monkeypatch, tmp_path, ONCE.format(command="update-index", script=f"{USERS_GIT} switch -q other"))
    assert isinstance(store.commit(mail(store, 1)), Committed)
    assert store.git("log", "-1", "--format=%s", "other").strip() == "mail 1"
    assert store.git("rev-list", "--count", "main").strip() == "1"
    assert store.status() == []


@pytest.mark.parametrize("option", ["--allow-empty", "--all"])
def test_user_has_his_editor_open(store: GitStore, tmp_path: Path, option: str) -> None:
    """While the user writes his message we commit, or wait for the index that his git holds; both get in at last."""
    editor = tmp_path / "editor"
    editor.write_text(
        f'#!/bin/sh\ntouch {tmp_path}/open\nwhile [ ! -e {tmp_path}/go ]; do sleep 0.01; done\necho u >"$1"\n'
    )
    editor.chmod(0o755)
    store.write("mdtickets.toml", b"changed\n")
    command = ("git", "-C", str(store.root), *USER, "-c", f"core.editor={editor}", "commit", "-q", option)
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as users:
        while not (tmp_path / "open").exists():
            time.sleep(0.01)
        first = store.commit(mail(store, 1))
        (tmp_path / "go").touch()
        users.wait()
    second = store.commit(mail(store, 2)) if isinstance(first, Committed) else store.commit(mail(store, 1))
    assert isinstance(second, Committed)
    assert (users.returncode == 0) == isinstance(first, Postponed)
    assert "mail 1" in store.subjects()
    assert [line for line in store.status() if " tickets/" in line] == []


@pytest.mark.usefixtures("by_git")
def test_fast_import_is_killed(store: GitStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A git that dies in the middle has moved no ref, and the next attempt works."""
    kill = '"$REAL" "$@" <&0 & sleep 0.05; kill -9 $!; wait $!; exit 137'
    tamper(monkeypatch, tmp_path, ONCE.format(command="fast-import", script=kill))
    assert "fast-import" in reason(store)
    assert isinstance(store.commit(mail(store, 1)), Committed)
    assert (store.subjects(), store.status()) == (["mail 1"], [])


@pytest.mark.usefixtures("by_git")
def test_fast_import_refuses(store: GitStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What git refuses is postponed with git's words, and its crash report is not left lying about."""
    garbage = 'echo garbage | "$REAL" "$@"; exit $?'
    tamper(monkeypatch, tmp_path, ONCE.format(command="fast-import", script=garbage))
    assert reason(store) == "git fast-import failed: fatal: Unsupported command: garbage"
    assert list((store.root / ".git").glob("fast_import_crash_*")) == []


@pytest.mark.parametrize("path", ["../outside", "/etc/passwd", "tickets/../../x", "a/.git/config", "a//b", "a\0b"])
def test_paths_stay_in_the_store(store: GitStore, path: str) -> None:
    """A path that leads out of the store is a fault of ours, and nothing is committed."""
    with pytest.raises(ValueError, match=r"no path of a store|null byte"):
        store.commit(commit("wrong", {path: b"x"}))
    assert (store.subjects(), store.refs()) == ([], ["refs/heads/main"])


@pytest.mark.usefixtures("by_git")
@pytest.mark.parametrize("command", ["update-index", "update-ref"])
def test_we_are_killed(store: GitStore, tmp_path: Path, command: str) -> None:
    """What was on its way to the branch when our process was killed is put there by the next one."""
    _die_at(store, tmp_path, command)
    assert store.subjects() == []
    assert store.repository.recover() == Committed(tip=store.git("rev-parse", "HEAD").strip(), count=0)
    assert (store.subjects(), store.status()) == (["mail 1"], [])
    assert store.refs() == ["refs/heads/main"]


@pytest.mark.usefixtures("by_git")
def test_we_are_killed_and_the_user_goes_on(store: GitStore, tmp_path: Path) -> None:
    """Commits that are not on the branch when it moves on are dropped: the journal makes up for them."""
    _die_at(store, tmp_path, "update-index")
    store.git("commit", "-q", "--allow-empty", "-m", "user")
    store.repository.recover()
    assert (store.subjects(), store.refs()) == (["user"], ["refs/heads/main"])
    assert isinstance(store.commit(mail(store, 1)), Committed)
    assert (store.subjects(), store.status()) == (["user", "mail 1"], [])


@pytest.mark.usefixtures("by_git")
def test_edit_after_we_are_killed_stays_the_users(store: GitStore, tmp_path: Path) -> None:
    """Recovery commits what we wrote; what was edited since is a change of the user's."""
    _die_at(store, tmp_path, "update-index")
    ticket = next(path for path in mail(store, 1).files if path.endswith("ticket.md"))
    store.write(ticket, b"edited")
    store.repository.recover()
    assert store.status() == [f" M {ticket}"]


@pytest.mark.parametrize("text", ["", "not an id\n", f"{'1' * 40}\n"])
def test_torn_ref_of_ours_is_dropped(store: GitStore, text: str) -> None:
    """A power cut may tear our own ref; that stops nothing."""
    ref = store.root / ".git" / "refs" / "mdtickets" / "pending"
    ref.parent.mkdir(parents=True, exist_ok=True)
    ref.write_text(text)
    assert isinstance(store.commit(mail(store, 1)), Committed)
    assert store.refs() == ["refs/heads/main"]


def test_lock_of_our_ref_left_behind(store: GitStore) -> None:
    """A lock that only we can have made, and not this process, is removed."""
    lock = store.root / ".git" / "refs" / "mdtickets" / "pending.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.touch()
    assert isinstance(store.commit(mail(store, 1)), Committed)
    assert not lock.exists()


def test_lock_of_the_branch_left_behind(store: GitStore) -> None:
    """A lock on the branch may be the user's: it is named and stays."""
    lock = store.root / ".git" / "refs" / "heads" / "main.lock"
    lock.touch()
    assert str(lock) in reason(store)
    lock.unlink()
    assert isinstance(store.commit(mail(store, 1)), Committed)


@pytest.mark.usefixtures("by_git")
def test_slow_git_is_stopped_gently(store: GitStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A git that takes too long is ended in a way that lets it remove its locks."""
    slow = 'trap "rm .git/index.lock; exit 1" TERM; touch .git/index.lock; sleep 10 & wait'
    tamper(monkeypatch, tmp_path, ONCE.format(command="update-index", script=slow))
    store = open_store(store.root, Patience(git=2.0))
    assert reason(store) == "git update-index took longer than 2 s."
    assert not (store.root / ".git" / "index.lock").exists()
    assert isinstance(store.commit(mail(store, 1)), Committed)


@pytest.mark.usefixtures("by_git")
def test_slow_fast_import_is_stopped(store: GitStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A git that stops reading does not stop us."""
    tamper(monkeypatch, tmp_path, ONCE.format(command="fast-import", script="exec sleep 10"))
    store = open_store(store.root, Patience(git=0.3))
    outcome = store.commit(mail(store, 1, bytes(1 << 20)))
    assert outcome == Postponed(reason="git fast-import took longer than 0.3 s.")


@pytest.mark.usefixtures("by_git")
def test_no_git(store: GitStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without git nothing is committed, and nothing breaks."""
    made = mail(store, 1)
    monkeypatch.setenv("PATH", "")
    assert store.commit(made) == Postponed(reason="git is not there.")


def test_no_store(tmp_path: Path) -> None:
    """A directory that is gone is a reason like any other."""
    repository = Repository(tmp_path / "gone", tmp_path / "lock")
    assert repository.commit([commit("x", {})]) == Postponed(
        reason="the store is no git repository. Make it one: git init"
    )
    assert repository.head_commit() is None


def test_branch_without_its_commit(store: GitStore) -> None:
    """A repository that lost objects is never taken for an empty one."""
    (store.root / ".git" / "refs" / "heads" / "main").write_text(f"{'1' * 40}\n")
    outcome = store.commit(mail(store, 1))
    assert isinstance(outcome, Postponed)
    assert "main" in outcome.reason or "HEAD" in outcome.reason


def test_our_lock_is_held(store: GitStore) -> None:
    """Another process of ours that takes too long is named."""
    impatient = open_store(store.root, Patience(lock=0.0))
    with store.repository.alone():
        assert f"git.lock is held by pid {os.getpid()}" in reason(impatient)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_store_of_another_user(store: GitStore) -> None:
    """Git does not trust a repository of another user's; the reason says what to do."""
    made = mail(store, 1)
    subprocess.run(("chown", "-R", "65534", str(store.root / ".git")), check=True)
    subprocess.run(("chown", "65534", str(store.root)), check=True)
    outcome = store.commit(made)
    assert isinstance(outcome, Postponed)
    assert f"safe.directory {store.root}" in outcome.reason


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    place = tmp_path / "small"
    place.mkdir()
    command = ("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place))
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    yield place
    subprocess.run(("umount", str(place)), check=True)


def test_disk_full(small_disk: Path) -> None:
    """A full disk postpones; the branch is as it was, and when there is room the commit is made."""
    store = new_store(small_disk / "store")
    made = mail(store, 1, os.urandom(200_000))
    ballast = small_disk / "ballast"
    free = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize
    ballast.write_bytes(bytes(free - 40_000))
    outcome = store.commit(made)
    assert outcome == Postponed(reason="git cannot write: the disk is full.")
    assert store.git("fsck", "--no-dangling") == ""
    assert list((store.root / ".git").rglob("tmp_*")) == []
    ballast.unlink()
    assert isinstance(store.commit(made), Committed)
    assert (store.subjects(), store.status()) == (["mail 1"], [])


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_read_only_disk(small_disk: Path) -> None:
    """A disk that became read-only postpones."""
    store = new_store(small_disk / "store")
    made = mail(store, 1)
    subprocess.run(("mount", "-o", "remount,ro", str(small_disk)), check=True)
    outcome = store.commit(made)
    assert isinstance(outcome, Postponed)
    assert "ead-only file system" in outcome.reason


def _die_at(store: GitStore, tmp_path: Path, command: str) -> None:
    """Commit a mail in a process that is killed when it comes to this git command."""
    with pytest.MonkeyPatch.context() as patch:
        tamper(patch, tmp_path, f'case "$*" in *"{command}"*) kill -9 $PPID; exit 1;; esac')
        script = (
            "import sys; from pathlib import Path; from tests.store.git_store import *\n"
            "s = open_store(Path(sys.argv[1])); s.commit(mail(s, 1))\n"
        )
        killed = subprocess.run(
            (sys.executable, "-c", script, str(store.root)), check=False, cwd=Path(__file__).parents[2], env=os.environ
        )
    assert killed.returncode == -9
    assert git(store.root, "for-each-ref", "refs/mdtickets") != ""
