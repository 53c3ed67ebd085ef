"""Stores of any size, made once, kept in `.cache`, copied for every measurement.

A copy shares the files that nobody ever changes (articles, git's objects) by hard links and has its own of all others:
whoever writes in place (git's reflog, SQLite) would change every copy through a link.
"""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import IO
from uuid import uuid4

from msgspec import Struct

from tests.bench import archive, corpus, maildir, wording
from tests.bench.archive import StoredTicket
from tests.bench.process import CHECKOUT, Launcher, mdtickets

BRANCH = "refs/heads/main"
_GENERATORS = (archive, corpus, wording)


class Store(Struct, frozen=True, kw_only=True):
    """One store and the Maildir it files."""

    path: Path
    tickets: int
    thread: str  # number of a ticket of ten plain articles
    html_thread: str  # the same with HTML

    @property
    def mail(self) -> Path:
        """The Maildir of its mailbox."""
        return self.path.parent / "mail"


def put_away(directory: Path) -> None:
    """Free the name of a directory in the scratch directory, with which it goes when all is measured.

    Thousands of files deleted now would be paid by the next program that makes some: ext4 passes over inodes that were
    freed in the last seconds (its `recently_deleted`).
    """
    directory.rename(directory.with_name(f"gone-{uuid4()}"))


class Stores:
    """Makes stores and hands out copies of them."""

    def __init__(self, launcher: Launcher, cache: Path, scratch: Path) -> None:
        self._launcher = launcher
        self._cache = cache
        self._scratch = scratch
        self._git = shutil.which("git") or "git"

    def copy(self, tickets: int, name: str) -> Store:
        """A store of its own with so many tickets, its catalog and git's index up to date, nothing left to write."""
        made = self._made(tickets)
        target = self._scratch / name
        _copy_tree(made.path.parent, target)
        store = Store(path=target / "store", tickets=tickets, thread=made.thread, html_thread=made.html_thread)
        self._launcher.run([self._git, "update-index", "-q", "--refresh"], cwd=store.path, accept=frozenset({0, 1}))
        self._launcher.run(mdtickets(store.path, "list", "--limit", "1"))
        os.sync()
        return store

    def remove(self, store: Store) -> None:
        """Put a copy out of the way."""
        put_away(store.path.parent)

    def _made(self, tickets: int) -> Store:
        """The cached store of that size. Made anew each week, so that its last tickets are recent ones."""
        monday = _monday()
        key = hashlib.sha256(f"{monday}".encode())
        for module in _GENERATORS:
            key.update(Path(module.__file__ or "").read_bytes())
        root = self._cache / f"store-{tickets}-{key.hexdigest()[:12]}"
        if not root.exists():
            for old in self._cache.glob(f"store-{tickets}-*"):
                shutil.rmtree(old)
            self._make(root, tickets, monday - timedelta(days=1))
        known = json.loads((root / "about.json").read_text(encoding="utf-8"))
        store = Store(path=root / "store", tickets=tickets, thread=known["thread"], html_thread=known["html_thread"])
        self._reindex_when_changed(store)
        return store

    def _make(self, root: Path, tickets: int, last_day: date) -> None:
        unfinished = self._scratch / f"making-{tickets}"
        store = unfinished / "store"
        unfinished.mkdir()
        maildir.make(unfinished / "mail")
        self._initialise(store)
        numbers = self._fill(store, archive.tickets(tickets, last_day))
        about = {"thread": numbers[-1], "html_thread": numbers[-2]}
        (unfinished / "about.json").write_text(json.dumps(about), encoding="utf-8")
        unfinished.rename(root)

    def _initialise(self, store: Path) -> None:
        names = ["--name", "Mustermann Video GmbH", "--address", corpus.SUPPORT, "--maildir", "../mail"]
        self._launcher.run(mdtickets(store.parent, "init", store, *names, "--queue", "Support", "--language", "de"))
        settings = {
            "acknowledge.total": "1000000 in 1h",
            "acknowledge.per_address": "1000000 in 1h",
            "agent.anna.name": "Anna Beispiel",
            "agent.anna.email": "anna@mustermann-video.example",
        }
        for key, value in settings.items():
            self._launcher.run(mdtickets(store, "config", "set", key, value))

    def _fill(self, store: Path, tickets: Iterable[StoredTicket]) -> list[str]:
        """Write cards and tickets, one commit a ticket; the numbers of the last two."""
        numbers: list[str] = []
        with subprocess.Popen(
            [self._git, "-C", store, "fast-import", "--quiet", "--force", "--done"],
            stdin=subprocess.PIPE,
            env=self._launcher.environment,
        ) as importer:
            assert importer.stdin
            commit = _Commits(store, importer.stdin)
            at = datetime.now(UTC)
            commit.add("mdtickets <mdtickets@bench.example>", at, "File the cards", dict(archive.cards()))
            for ticket in tickets:
                files = {f"{ticket.path}/{name}": data for name, data in ticket.files.items()}
                commit.add(ticket.author, ticket.created_at, f"File ticket {ticket.number}", files)
                numbers = [*numbers[-1:], ticket.number]
            importer.stdin.write(b"done\n")
        for words in (["reset", "-q"], ["update-index", "-q", "--refresh"]):
            subprocess.run([self._git, "-C", store, *words], check=True, env=self._launcher.environment)
        return numbers

    def _reindex_when_changed(self, store: Store) -> None:
        """A catalog made by other code than today's would be rebuilt in the middle of a measurement."""
        stamp = store.path.parent / "catalog-of"
        code = _digest_of_code()
        if not stamp.exists() or stamp.read_text(encoding="ascii") != code:
            self._launcher.run(mdtickets(store.path, "reindex"))
            stamp.write_text(code, encoding="ascii")


class _Commits:
    """Writes files into a store and, as a stream for `git fast-import`, into its history."""

    def __init__(self, store: Path, stream: IO[bytes]) -> None:
        self._store = store
        self._stream = stream
        self._from = f"from {BRANCH}^0\n".encode()

    def add(self, author: str, at: datetime, message: str, files: dict[str, bytes]) -> None:
        """One commit with these files, which are written to the disk as well."""
        seconds = int(at.timestamp())
        text = message.encode()
        people = f"author {author} {seconds} +0000\ncommitter mdtickets <mdtickets@bench.example> {seconds} +0000\n"
        self._stream.write(f"commit {BRANCH}\n{people}data {len(text)}\n".encode() + text + b"\n" + self._from)
        self._from = b""
        for path, data in files.items():
            self._stream.write(f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n")
            place = self._store / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)


def _monday() -> date:
    today = datetime.now(UTC).date()
    return today - timedelta(days=today.weekday())


def _digest_of_code() -> str:
    digest = hashlib.sha256()
    for path in sorted((CHECKOUT / "mdtickets").rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _copy_tree(source: Path, target: Path) -> None:
    for directory, _, names in os.walk(source):
        goal = target / Path(directory).relative_to(source)
        goal.mkdir()
        shared = "/.git/objects" in directory
        for name in names:
            if shared or name.endswith(".eml"):
                os.link(f"{directory}/{name}", f"{goal}/{name}")
            else:
                shutil.copy2(f"{directory}/{name}", f"{goal}/{name}")
