"""What agents do all day: take, note, reply, close, in turn with T, each turn a ticket of its own.

Two times of each: until its result stands on standard output, which is durable by then, and until its process ends,
with the commit. Both by the wall clock, for nothing else tells when a line stood there; the CPU stands beside them.
"""

import shutil
import statistics
from collections.abc import Sequence

from msgspec import Struct, field

from tests.bench.bench import Bench
from tests.bench.process import FailedRunError, Launcher, mdtickets
from tests.bench.stores import Store
from tests.bench.table import Bound, Clock, Row
from tests.bench.units import Series, git_commit_time

AGENT = "desk"  # of the benchmark: whatever the cached store knows
_GROWTH = 1.1
_COMMIT = 0.3  # G
_COMMITS = 5


class Command(Struct, frozen=True, kw_only=True):
    """One step of a turn and what it may cost until its result stands there."""

    name: str
    words: tuple[str, ...]  # `{number}`: the ticket
    says: str = "\n"  # what stands there with the result
    typers: float = 1.5  # T
    fsyncs: int = 15  # F
    sends: bool = False  # after its result, so its end and its growth promise nothing


# A turn: one ticket from take to close, so that every run changes something.
STORY = (
    Command(name="take", words=("take", "{number}")),
    Command(name="note -m", words=("note", "{number}", "-m", "The belt of batch 7: they get one.")),
    Command(
        name="reply -m --yes",
        words=("reply", "{number}", "-m", "A new belt is on its way.", "--open", "--yes"),
        says="queued",
        typers=2,
        fsyncs=20,
        sends=True,
    ),
    Command(name="close", words=("close", "{number}")),
)


class Runs(Struct):
    """The runs of one command on one store."""

    whole: Series = field(default_factory=Series)
    result: list[float] = field(default_factory=list)  # seconds until it stood there

    @property
    def median_result(self) -> float:
        """The median of the time until the result stood there."""
        return statistics.median(self.result)


class Desk(Struct):
    """One store, the tickets its turns are about, and what they took."""

    store: Store
    numbers: list[str]
    runs: dict[str, Runs] = field(default_factory=lambda: {command.name: Runs() for command in STORY})


def measure(bench: Bench) -> list[Row]:
    """The rows of the section."""
    desks = [_prepare(bench, size) for size in bench.effort.tickets]
    typer = Series()
    for turn in range(-1, bench.effort.runs):
        unit = bench.units.run_typer()
        if turn >= 0:
            typer.add(unit)
        for desk in desks:
            _work_on(bench.launcher, desk, desk.numbers.pop(), counted=turn >= 0)
    rows = [row for desk in desks for row in _rows_of(bench, desk, typer)]
    rows += _rows_of_growth(desks, bench.effort.smallest)
    for desk in desks:
        bench.stores.remove(desk.store)
    return rows


def _prepare(bench: Bench, size: int) -> Desk:
    """A copy of the store with an agent of ours, and as many open tickets as there are turns."""
    store = bench.stores.copy(size, f"desk-{size}")
    for key, value in (("name", "Desk Beispiel"), ("email", "desk@mustermann-video.example")):
        bench.launcher.run(mdtickets(store.path, "config", "set", f"agent.{AGENT}.{key}", value))
    turns = bench.effort.runs + 1
    listed = bench.launcher.run(mdtickets(store.path, "list", "--columns", "number", "--limit", str(turns)))
    numbers = listed.stdout.split()
    if len(numbers) < turns:
        raise FailedRunError(f"{size} tickets: {len(numbers)} of them are open, {turns} are needed")
    return Desk(store, numbers)


def _work_on(launcher: Launcher, desk: Desk, number: str, *, counted: bool) -> None:
    for command in STORY:
        words = [word.format(number=number) for word in command.words]
        usage = launcher.run(mdtickets(desk.store.path, "--as", AGENT, *words), until=command.says)
        if counted:
            assert usage.told_after is not None
            desk.runs[command.name].whole.add(usage)
            desk.runs[command.name].result.append(usage.told_after)


def _rows_of(bench: Bench, desk: Desk, typer: Series) -> list[Row]:
    commit = git_commit_time(bench.launcher, shutil.which("git") or "git", desk.store.path, _COMMITS)
    t, f, g = typer.median_wall * 1000, bench.units.fsync * 1000, commit.median_wall * 1000
    where = f"{desk.store.tickets} tickets"
    rows = [Row(what=f"{where}: G, git commit of one path", measured=g, unit="ms", note=_spread(commit.wall))]
    for command in STORY:
        result = Bound(
            limit=command.typers * t + command.fsyncs * f, formula=f"{command.typers:g} T + {command.fsyncs} F"
        )
        end = Bound(limit=result.limit + _COMMIT * g, formula=f"{result.formula} + {_COMMIT:g} G")
        rows += _rows_of_command(f"{where}: {command.name}", desk.runs[command.name], result, end, command)
    return rows


def _rows_of_command(what: str, runs: Runs, result: Bound, end: Bound, command: Command) -> list[Row]:
    whole = runs.whole
    return [
        Row(
            what=f"{what}, until the result",
            measured=runs.median_result * 1000,
            unit="ms",
            bound=result,
            clock=Clock.WALL,
            note=_spread(runs.result),
        ),
        Row(
            what=f"{what}, to the end",
            measured=whole.median_wall * 1000,
            unit="ms",
            bound=None if command.sends else end,
            clock=Clock.WALL,
            note=_spread(whole.wall) + (", sending included" if command.sends else ""),
        ),
        Row(
            what=f"{what}, CPU",
            measured=whole.median_cpu * 1000,
            unit="ms",
            clock=Clock.CPU,
            note=_spread(whole.cpu),
        ),
    ]


def _rows_of_growth(desks: Sequence[Desk], smallest: int) -> list[Row]:
    base = next(desk for desk in desks if desk.store.tickets == smallest)
    return [
        Row(
            what=f"{command.name} at {desk.store.tickets} tickets / at {smallest}, until the result",
            measured=desk.runs[command.name].median_result / base.runs[command.name].median_result,
            bound=Bound(limit=_GROWTH, formula=""),
            clock=Clock.WALL,
        )
        for desk in desks
        for command in STORY
        if desk is not base and not command.sends
    ]


def _spread(seconds: Sequence[float]) -> str:
    return f"min {min(seconds) * 1000:.0f}, max {max(seconds) * 1000:.0f}, n = {len(seconds)}"
