"""Statistics over many tickets: every measure by every group, beside a plain count over the catalog.

The tickets are those of `tests/recount`, which lived through everything; a tenth of them is written and read, and stands
in catalog and facts ten times over.
"""

import json
import sys
from pathlib import Path
from typing import Any

from tests.bench.bench import Bench
from tests.bench.table import Bound, Clock, Row

_LIMIT = 1.0  # seconds
_TIMES = 3  # a plain count


def measure(bench: Bench) -> list[Row]:
    """The rows of the section."""
    rows: list[Row] = []
    for size in bench.effort.tickets:
        place = bench.scratch / f"stats-{size}"
        place.mkdir()
        command: list[str | Path] = [sys.executable, "-m", "tests.bench.stats_program", place, str(size)]
        found = json.loads(bench.launcher.run(command).stdout)
        rows += _rows(size, found)
    return rows


def _rows(size: int, found: dict[str, Any]) -> list[Row]:
    where = f"{size} tickets"
    plain = found["plain"]["cpu"]
    limit = max(_LIMIT, _TIMES * plain)
    made = [
        Row(
            what=f"{where}: C, a plain count by customer over the catalog, CPU",
            measured=plain * 1000,
            unit="ms",
            clock=Clock.CPU,
        ),
        Row(
            what=f"{where}: the facts made from the histories, CPU a ticket",
            measured=found["made"]["cpu"] * 1e6,
            unit="µs",
            clock=Clock.CPU,
        ),
        Row(
            what=f"{where}: seeing that nothing changed, CPU",
            measured=found["behind"]["cpu"] * 1000,
            unit="ms",
            clock=Clock.CPU,
        ),
    ]
    bound = Bound(limit=limit * 1000, formula=f"max({_LIMIT:g} s, {_TIMES} C)")
    return made + [
        Row(
            what=f"{where}: {name}, the slowest of its groups, CPU",
            measured=figures["cpu"] * 1000,
            unit="ms",
            bound=bound,
            clock=Clock.CPU,
            note=f"by {figures['by']}; median of all {figures['median'] * 1000:.0f}",
        )
        for name, figures in found["measures"].items()
    ]
