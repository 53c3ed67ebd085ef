"""Commits that are put off: one for each mail, one round of git for all, made up by others when we do not come to it."""

import shutil
from pathlib import Path

import pytest

from mdtickets.app.backlog import Backlog
from mdtickets.app.committing import make_commits_put_off, recover
from mdtickets.app.filing import file_waiting
from mdtickets.app.sending import send_due
from mdtickets.app.session import Session
from tests.app.daemons import new_commits
from tests.world import git, mail, make_world, open_world, put_mail


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """A store whose commits are put off."""
    session = open_world(make_world(tmp_path))
    session.backlog = Backlog()
    return session


def file(session: Session, second: int, subject: str, headers: str = "") -> None:
    """File one mail, as it comes."""
    put_mail(session.layout.root.parent, second, mail(subject, headers=headers))
    assert len(file_waiting(session).filed) == 1


def test_filed_and_sent_are_committed_in_one_round_of_git(session: Session, tmp_path: Path) -> None:
    """Two mails of one ticket and their answer: each has its commit, with the bytes of its moment, and none a process."""
    file(session, 1, "First")
    file(session, 2, "Re: First", headers="In-Reply-To: <first@lee.example>\n")
    send_due(session)
    assert new_commits(session.layout.root) == []
    log = tmp_path / "git.log"
    log.touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_TRACE", str(log))
        assert make_commits_put_off(session) == ""
    assert log.read_text(encoding="utf-8") == ""
    assert len(new_commits(session.layout.root)) == 3
    lines = git(session.layout.root, "log", "--reverse", "--format=", "--numstat", "--", "tickets/*.jsonl").split("\n")
    assert [line.split("\t")[0] for line in lines if line] == ["3", "1", "1"]
    assert git(session.layout.root, "status", "--porcelain") == ""


def test_a_full_backlog_does_not_wait(session: Session) -> None:
    """Fifty mails in one sweep are committed at its end."""
    for number in range(50):
        put_mail(session.layout.root.parent, number, mail(f"Request {number}"))
    file_waiting(session)
    assert len(new_commits(session.layout.root)) == 50
    assert session.backlog
    assert session.backlog.batches == ()


def test_a_command_makes_up_what_the_daemon_put_off(session: Session) -> None:
    """Whoever takes the filing lock next commits first what came before his change; nothing is made twice."""
    file(session, 1, "First")
    file(session, 2, "Second")
    other = open_world(session.layout.root)
    with other.filing():
        assert recover(other) == ""
    assert len(new_commits(session.layout.root)) == 2
    assert make_commits_put_off(session) == ""
    assert len(new_commits(session.layout.root)) == 2


def test_what_git_does_not_take_is_made_up_later(session: Session) -> None:
    """While HEAD is detached the reason is told; afterwards the next sweep commits, each mail by itself."""
    root = session.layout.root
    git(root, "switch", "-q", "--detach")
    file(session, 1, "First")
    file(session, 2, "Second")
    assert "HEAD is detached" in make_commits_put_off(session)
    git(root, "switch", "-q", "main")
    assert file_waiting(session).postponed == ""
    assert len(new_commits(root)) == 2
    assert git(root, "status", "--porcelain") == ""


def test_later_work_of_others_comes_after_ours(session: Session) -> None:
    """A commit of another process that waits behind ours, because git refused, is never made before them."""
    root = session.layout.root
    file(session, 1, "First")
    git(root, "switch", "-q", "--detach")
    other = open_world(root)
    put_mail(root.parent, 2, mail("Re: First", headers="In-Reply-To: <first@lee.example>\n"))
    assert "HEAD is detached" in file_waiting(other).postponed
    git(root, "switch", "-q", "main")
    file(session, 3, "Re: Re: First", headers="In-Reply-To: <first@lee.example>\n")
    make_commits_put_off(session)
    assert len(new_commits(root)) == 3
    assert git(root, "status", "--porcelain") == ""


def test_a_private_directory_that_is_deleted_costs_no_commit(session: Session) -> None:
    """The journal is gone with it, but what was put off is still in memory."""
    file(session, 1, "First")
    shutil.rmtree(session.layout.run / "journal")
    assert make_commits_put_off(session) == ""
    assert len(new_commits(session.layout.root)) == 1
