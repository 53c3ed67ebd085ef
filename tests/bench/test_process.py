"""What a program used is what it used: its own and its children's CPU, and nobody else's memory."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.process import FailedRunError, Launcher
from tests.machine import needs_proc

pytestmark = needs_proc

_BUSY = "import time\nwhile time.process_time() < {}: pass\n"


@pytest.fixture
def launcher(tmp_path: Path) -> Iterator[Launcher]:
    """A launcher on this process's first core."""
    with Launcher(tmp_path, {0}) as running:
        yield running


def test_cpu_counts_children(launcher: Launcher) -> None:
    """The CPU of a child is in the sum and told apart."""
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {_BUSY.format(0.2)!r}])"
    usage = launcher.run([sys.executable, "-c", child])
    assert usage.cpu > 0.2
    assert 0.15 < usage.children_cpu <= usage.cpu


def test_peak_is_the_programs_own(launcher: Launcher) -> None:
    """A large benchmark does not make the programs look large that it starts."""
    ballast = bytearray(b"x") * (200 << 20)
    usage = launcher.run([sys.executable, "-S", "-c", "pass"])
    assert usage.peak_bytes < 40e6 < len(ballast)


def test_peak_is_seen(launcher: Launcher) -> None:
    """Memory that was used only for a moment counts."""
    usage = launcher.run([sys.executable, "-c", "x = bytearray(b'x') * (100 << 20); del x"])
    assert 100e6 < usage.peak_bytes < 160e6


def test_wall(launcher: Launcher) -> None:
    """The wall clock runs while a program sleeps, the CPU clock does not."""
    start = time.perf_counter()
    usage = launcher.run([sys.executable, "-c", "import time; time.sleep(0.2)"])
    assert 0.2 < usage.wall < time.perf_counter() - start
    assert usage.cpu < usage.wall


def test_awaited_words_are_timed(launcher: Launcher) -> None:
    """What a program has said is seen while it still runs, and all it says is kept."""
    script = "import time; print('queued', flush=True); time.sleep(0.3); print('sent')"
    usage = launcher.run([sys.executable, "-c", script], until="queued")
    assert usage.told_after is not None
    assert 0 < usage.told_after < usage.wall - 0.25
    assert usage.stdout == "queued\nsent\n"


def test_words_never_said_make_no_figure(launcher: Launcher) -> None:
    """A program that ends without the awaited words has not done its work."""
    with pytest.raises(FailedRunError, match="never said 'queued'"):
        launcher.run([sys.executable, "-c", "print('refused')"], until="queued")


def test_failure_is_told(launcher: Launcher) -> None:
    """A program that fails makes no figure; its words are in the error."""
    with pytest.raises(FailedRunError, match="exit code 3\nno such luck"):
        launcher.run([sys.executable, "-c", "import sys; sys.stderr.write('no such luck'); sys.exit(3)"])


def test_bytecode_is_kept(launcher: Launcher) -> None:
    """Measured programs write bytecode, whatever the shell that started the benchmark says."""
    usage = launcher.run([sys.executable, "-c", "import sys; print(sys.dont_write_bytecode)"])
    assert usage.stdout == "False\n"
