"""Running programs and knowing what they cost: wall clock, CPU with all children, peak memory."""

import json
import os
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from msgspec import Struct

from tests.bench.environment import python

CHECKOUT = Path(__file__).parents[2]
_LAUNCHER = Path(__file__).with_name("launcher.py")
_MAIN = "import sys; from mdtickets.__main__ import main; sys.exit(main())"  # what an installed script does
# One sweep as the daemon makes it, without sending: the acknowledgements lie in the outbox when it ends.
# Begins and ends as `mdtickets.__main__` does.
_FILE = """
import gc, os, sys
from pathlib import Path
from mdtickets.__main__ import _OBJECTS_BEFORE_COLLECTION
gc.set_threshold(_OBJECTS_BEFORE_COLLECTION)
from mdtickets.app.filing import file_waiting
from mdtickets.app.writing import open_to_write
session = open_to_write(Path(sys.argv[1]))
report = file_waiting(session)
session.close()
print(len(report.filed), len(report.failed), report.postponed, flush=True)
os._exit(0)
"""
_TICKS = os.sysconf("SC_CLK_TCK")


class FailedRunError(Exception):
    """A measured program did not do its work, so its figures would mean nothing."""


class Usage(Struct, frozen=True, kw_only=True):
    """What one run of a program used. Seconds and bytes."""

    wall: float
    cpu: float  # user and system, with all children
    children_cpu: float  # of which children (git), to 10 ms
    peak_bytes: int  # the largest of it and its children
    exit_code: int
    stdout: str
    stderr: str
    told_after: float | None = None  # until what was awaited stood on standard output


class Launcher:
    """A small process that starts the measured programs, all on the same cores."""

    def __init__(self, scratch: Path, cores: Collection[int]) -> None:
        self._out, self._err = scratch / "stdout", scratch / "stderr"
        self._cores = sorted(cores)
        self._home = scratch / "home"
        self._home.mkdir(exist_ok=True)
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-E", str(_LAUNCHER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    @property
    def environment(self) -> dict[str, str]:
        """The environment of every measured program: nobody's settings, bytecode is kept."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self._home),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(CHECKOUT),
            "GIT_CONFIG_NOSYSTEM": "1",
        }

    def run(
        self,
        argv: Sequence[str | Path],
        *,
        cwd: Path | None = None,
        stdin: Path | None = None,
        env: Mapping[str, str] | None = None,
        accept: frozenset[int] = frozenset({0}),
        until: str = "",
    ) -> Usage:
        """What a run of the program used, and when it said the words of `until`.

        Raises FailedRunError when its exit code is not one of `accept`, or when it never said them.
        """
        order: dict[str, Any] = {
            "argv": [str(word) for word in argv],
            "cwd": str(cwd or self._home),
            "env": {**self.environment, **(env or {})},
            "stdin": str(stdin or "/dev/null"),
            "stdout": str(self._out),
            "stderr": str(self._err),
            "cores": self._cores,
            "until": until,
        }
        usage = Usage(**self._report(order), stdout=_text(self._out), stderr=_text(self._err))
        if usage.exit_code not in accept:
            words = " ".join(order["argv"][-4:])
            raise FailedRunError(f"… {words}: exit code {usage.exit_code}\n{usage.stderr[-2000:]}")
        if until and usage.told_after is None:
            raise FailedRunError(f"… {' '.join(order['argv'][-4:])}: never said {until!r}\n{usage.stdout[-2000:]}")
        return usage

    def _report(self, order: Mapping[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise FailedRunError(f"could not start {order['argv']}")
        report: dict[str, Any] = json.loads(line)
        return report

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _value: BaseException | None, _where: TracebackType | None
    ) -> None:
        # communicate() closes the pipes; the end of its input ends the launcher
        self._process.communicate()


def mdtickets(store: Path, *words: str | Path) -> list[str | Path]:
    """The command line of the product as the installed script runs it."""
    return [python(), "-c", _MAIN, "-C", store, *words]


def filing(store: Path) -> list[str | Path]:
    """The command line of one sweep that sends nothing. It prints how many mails were filed and how many were not."""
    return [python(), "-c", _FILE, store]


def cpu_of(pid: int) -> float:
    """CPU seconds that a running process and the children it has waited for used so far, to 10 ms (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / _TICKS


def peak_of(pid: int) -> int:
    """The peak memory of a running process in bytes (VmHWM of proc(5))."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    return 1024 * next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))


def compile_bytecode(launcher: Launcher) -> None:
    """Make sure that no measured start compiles anything."""
    launcher.run([python(), "-m", "compileall", "-q", CHECKOUT / "mdtickets"])


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
