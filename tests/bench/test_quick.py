"""The whole benchmark, small: every row is there. What the figures say is not a test's business."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.machine import needs_proc

pytestmark = needs_proc

CHECKOUT = Path(__file__).parents[2]

_BURST = (
    "300 waiting, 1000 tickets: rate",
    "300 waiting, 1000 tickets: CPU a mail",
    "300 waiting, 1000 tickets: peak memory",
    "300 waiting, 1000 tickets: .git a mail",
    "300 waiting, 1000 tickets: then sending, CPU an acknowledgement",
    "600 waiting / 300 waiting: rate, all on one day",
    "600 waiting / 300 waiting: peak memory",
    "wall of the git loop / ours",
    "N, CPU of notmuch new a mail",
    "wall of roundup mailbox, known customers / ours",
    "wall of roundup by pipe / ours",
    "wall of django-helpdesk get_email / ours",
)
_ONE = (
    *(
        f"1000 tickets, idle: arrival to {what}, p{share}"
        for what in ("visible", "acknowledged", "durable", "committed")
        for share in (50, 99)
    ),
    "1000 tickets, one by one: wall of the git loop / ours, commits included",
    "1000 tickets, one by one: CPU a mail, sent too",
    "1000 tickets, one by one: arrival to durable, p50",
    "1000 tickets: the daemon's peak memory",
)
_COMMANDS = (
    *(f"1000 tickets: {name}, CPU" for name in ("list", "status", "show", "show, HTML", "log")),
    "deliver, a daemon runs",
    "deliver, files by itself",
    "reindex: CPU an article",
)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_table_is_complete(tmp_path: Path) -> None:
    """A quick run measures everything, says whether each bound holds, and leaves nothing behind but cached stores."""
    figures = tmp_path / "figures.json"
    run = subprocess.run(
        [sys.executable, "-m", "tests.bench", "intake", "--quick", "--json", figures],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode in {0, 1, 75}, run.stderr
    report = json.loads(figures.read_text(encoding="utf-8"))
    found = {title: tuple(row["what"] for row in rows) for title, rows in report["sections"].items()}
    assert found == {"Burst": _BURST, "One mail at a time": _ONE, "Commands": _COMMANDS}
    assert all(row["what"] in run.stdout for rows in report["sections"].values() for row in rows)
    assert not list((CHECKOUT / "tests" / "bench" / ".cache").glob("run-*"))
