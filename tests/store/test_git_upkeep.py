"""Making a repository with a store's settings, and keeping it fast."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mdtickets.store.git_upkeep import SETTINGS, configure, initialise, needs_repack, wrong_settings
from mdtickets.store.lockfile import hold
from tests.store.git_store import GitStore, git, mail


def test_new_repository_has_the_settings(tmp_path: Path) -> None:
    """The branch is main, whatever the user's git calls it, and git keeps house only when we do."""
    initialise(tmp_path)
    assert (tmp_path / ".git" / "HEAD").read_text() == "ref: refs/heads/main\n"
    assert wrong_settings(tmp_path) == ()
    assert git(tmp_path, "config", "gc.auto").strip() == "0"


def test_settings_can_be_repaired(store: GitStore) -> None:
    """What somebody changed is named, and can be set again."""
    store.git("config", "gc.auto", "6700")
    store.git("config", "--unset", "index.version")
    assert wrong_settings(store.root) == ("index.version", "gc.auto")
    configure(store.root)
    assert wrong_settings(store.root) == ()
    assert dict(SETTINGS)["core.fsync"] == "committed,loose-object"


def test_shared_repository(tmp_path: Path) -> None:
    """A store for several users of a group is open to the group."""
    initialise(tmp_path, "group")
    assert (tmp_path / ".git" / "objects").stat().st_mode & (stat.S_IWGRP | stat.S_ISGID) == stat.S_IWGRP | stat.S_ISGID


def test_existing_repository_stays(store: GitStore) -> None:
    """Initialising again changes no commit and no file."""
    head = store.repository.head_commit()
    initialise(store.root)
    assert (store.repository.head_commit(), store.status()) == (head, [])


@pytest.mark.usefixtures("by_git")
def test_many_packs_are_put_together(store: GitStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """When git has too many packs they become few, and every mail is still there."""
    store.git("config", "fastimport.unpackLimit", "1")
    for number in range(21):
        store.commit(mail(store, number))
    before = store.contents()
    assert needs_repack(store.root)
    done = store.repository.housekeeping(datetime.now(UTC))
    assert done[0].startswith("repacked in ")
    assert not needs_repack(store.root)
    assert store.contents() == before
    assert store.git("fsck", "--no-dangling") == ""


def test_log_of_a_ticket_gets_its_graph(store: GitStore) -> None:
    """The commit graph with changed paths is written, also a second time and before the first commit."""
    assert store.repository.housekeeping(datetime.now(UTC)) == ("commit graph written",)
    assert store.repository.housekeeping(datetime.now(UTC)) == ("commit graph written",)
    assert list((store.root / ".git" / "objects" / "info" / "commit-graphs").glob("*.graph"))


def test_what_killed_processes_left_is_removed_after_a_day(store: GitStore) -> None:
    """Reports and half-made packs go when they are old; those of somebody who may still be at it stay."""
    old, new = store.root / ".git" / "fast_import_crash_1", store.root / ".git" / "objects" / "pack" / "tmp_pack_x"
    now = datetime.now(UTC)
    for path, age in ((old, timedelta(days=2)), (new, timedelta(hours=1))):
        path.touch()
        moment = (now - age).timestamp()
        os.utime(path, (moment, moment))
    assert f"{old.name} removed" in store.repository.housekeeping(now)
    assert (old.exists(), new.exists()) == (False, True)


def test_housekeeping_of_two_is_done_by_one(store: GitStore) -> None:
    """While another process of ours keeps house there is nothing to do."""
    with hold(store.layout.run / "housekeeping.lock"):
        assert store.repository.housekeeping(datetime.now(UTC)) == ()
