"""What is measured of statistics, in a process of its own: `python -m tests.bench.stats_program DIRECTORY TICKETS`.

Makes a store, its catalog and its facts, and prints the CPU seconds of every measure as JSON.
"""

import json
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from mdtickets.app.freshness import refresh_for_reading
from mdtickets.app.known_facts import open_facts
from mdtickets.app.session import Session
from mdtickets.app.statistics import Shape, Wanted, count
from mdtickets.domain.measures import MEASURES, Group
from mdtickets.store.facts_schema import CONTENT_TABLES
from tests.recount.generated import generate
from tests.world import BERT, SETTINGS, make_world, open_world

_SEED = 3
_COPIES = 10  # of each ticket that is written
_ROWS = 1000  # as many as anybody reads
_PLAIN = "SELECT customer, count(*) FROM ticket GROUP BY customer"


def run(place: Path, tickets: int) -> dict[str, Any]:
    """The figures of a store with so many tickets."""
    root = make_world(place, SETTINGS + BERT)
    written = max(1, tickets // _COPIES)
    generate(root, written, _SEED)
    with closing(open_world(root)) as session:
        refresh_for_reading(session)
        made = _cpu(lambda: open_facts(session).close()) / written
        _multiply(session)
        return {
            "made": {"cpu": made},
            "plain": {"cpu": min(_cpu(lambda: session.catalog.query(_PLAIN)) for _ in range(3))},
            "behind": {"cpu": min(_cpu(lambda: open_facts(session).close()) for _ in range(3))},
            "measures": {name: _of_measure(session, name) for name in MEASURES},
        }


def _of_measure(session: Session, name: str) -> dict[str, Any]:
    times: dict[str, float] = {}
    for group in [None, *(group for group in Group if group in MEASURES[name].groups)]:
        # a clock that was years behind would make thousands of days
        since = "2025-08-01" if group and group.is_time else ""
        wanted = Wanted(measure=name, by=(group,) if group else (), since=since)
        times[group or "nothing"] = _cpu(lambda wanted=wanted: count(session, wanted, shape=Shape(limit=_ROWS)))  # type: ignore[misc]  # bound now
    slowest = max(times, key=lambda group: times[group])
    return {"by": slowest, "cpu": times[slowest], "median": statistics.median(times.values())}


def _multiply(session: Session) -> None:
    """Each ticket stands there ten times, under numbers of its own."""
    session.close()
    _copy(session.layout.catalog, ("ticket", "tag"))
    _copy(session.layout.facts, CONTENT_TABLES)


def _copy(path: Path, tables: tuple[str, ...]) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for table in tables:
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[1] != "number"]
            names = ", ".join(columns)
            for copy in range(1, _COPIES):
                # the originals are as long as their numbers are
                connection.execute(
                    f"INSERT INTO {table} (number, {names}) SELECT number || ?, {names} FROM {table}"  # noqa: S608  # ours
                    " WHERE length(number) = 16",
                    (str(copy),),
                )


def _cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]), int(sys.argv[2]))))
