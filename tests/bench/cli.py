"""The commands somebody waits for: each many times, in turn with P and T, at every size of store."""

import statistics
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct, field

from tests.bench import corpus
from tests.bench.bench import Bench
from tests.bench.daemon import running
from tests.bench.process import Launcher, Usage, mdtickets
from tests.bench.stores import Store
from tests.bench.table import Bound, Clock, Row
from tests.bench.units import Series

_LISTED = 30
# Commands that read, with what they may cost in T; `{thread}` and `{html}` are tickets of ten articles.
READING = (
    ("list", ("list", "--limit", str(_LISTED)), 1.5),
    ("status", ("status",), 1.5),
    ("show", ("show", "{thread}"), 2.0),
    ("show, HTML", ("show", "{html}"), 3.0),
    ("log", ("log", "{thread}"), 2.0),
)
_GROWING = ("list", "show", "log")  # which must not grow with the store


class Timed(Struct):
    """The runs of all commands on one store."""

    store: Store
    commands: dict[str, Series] = field(default_factory=dict)


def measure(bench: Bench) -> list[Row]:
    """The rows of the section."""
    timed = [Timed(bench.stores.copy(size, f"cli-{size}")) for size in bench.effort.tickets]
    python, typer = Series(), Series()
    for turn in range(-1, bench.effort.runs):
        found = bench.units.run_python(), bench.units.run_typer()
        if turn >= 0:
            python.add(found[0])
            typer.add(found[1])
        for one in timed:
            _run_all(bench.launcher, one, counted=turn >= 0)
    rows = [row for one in timed for row in _rows_of(one, typer)]
    rows += _rows_of_growth(timed, bench.effort.smallest)
    rows += _delivery(bench, timed[0].store)
    rows += _reindex(bench, timed[0].store)
    for one in timed:
        bench.stores.remove(one.store)
    return rows


def _run_all(launcher: Launcher, timed: Timed, *, counted: bool) -> None:
    numbers = {"thread": timed.store.thread, "html": timed.store.html_thread}
    for name, words, _ in READING:
        usage = launcher.run(mdtickets(timed.store.path, *(word.format(**numbers) for word in words)))
        if counted:
            timed.commands.setdefault(name, Series()).add(usage)


def _rows_of(timed: Timed, typer: Series) -> list[Row]:
    unit = typer.median_cpu * 1000
    return [
        Row(
            what=f"{timed.store.tickets} tickets: {name}, CPU",
            measured=timed.commands[name].median_cpu * 1000,
            unit="ms",
            bound=Bound(limit=factor * unit, formula=f"{factor:g} T"),
            clock=Clock.CPU,
            note=_note(timed.commands[name]),
        )
        for name, _, factor in READING
    ]


def _rows_of_growth(timed: Sequence[Timed], smallest: int) -> list[Row]:
    base = next(one for one in timed if one.store.tickets == smallest)
    return [
        Row(
            what=f"{name} at {one.store.tickets} tickets / at {smallest}, CPU",
            measured=one.commands[name].median_cpu / base.commands[name].median_cpu,
            bound=Bound(limit=1.1, formula=""),
            clock=Clock.CPU,
        )
        for one in timed
        for name in _GROWING
        if one is not base
    ]


def _delivery(bench: Bench, store: Store) -> list[Row]:
    """`deliver` with a daemon that files, elsewhere; then without one, when it files by itself."""
    mails = bench.scratch / "to-deliver"
    mails.mkdir(exist_ok=True)
    python, with_daemon, alone = Series(), Series(), Series()
    count = bench.effort.runs
    paths = [_write(mails / str(number), number) for number in range(count + count // 4 + 2)]
    with running(bench, store, bench.spare_cores):
        _deliver(bench, store, paths.pop())
        for _ in range(count):
            python.add(bench.units.run_python())
            with_daemon.add(_deliver(bench, store, paths.pop()))
    for path in paths:
        alone.add(_deliver(bench, store, path))
    p, f = python.median_wall * 1000, bench.units.fsync * 1000
    return [
        Row(
            what="deliver, a daemon runs",
            measured=with_daemon.median_wall * 1000,
            unit="ms",
            bound=Bound(limit=2 * p + 6 * f, formula="2 P + 6 F"),
            clock=Clock.WALL,
            note=_note(with_daemon),
        ),
        Row(what="deliver, files by itself", measured=alone.median_wall * 1000, unit="ms", note=_note(alone)),
    ]


def _write(path: Path, number: int) -> Path:
    path.write_bytes(corpus.write(corpus.plan(number)))
    return path


def _deliver(bench: Bench, store: Store, mail: Path) -> Usage:
    return bench.launcher.run(mdtickets(store.path, "deliver"), stdin=mail)


def _reindex(bench: Bench, store: Store) -> list[Row]:
    articles = sum(1 for _ in (store.path / "tickets").rglob("*.eml"))
    usage = bench.launcher.run(mdtickets(store.path, "reindex"))
    note = f"{articles} articles"
    return [Row(what="reindex: CPU an article", measured=usage.cpu * 1000 / articles, unit="ms", note=note)]


def _note(series: Series) -> str:
    wall, cpu = series.wall, series.cpu
    return (
        f"wall {statistics.median(wall) * 1000:.0f} (min {min(wall) * 1000:.0f}), "
        f"CPU {statistics.median(cpu) * 1000:.0f} (min {min(cpu) * 1000:.0f}), n = {len(wall)}"
    )
