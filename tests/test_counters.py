"""What performance rests on, counted: processes, syncs, SQL statements, opened files. Counters do not vary with the load.

The figures themselves are measured by `python -m tests.bench`.
"""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from mdtickets.app.filing import file_waiting
from mdtickets.app.session import Session
from mdtickets.cli.run import run
from mdtickets.store.durable import Disk
from tests.world import mail, make_world, open_world, put_mail

ROOT = Path(__file__).parents[1]

_LOGGING_GIT = """#!/bin/sh
echo "$*" >> "{log}"
exec {git} "$@"
"""

_OPENED = """
import sys
from pathlib import Path
from mdtickets.cli.run import run
opened = []
sys.addaudithook(lambda event, details: opened.append(str(details[0])) if event == "open" else None)
run(sys.argv[1:])
print(*(Path(path).name for path in opened if "/tickets/" in path), sep="\\n", file=sys.stderr)
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A store in which a first mail was filed: what is made once is made."""
    make_world(tmp_path)
    _file(tmp_path, 1)
    return tmp_path


def _file(place: Path, count: int, *, after: int = 0, sizes: list[int] | None = None) -> int:
    """How many mails were filed of those put into the Maildir, from as many customers.

    `sizes` gets the number of paths of every sync.
    """
    for number in range(after, after + count):
        put_mail(place, number, mail(f"Request {number}", sender=f"Kim {number} <kim{number}@lee.example>"))
    with closing(open_world(place / "store")) as session:
        if sizes is not None:
            session.disk = Disk(sync_paths=lambda paths: sizes.append(len(list(paths))))
        return len(file_waiting(session).filed)


def _pretend_closed(session: Session, count: int) -> None:
    """Rows of so many more closed tickets in the catalog."""
    catalog = session.catalog
    columns = [row["name"] for row in catalog.query("PRAGMA table_info(ticket)")]
    other = {"number": "printf('2025010110%05d', value)", "state": "'closed successful'", "state_type": "'closed'"}
    values = ", ".join(other.get(name, name) for name in columns)
    numbers = "WITH RECURSIVE numbers(value) AS (SELECT 0 UNION ALL SELECT value + 1 FROM numbers WHERE value + 1 < ?)"
    one = "(SELECT * FROM ticket LIMIT 1)"
    sql = f"{numbers} INSERT INTO ticket SELECT {values} FROM numbers, {one} WHERE value < ?"  # noqa: S608  # our own
    with catalog.transaction():
        catalog.query(sql, (count, count))


def _traced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The SQL statements that are run from now on by connections opened from now on."""
    statements: list[str] = []
    connect = sqlite3.connect

    def connect_traced(*arguments: object, **options: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **options)  # type: ignore[call-overload]
        connection.set_trace_callback(statements.append)
        return connection

    monkeypatch.setattr(sqlite3, "connect", connect_traced)
    return statements


@pytest.mark.parametrize(("count", "started"), [(1, []), (20, ["rev-parse", "fast-import"])])
def test_git_processes_a_slice(place: Path, count: int, started: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail is committed without git, a slice of any number by two of its processes."""
    log, programs = place / "git-log", place / "bin"
    log.touch()
    programs.mkdir()
    real = subprocess.run(["which", "git"], check=True, capture_output=True, text=True).stdout.strip()
    (programs / "git").write_text(_LOGGING_GIT.format(log=log, git=real), encoding="utf-8")
    (programs / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    assert _file(place, count, after=1) == count
    commands = ("rev-parse", "fast-import", "update-index", "update-ref")
    found = [next(word for word in line.split() if word in commands) for line in log.read_text().splitlines()]
    assert found == started


def test_syncs_do_not_grow_with_the_slice(place: Path) -> None:
    """Each sync of many paths is one `syncfs`: a slice of twenty mails has as many as a slice of one."""
    syncs: dict[int, list[int]] = {}
    for count in (1, 20):
        sizes = syncs.setdefault(count, [])
        _file(place, count, after=100 * count, sizes=sizes)
    assert len(syncs[1]) == len(syncs[20])
    assert sum(size > 3 for size in syncs[20]) <= 3


def test_list_runs_the_same_statements_in_any_store(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalog answers a list with as many questions at 1000 tickets as at 10."""
    _file(place, 9, after=1)
    statements = _traced(monkeypatch)
    assert run(["-C", str(place / "store"), "list"]) == 0  # the first look finds out what git knows
    counts = []
    for more in (0, 990):
        with closing(open_world(place / "store")) as session:
            _pretend_closed(session, more)
        statements.clear()
        assert run(["-C", str(place / "store"), "list"]) == 0
        counts.append(len([one for one in statements if one.startswith("SELECT")]))
    assert 0 < counts[0] == counts[1]


def test_filing_looks_up_by_index(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No question that filing asks of the catalog goes through all articles, tickets or histories."""
    statements = _traced(monkeypatch)
    put_mail(place, 50, mail("Re: Request 0", headers="In-Reply-To: <request0@lee.example>\n"))
    _file(place, 3, after=51)
    with closing(sqlite3.connect(place / "store" / ".mdtickets" / "catalog.sqlite")) as catalog:
        questions = {one for one in statements if one.startswith("SELECT")}
        plans = {one: [row[3] for row in catalog.execute(f"EXPLAIN QUERY PLAN {one}")] for one in questions}
    whole = ("article", "ticket", "reference", "source", "acknowledgement", "card", "card_address")
    scans = [
        one
        for one, steps in plans.items()
        if any(step.split()[:2] == ["SCAN", name] or "article_kind" in step for step in steps for name in whole)
    ]
    assert plans
    assert scans == []


def test_show_opens_its_own_ticket_only(place: Path) -> None:
    """Each file of the ticket once, none of another; `lock` is tried and is not there."""
    _file(place, 3, after=1)
    number = max((place / "store" / "tickets").glob("*/*/*/*")).name
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", _OPENED, "-C", str(place / "store"), "show", number]
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=True)
    opened = sorted(name for name in done.stderr.split() if name != "lock")
    there = sorted(path.name for path in next((place / "store" / "tickets").glob(f"*/*/*/{number}")).iterdir())
    assert opened == there
