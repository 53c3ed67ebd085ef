"""What this machine can do today: the units that bounds are written in, and whether it is quiet enough to judge.

P is `python -c pass` in a bare virtual environment, T is `python -c "import typer"`, F an fsync of 6.5 KB written
over, G `git commit -- one/path` in the store in question, N the CPU of `notmuch new` a mail (see `peers.py`).
"""

import os
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct, field

from tests.bench.environment import python
from tests.bench.process import Launcher, Usage
from tests.bench.table import Clock, Row

STEADY = 0.30  # P may vary so much in one run, or its clock is not judged
_FSYNC_BYTES = 6500


class Series(Struct, kw_only=True):
    """Runs of the same program. Seconds."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def add(self, usage: Usage) -> None:
        """Count one more run."""
        self.wall.append(usage.wall)
        self.cpu.append(usage.cpu)

    @property
    def median_wall(self) -> float:
        """The median of the wall clock."""
        return statistics.median(self.wall)

    @property
    def median_cpu(self) -> float:
        """The median of the CPU."""
        return statistics.median(self.cpu)


class Units:
    """Samples of P, T and F, taken all through a run beside what is measured."""

    def __init__(self, launcher: Launcher, cache: Path, scratch: Path) -> None:
        self._launcher = launcher
        self._bare = cache / "bare"
        self._fsync_file = scratch / "fsync"
        self.python = Series()
        self.typer = Series()
        self._fsyncs: list[float] = []
        self._blocks: list[Series] = []

    def prepare(self) -> None:
        """Make the bare environment of P, and start both programs once unmeasured."""
        if not self._bare.exists():
            self._launcher.run([sys.executable, "-m", "venv", "--without-pip", self._bare])
        self.run_python()
        self.run_typer()

    def run_python(self) -> Usage:
        """One P."""
        return self._launcher.run([self._bare / "bin" / "python", "-c", "pass"])

    def run_typer(self) -> Usage:
        """One T."""
        return self._launcher.run([python(), "-c", "import typer"])

    def sample(self, runs: int) -> None:
        """Take so many of P and T in turn, and ten times as many of F. Called between the sections of a run."""
        block = Series()
        for _ in range(runs):
            block.add(self.run_python())
            self.typer.add(self.run_typer())
            self._fsyncs += _fsync_times(self._fsync_file, 10)
        self.python.wall += block.wall
        self.python.cpu += block.cpu
        self._blocks.append(block)

    @property
    def fsync(self) -> float:
        """F in seconds of the wall clock."""
        return statistics.median(self._fsyncs)

    @property
    def spoiled(self) -> frozenset[Clock]:
        """The clocks in which P varied more than `STEADY` from one part of the run to another."""
        wall = spread([block.median_wall for block in self._blocks])
        cpu = spread([block.median_cpu for block in self._blocks])
        return frozenset(clock for clock, value in ((Clock.WALL, wall), (Clock.CPU, cpu)) if value > STEADY)

    def rows(self) -> list[Row]:
        """The units as rows of the table."""
        walls = [block.median_wall for block in self._blocks]
        cpus = [block.median_cpu for block in self._blocks]
        varied = f"varied {spread(walls):.0%} wall, {spread(cpus):.0%} CPU over the run"
        return [
            _unit("P, python -c pass", self.python, varied),
            _unit("T, python -c 'import typer'", self.typer, ""),
            Row(what="F, fsync of 6.5 KB", measured=self.fsync * 1000, unit="ms"),
        ]


def spread(values: Sequence[float]) -> float:
    """How much larger the largest is than the smallest, as a share of the smallest."""
    return max(values) / min(values) - 1


def git_commit_time(launcher: Launcher, git: str, store: Path, runs: int) -> Series:
    """G: `git commit -- one/path` in this store, which gets so many commits more."""
    series = Series()
    for run in range(runs):
        with (store / "mdtickets.toml").open("a", encoding="utf-8") as file:
            file.write(f"# {run}\n")
        identity = {"GIT_AUTHOR_NAME": "bench", "GIT_AUTHOR_EMAIL": "b@bench.example"}
        identity |= {key.replace("AUTHOR", "COMMITTER"): value for key, value in identity.items()}
        series.add(launcher.run([git, "commit", "-q", "-m", "x", "--", "mdtickets.toml"], cwd=store, env=identity))
    return series


def _unit(what: str, series: Series, note: str) -> Row:
    cpu = f"CPU {series.median_cpu * 1000:.1f} ms, n = {len(series.wall)}"
    return Row(what=what, measured=series.median_wall * 1000, unit="ms", note=", ".join(filter(None, (cpu, note))))


def _fsync_times(path: Path, runs: int) -> list[float]:
    data = os.urandom(_FSYNC_BYTES)
    times = []
    with path.open("wb", buffering=0) as file:
        for _ in range(runs):
            file.seek(0)
            file.write(data)
            start = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - start)
    return times
