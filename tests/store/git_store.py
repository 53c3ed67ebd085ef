"""A real store with a real repository for tests, a user who works in it, and a git that can be tampered with."""

import hashlib
import io
import os
import shlex
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import Struct

from mdtickets.domain.article_name import format_article_name
from mdtickets.domain.event import Event, What, format_event
from mdtickets.domain.model import ArticleKind, Ticket
from mdtickets.store.git import Commit, Committed, Outcome, Patience, Repository
from mdtickets.store.git_upkeep import ATTRIBUTES, IGNORED, initialise
from mdtickets.store.layout import Layout
from mdtickets.store.tickets import digest_of, format_ticket

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
QUICK = Patience(lock=20.0, index=0.2, git=20.0)
USER = ("-c", "user.name=Anna Beispiel", "-c", "user.email=anna@mustermann-video.example")


class GitStore(Struct, frozen=True):
    """A store with one commit of its own files, and what a test wants to know of it."""

    root: Path
    repository: Repository

    @property
    def layout(self) -> Layout:
        return Layout(self.root)

    def git(self, *arguments: str) -> str:
        """What the user's own git prints; it must succeed."""
        return git(self.root, *arguments)

    def write(self, path: str, data: bytes) -> str:
        """Put a file on the disk; the path again."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        return path

    def blob(self, path: str, commit: str = "HEAD") -> bytes:
        """The bytes that a commit has at a path."""
        command = ("git", "-C", str(self.root), "cat-file", "blob", f"{commit}:{path}")
        return subprocess.run(command, check=True, capture_output=True).stdout

    def contents(self) -> dict[str, bytes]:
        """All files of the last commit but the store's own first ones, as `git cat-file` gives them."""
        entries = self.git("ls-tree", "-r", "-z", "HEAD").split("\0")[:-1]
        pairs = [entry.split(None, 3)[2:] for entry in entries if "\ttickets/" in entry]
        command = ("git", "-C", str(self.root), "cat-file", "--batch")
        asked = "".join(f"{blob}\n" for blob, _path in pairs).encode()
        answer = io.BytesIO(subprocess.run(command, input=asked, check=True, capture_output=True).stdout)
        return {path: answer.read(int(answer.readline().split()[2]) + 1)[:-1] for _blob, path in pairs}

    def status(self) -> list[str]:
        """The lines of `git status --porcelain`."""
        return self.git("status", "--porcelain", "--untracked-files=all").splitlines()

    def subjects(self) -> list[str]:
        """The subjects of all commits but the store's first, oldest first."""
        return self.git("log", "--reverse", "--format=%s").splitlines()[1:]

    def commit(self, *commits: Commit) -> Outcome:
        return self.repository.commit(commits)

    def refs(self) -> list[str]:
        return self.git("for-each-ref", "--format=%(refname)").split()


def git(root: Path, *arguments: str) -> str:
    """What git prints, run as the user."""
    done = subprocess.run(("git", "-C", str(root), *USER, *arguments), check=True, capture_output=True, text=True)
    return done.stdout


def open_store(root: Path, patience: Patience = QUICK) -> GitStore:
    """A store that is there."""
    return GitStore(root, Repository(root, root / ".mdtickets" / "run" / "git.lock", patience))


def new_store(root: Path, patience: Patience = QUICK) -> GitStore:
    """An initialised store with one commit."""
    root.mkdir(parents=True, exist_ok=True)
    initialise(root)
    store = open_store(root, patience)
    store.write(".gitattributes", ATTRIBUTES.encode())
    store.write(".gitignore", IGNORED.encode())
    store.write("mdtickets.toml", b"format = 1\n")
    made = store.repository.commit_paths([".gitattributes", ".gitignore", "mdtickets.toml"], "A new store", at=NOON)
    assert isinstance(made, Committed)
    return store


def mail(store: GitStore, number: int, raw: bytes = b"Subject: x\r\n\r\nHello\r\n", subject: str = "") -> Commit:
    """A mail that was just filed as a ticket of its own: three files on the disk, and the commit to make."""
    ticket_number = f"2026112410{number:05d}0"
    directory = f"tickets/2026/11/24/{ticket_number}"
    name = article_name(raw)
    ticket = format_ticket(
        Ticket(number=ticket_number, title="VR-200", queue="Support", created_at=NOON, updated_at=NOON), None
    )
    history = history_line(What.NEW, name, ticket_md=digest_of(ticket))
    files: dict[str, bytes | None] = {
        store.write(f"{directory}/{name}", raw): None,
        store.write(f"{directory}/ticket.md", ticket): ticket,
        store.write(f"{directory}/history.jsonl", history): history,
    }
    return commit(subject or f"mail {number}", files)


def history_line(what: str, article: str, *, by: str = "kim@lee.example", **details: str) -> bytes:
    """One line of a history."""
    return format_event(Event(at=NOON, by=by, what=what, article=article, details=details)).encode()


def article_name(raw: bytes) -> str:
    """The name under which these bytes are filed."""
    return format_article_name(NOON, hashlib.sha256(raw).hexdigest(), ArticleKind.CUSTOMER)


def commit(message: str, files: dict[str, bytes | None], removed: tuple[str, ...] = ()) -> Commit:
    """A commit by Kim Lee."""
    return Commit(
        author_name="Kim Lee", author_email="kim@lee.example", at=NOON, message=message, files=files, removed=removed
    )


def tamper(monkeypatch: pytest.MonkeyPatch, directory: Path, script: str) -> Path:
    """Put a shell script in git's place; it has $REAL (the git it stands for) and a file $LOG with all calls."""
    home = directory / "tampered"
    home.mkdir()
    log = home / "log"
    log.touch()
    wrapper = home / "git"
    real = shutil.which("git")
    assert real
    head = f"#!/bin/sh\nREAL={shlex.quote(real)}\nLOG={shlex.quote(str(log))}\n"
    wrapper.write_text(f'{head}echo "$@" >>"$LOG"\n{script}\nexec "$REAL" "$@"\n')
    wrapper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{home}{os.pathsep}{os.environ['PATH']}")
    return log
