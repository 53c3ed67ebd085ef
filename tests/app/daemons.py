"""A real daemon in a process of its own, for tests: started, listened to, stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct, field

import mdtickets
from tests.world import git

START = "import sys; from mdtickets.__main__ import main; sys.exit(main())"
PACKAGE = str(Path(mdtickets.__file__).parents[1])
# our modules are compiled once for all processes, also where the developer's Python writes no caches
ENVIRONMENT = {
    "PYTHONPATH": PACKAGE,
    "PYTHONDONTWRITEBYTECODE": "",
    "PYTHONPYCACHEPREFIX": str(Path(__file__).parent / "__pycache__" / "processes"),
}
PATIENCE = 30  # seconds: other programs may keep the machine busy


class Daemon(Struct):
    """A daemon on the store `root`; what it tells systemd, its log, its end."""

    root: Path
    arguments: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None
    _service: socket.socket | None = None

    def start(self) -> "Daemon":
        """Start it, and wait until it says that it is ready."""
        place = self.root.parent / "notify"
        place.unlink(missing_ok=True)
        self._service = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._service.bind(str(place))
        self._service.settimeout(PATIENCE)
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                command(self.root, "daemon", *self.arguments),
                env={**os.environ, **ENVIRONMENT, "NOTIFY_SOCKET": str(place), **self.environment},
                stdout=log,
                stderr=log,
            )
        self.hear("READY=1")
        return self

    @property
    def log_path(self) -> Path:
        return self.root.parent / "daemon.log"

    @property
    def log(self) -> str:
        return self.log_path.read_text(encoding="utf-8")

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    def hear(self, wanted: str) -> None:
        """Wait for the next message to the service manager that says this."""
        assert self._service
        while wanted not in self._service.recv(4096).decode():
            continue

    def signal(self, number: signal.Signals) -> None:
        assert self._process
        self._process.send_signal(number)

    def wait(self) -> int:
        """Its exit code."""
        assert self._process
        return self._process.wait(PATIENCE)

    def stop(self) -> int:
        """Its exit code after SIGTERM."""
        self.signal(signal.SIGTERM)
        return self.wait()

    def close(self) -> None:
        """Leave nothing behind."""
        if self._process and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        if self._service:
            self._service.close()


def command(root: Path, *arguments: str) -> list[str]:
    """The command line of mdtickets on this store."""
    return [sys.executable, "-c", START, "-C", str(root), *arguments]


def run(root: Path, *arguments: str, mail: bytes = b"") -> subprocess.CompletedProcess[str]:
    """A finished run of mdtickets on this store."""
    done = subprocess.run(
        command(root, *arguments),
        env={**os.environ, **ENVIRONMENT},
        input=mail,
        capture_output=True,
        check=False,
        timeout=PATIENCE,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def wait_until(happened: Callable[[], bool], what: str) -> float:
    """Seconds until it happened; fails, saying what did not."""
    start = time.monotonic()
    while not happened():
        if time.monotonic() - start > PATIENCE:
            raise AssertionError(f"did not happen: {what}")
        time.sleep(0.002)
    return time.monotonic() - start


def new_commits(root: Path) -> list[str]:
    """The subjects of all commits after the first, oldest first."""
    return git(root, "log", "--format=%s", "--reverse").splitlines()[1:]
