"""The section of the agent's desk, small: every row is there. What the figures say is not a test's business."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.machine import needs_proc

pytestmark = needs_proc

CHECKOUT = Path(__file__).parents[2]

_SMALL = ("--quick", "--tickets", "50")
_ROWS = (
    "50 tickets: G, git commit of one path",
    *(
        f"50 tickets: {name}, {what}"
        for name in ("take", "note -m", "reply -m --yes", "close")
        for what in ("until the result", "to the end", "CPU")
    ),
)


@pytest.mark.timeout(120)
def test_table_is_complete(tmp_path: Path) -> None:
    """A quick run on a small store measures every command of the desk and leaves nothing behind but cached stores."""
    figures, cache = tmp_path / "figures.json", tmp_path / "cache"
    run = subprocess.run(
        [sys.executable, "-m", "tests.bench", "desk", *_SMALL, "--cache", cache, "--json", figures],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode in {0, 1, 75}, run.stderr
    rows = json.loads(figures.read_text(encoding="utf-8"))["sections"]["The agent's desk"]
    assert tuple(row["what"] for row in rows) == _ROWS
    assert all(row["measured"] > 0 for row in rows)
    assert not list(cache.glob("run-*"))
