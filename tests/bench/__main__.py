"""`python -m tests.bench intake`: measure, print the table, exit 1 naming every bound that does not hold.

A further subcommand is one more line in `SUBCOMMANDS`: a title and a function from a `Bench` to rows for each section.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from tests.bench import cli, desk, intake, latency, search, stats
from tests.bench.bench import QUICK, Bench, Effort, peers
from tests.bench.environment import NoEnvironmentError, make_environment, python
from tests.bench.process import CHECKOUT, FailedRunError, Launcher, compile_bytecode
from tests.bench.stores import Stores
from tests.bench.table import Report, Row, Verdict
from tests.bench.units import Units

CACHE = Path(__file__).with_name(".cache")
_TRY_AGAIN = 75  # the machine was too busy to judge (sysexits.h EX_TEMPFAIL)
_SAMPLE = 5

Section = Callable[[Bench], list[Row]]
SUBCOMMANDS: Mapping[str, Mapping[str, Section]] = {
    "intake": {
        "Burst": intake.measure,
        "One mail at a time": latency.measure,
        "Commands": cli.measure,
    },
    "desk": {"The agent's desk": desk.measure},
    "search": {"The full text": search.measure},
    "stats": {"Statistics": stats.measure},
}


def main(arguments: Sequence[str]) -> int:
    """Run one subcommand. 0: every bound holds; 1: one does not; 75: too busy to judge; 70: it did not work at all."""
    options = _parse(arguments)
    effort = QUICK if options.quick else Effort()
    if options.tickets:
        effort = replace(effort, tickets=options.tickets)
    if options.flood:
        effort = replace(effort, flood=options.flood)
    try:
        if not options.quick:
            make_environment()
        with _bench(effort, options.cache) as bench:
            report = _measure(bench, SUBCOMMANDS[options.subcommand])
    except (FailedRunError, NoEnvironmentError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 70
    print(report.as_text(), end="")
    if options.json:
        options.json.write_text(report.as_json(), encoding="utf-8")
    return _conclude(report)


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure mdtickets beside its peers.")
    parser.add_argument("subcommand", choices=SUBCOMMANDS)
    parser.add_argument("--quick", action="store_true", help="a minute: few mails, few runs; shows that all works")
    parser.add_argument("--tickets", type=_sizes, help="sizes of the stores, such as 1000,10000,100000")
    parser.add_argument("--flood", type=int, metavar="N", help="mails that wait after a long night (10000)")
    parser.add_argument("--cache", type=Path, metavar="DIR", default=CACHE, help="where made stores are kept")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    return parser.parse_args(arguments)


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(word) for word in text.split(","))


@contextmanager
def _bench(effort: Effort, cache: Path) -> Iterator[Bench]:
    """All that a run needs; everything but the cached stores is gone afterwards."""
    cores = os.sched_getaffinity(0)
    core = max(cores)
    cache.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix="run-") as name, Launcher(Path(name), {core}) as launcher:
        scratch = Path(name)
        compile_bytecode(launcher)
        units = Units(launcher, cache, scratch)
        units.prepare()
        notmuch, git_loop = peers()
        yield Bench(
            effort=effort,
            launcher=launcher,
            stores=Stores(launcher, cache, scratch),
            units=units,
            scratch=scratch,
            core=core,
            spare_cores=frozenset(cores - {core}) or frozenset(cores),
            notmuch=notmuch,
            git_loop=git_loop,
        )


def _measure(bench: Bench, sections: Mapping[str, Section]) -> Report:
    bench.units.sample(_SAMPLE)
    head = _head(bench)
    found = {}
    for title, section in sections.items():
        print(f"bench: {title} …", file=sys.stderr)
        found[title] = section(bench)
        bench.units.sample(_SAMPLE)
    return Report(head=head, units=bench.units.rows(), sections=found, spoiled=bench.units.spoiled)


def _head(bench: Bench) -> dict[str, str]:
    commit = ["git", "-C", str(CHECKOUT), "describe", "--always", "--dirty"]
    file_system = ["stat", "-f", "-c", "%T", str(bench.scratch)]
    return {
        "mdtickets": subprocess.run(commit, capture_output=True, text=True, check=False).stdout.strip(),
        "measured": datetime.now().astimezone().isoformat(timespec="seconds"),
        "machine": f"{platform.system()} {platform.release()}, core {bench.core} of {os.cpu_count()}, "
        f"{subprocess.run(file_system, capture_output=True, text=True, check=False).stdout.strip()}",
        "Python": platform.python_version(),
        "environment": "as users have it" if python() != sys.executable else "of the developer",
        "peers": ", ".join(peer.version() or f"{peer.name} not installed" for peer in (bench.notmuch, bench.git_loop)),
        "load": " ".join(f"{load:.1f}" for load in os.getloadavg()),
        "effort": str(bench.effort),
    }


def _conclude(report: Report) -> int:
    failing = report.with_verdict(Verdict.FAILS)
    for row in failing:
        assert row.bound
        print(f"bench: FAILS: {row.what}: {row.measured:.3g} {row.unit}, bound {row.bound.formula or row.bound.limit}")
    if failing:
        return 1
    if unjudged := report.with_verdict(Verdict.NOT_JUDGED):
        print(f"bench: P varied too much: {len(unjudged)} bounds were not judged. Run again when the machine is quiet.")
        return _TRY_AGAIN
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
