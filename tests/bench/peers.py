"""The other programs that are measured beside us on the same mails.

A peer that is not installed makes the rows that need it read "not installed"; nothing else changes.
"""

import shutil
import subprocess
from pathlib import Path
from typing import Protocol

from tests.bench.process import Launcher, Usage

# Measured by a later issue; until then their rows are there and empty.
NOT_BROUGHT = ("roundup mailbox, known customers", "roundup by pipe", "django-helpdesk get_email")


class Peer(Protocol):
    """A program that takes in a Maildir of mails."""

    name: str

    def version(self) -> str:
        """Its version, "" when it is not installed."""

    def take_in(self, launcher: Launcher, maildir: Path) -> Usage:
        """What one run over all mails in the Maildir used, from an empty store of its own."""


class Notmuch:
    """`notmuch new`: parses every mail and indexes its text; keeps no tickets, answers nobody."""

    name = "notmuch new"

    def __init__(self) -> None:
        self._program = shutil.which("notmuch")

    def version(self) -> str:
        """Its version, "" when it is not installed."""
        return _version(self._program)

    def take_in(self, launcher: Launcher, maildir: Path) -> Usage:
        """Index the Maildir into a fresh database beside the mails."""
        assert self._program
        settings = maildir.parent / "notmuch-config"
        words = f"[database]\npath={maildir}\n[user]\nname=Bench\nprimary_email=bench@bench.example\n"
        settings.write_text(words, encoding="utf-8")
        return launcher.run([self._program, "new", "--quiet"], env={"NOTMUCH_CONFIG": str(settings)})


class GitLoop:
    """`git add` and `git commit` of each mail, in a shell, with git's defaults: the plainest way to keep mail in git."""

    name = "git loop"
    _SCRIPT = 'for f in new/*; do "$0" add "$f" && "$0" commit -q -m mail -- "$f" || exit 1; done'

    def __init__(self) -> None:
        self._program = shutil.which("git")

    def version(self) -> str:
        """Its version, "" when it is not installed."""
        return _version(self._program)

    def take_in(self, launcher: Launcher, maildir: Path) -> Usage:
        """Commit every mail where it lies, each by itself, into an empty repository."""
        assert self._program
        identity = {f"GIT_{who}_{what}": "bench" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        launcher.run([self._program, "init", "-q", maildir])
        return launcher.run(["/bin/sh", "-c", self._SCRIPT, self._program], cwd=maildir, env=identity)


def _version(program: str | None) -> str:
    if program is None:
        return ""
    return subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.strip()
