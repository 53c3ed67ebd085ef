"""Several users, one store: the MTA's, the daemon's, and an agent's, who share nothing but a group."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from msgspec import Struct

from tests.app.daemons import PACKAGE, PATIENCE, START
from tests.world import git, mail, make_world

GROUP = 61_000
DAEMON, MTA, AGENT = 61_001, 61_002, 61_003

# another user may not read the Python that runs the tests: a developer's own often lies in his home
PYTHONS = (sys.executable, "/usr/bin/python3")
ENVIRONMENT = {"PYTHONPATH": f"{PACKAGE}:{sysconfig.get_path('purelib')}", "PATH": os.defpath, "HOME": "/nonexistent"}

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="becoming somebody else needs root")


@pytest.fixture(scope="module")
def python() -> str:
    """A Python that everybody here can run, with our libraries."""
    for candidate in PYTHONS:
        command = [candidate, "-c", "import sys, typer, yaml, jinja2, lxml.etree; print(sys.version_info[:2])"]
        with suppress(PermissionError):
            if _run_as(MTA, GROUP, command).stdout.strip() == str(sys.version_info[:2]):
                return candidate
    pytest.skip("no Python here that other users may run")


@pytest.fixture
def root() -> Iterator[Path]:
    """A store of the daemon's user and the group, as docs/operation.md says; outside of pytest's private directory."""
    place = Path(tempfile.mkdtemp(prefix="mdtickets-shared-"))
    root = make_world(place)
    git(root, "config", "core.sharedRepository", "group")
    (place / "gitconfig").write_text(f"[safe]\n\tdirectory = {root}\n", encoding="utf-8")
    for path in (place, *place.rglob("*")):
        os.chown(path, DAEMON, GROUP)
        path.chmod(0o2770 if path.is_dir() else 0o660)
    yield root
    shutil.rmtree(place)


class Users(Struct, frozen=True):
    """Runs mdtickets on a store as one of its users."""

    root: Path
    python: str
    umask: int

    def run(self, user: int, *arguments: str, text: str = "") -> str:
        """Must succeed, and returns what was printed. The MTA has the group as its main one (pipe(8)), the others as one of several."""
        command = [self.python, "-c", START, "-C", str(self.root), *arguments]
        environment = {**ENVIRONMENT, "GIT_CONFIG_GLOBAL": str(self.root.parent / "gitconfig")}
        group = GROUP if user == MTA else user
        done = _run_as(user, group, command, text=text, umask=self.umask, environment=environment)
        assert (done.returncode, [line for line in done.stderr.splitlines() if " filed, " not in line]) == (0, [])
        return done.stdout

    def git(self, *arguments: str) -> str:
        """What the daemon's user sees of the repository."""
        environment = {**ENVIRONMENT, "GIT_CONFIG_GLOBAL": str(self.root.parent / "gitconfig")}
        return _run_as(DAEMON, DAEMON, ["git", "-C", str(self.root), *arguments], environment=environment).stdout


def _run_as(
    user: int,
    group: int,
    command: Sequence[str],
    *,
    text: str = "",
    umask: int = 0o022,
    environment: Mapping[str, str] = ENVIRONMENT,
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        user=user,
        group=group,
        extra_groups=[GROUP],
        umask=umask,
        input=text,
        text=True,
        capture_output=True,
        cwd="/",
        env=environment,
        timeout=PATIENCE,
        check=False,
    )


def histories(root: Path) -> list[int]:
    """How many lines the history of each ticket has."""
    return [len(path.read_bytes().splitlines()) for path in sorted(root.glob("tickets/*/*/*/*/history.jsonl"))]


@pytest.mark.slow
@pytest.mark.parametrize("umask", [0o077, 0o022], ids=["077", "022"])
def test_everybody_files_what_the_others_began(root: Path, python: str, umask: int) -> None:
    """A mail by pipe, follow-ups in the Maildir, filed by the daemon's user and an agent: each changes others' files."""
    users = Users(root, python, umask)
    inbox = root.parent / "mail" / "new"
    users.run(MTA, "deliver", text=mail("Recorder"))
    number = next(root.glob("tickets/*/*/*/*")).name
    for second, user in enumerate((DAEMON, AGENT, DAEMON)):
        path = inbox / f"{1795510000 + second}.a.h"
        headers = "In-Reply-To: <recorder@lee.example>\n"
        path.write_text(mail(f"Re: [Ticket#{number}] Recorder {second}", headers=headers), encoding="utf-8")
        path.chmod(0o660)
        os.chown(path, DAEMON, GROUP)
        users.run(user, "file")
    users.run(MTA, "deliver", text=mail("Another one", sender="max@mueller.example"))
    assert len(histories(root)) == 2
    assert not any(inbox.iterdir())
    assert not any((root / ".mdtickets" / "spool" / "new").iterdir())
    assert [users.git("fsck", "--strict"), users.git("status", "--porcelain")] == ["", ""]
    assert [path for path in root.rglob("*") if not path.stat().st_mode & 0o040] == []


@pytest.mark.slow
@pytest.mark.parametrize("umask", [0o077, 0o022], ids=["077", "022"])
def test_everybody_searches_what_the_others_indexed(root: Path, python: str, umask: int) -> None:
    """Each brings in what is new, also behind a writer of another user who was killed."""
    users = Users(root, python, umask)
    for user in (DAEMON, AGENT, MTA):
        users.run(MTA, "deliver", text=mail(f"Recorder {user}"))
        left = root / ".mdtickets" / "index" / "left.tmp"
        if left.parent.exists():
            left.mkdir(mode=0o700)
            (left / "piece").write_bytes(b"")
            os.chown(left, AGENT + 1, AGENT + 1)
        assert json.loads(users.run(user, "search", f"recorder {user}", "--json"))["total"] == 1
        shutil.rmtree(left, ignore_errors=True)
    assert [path for path in root.rglob("*") if not path.stat().st_mode & 0o040] == []
