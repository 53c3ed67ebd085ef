"""One mail at a time into a running daemon: how long until it is safe, acknowledged, committed.

What is seen from outside: the ticket's directory appears; the acknowledgement appears in the outbox or has left it;
the mail leaves `new/`, which happens only when all of it is durable; the branch moves.
"""

import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct, field

from tests.bench import corpus, maildir
from tests.bench.bench import Bench
from tests.bench.daemon import Daemon, running
from tests.bench.intake import run_peer
from tests.bench.process import FailedRunError, Usage
from tests.bench.stores import Store
from tests.bench.table import Bound, Clock, Row
from tests.bench.watch import Seen, Watch

_PATIENCE = 20.0  # seconds for one mail
_QUIET = 0.1  # seconds in which nothing happens, with nothing left to be sent or committed: the daemon is idle
_FIRST_MAILS = 3  # not counted: they make the day's directory and load what is loaded late


class Arrival(Struct):
    """When what followed one mail was seen. Monotonic seconds; None = not seen."""

    at: float
    visible: float | None = None  # only of a mail that makes a ticket
    acknowledged: float | None = None
    durable: float | None = None
    committed: float | None = None


class OneByOne(Struct):
    """Mails that arrive each when the last is durable."""

    mails: int
    wall: float
    cpu: float
    durable: list[float] = field(default_factory=list)


class Observer:
    """Delivers mails and sees what the daemon makes of them."""

    def __init__(self, store: Store, watch: Watch) -> None:
        self._store = store
        self._watch = watch
        self._places = {
            "retired": store.mail / "new",
            "committed": store.path / ".git" / "refs" / "heads",
        }
        private = store.path / ".mdtickets"
        self._left = (
            private / "run" / "journal",
            *((private / "outbox" / state) for state in ("queued", "sending", "sent")),
        )
        for directory in self._places.values():
            watch.add(directory)
        for directory in _ack_places(store):
            watch.add(directory)

    def watch_tickets(self) -> None:
        """See tickets appear, in the youngest day's directory."""
        day = max(path for path in (self._store.path / "tickets").glob("[0-9]*/*/*") if path.is_dir())
        self._watch.add(day)

    def deliver(self, name: str, mail: bytes, *, until_committed: bool) -> Arrival:
        """What followed one mail, until it is durable or, on demand, committed and all is quiet."""
        self._watch.drain()
        arrival = Arrival(maildir.deliver(self._store.mail, name, mail))
        deadline = arrival.at + _PATIENCE
        for seen in self._watch.events(deadline):
            self._note(arrival, seen, name)
            if arrival.durable and (arrival.committed or not until_committed):
                break
        else:
            raise FailedRunError(f"mail {name} was not filed within {_PATIENCE} s: {arrival}")
        if until_committed:
            for seen in self._until_idle():
                self._note(arrival, seen, name)
        return arrival

    def settle(self) -> float:
        """When the branch moved last, once everything is sent and committed."""
        last = time.monotonic()
        for seen in self._until_idle():
            if seen.path == self._places["committed"] / "main":
                last = seen.at
        return last

    def _until_idle(self) -> Iterator[Seen]:
        deadline = time.monotonic() + _PATIENCE
        is_idle = False
        while not is_idle:
            is_idle = not any(any(place.glob("*.json*")) for place in self._left)
            for seen in self._watch.events(time.monotonic() + _QUIET):
                is_idle = False
                yield seen
            if time.monotonic() >= deadline:
                raise FailedRunError(f"not everything was sent and committed within {_PATIENCE} s")

    def _note(self, arrival: Arrival, seen: Seen, name: str) -> None:
        directory = seen.path.parent
        if directory == self._places["retired"]:
            if not seen.appeared and seen.path.name == name:
                arrival.durable = arrival.durable or seen.at
        elif directory == self._places["committed"]:
            # the branch moves again for the `sent` of the acknowledgement; the first move after the mail is its own
            if seen.appeared and seen.path.name == "main" and arrival.durable:
                arrival.committed = arrival.committed or seen.at
        elif seen.appeared and not seen.path.name.startswith(".tmp-"):
            if seen.path.name.isdecimal():
                arrival.visible = arrival.visible or seen.at
            elif not seen.path.name.endswith(".lock"):
                arrival.acknowledged = arrival.acknowledged or seen.at


def measure(bench: Bench) -> list[Row]:
    """The rows of the section."""
    effort = bench.effort
    rows = []
    loop = run_peer(bench, bench.git_loop, effort.one_by_one)
    for size in effort.tickets:
        store = bench.stores.copy(size, "latency")
        with running(bench, store, frozenset({bench.core})) as daemon, Watch() as watch:
            idle, steady = _observe(bench, store, daemon, watch)
            peak = daemon.peak_bytes
        bench.stores.remove(store)
        rows += [*_rows_of_idle(bench, size, idle), *_rows_of_one_by_one(size, steady, loop)]
        rows.append(
            Row(
                what=f"{size} tickets: the daemon's peak memory",
                measured=peak / 1e6,
                unit="MB",
                bound=Bound(limit=80, formula=""),
            )
        )
    return rows


def _observe(bench: Bench, store: Store, daemon: Daemon, watch: Watch) -> tuple[list[Arrival], OneByOne]:
    effort = bench.effort
    observer = Observer(store, watch)
    mails = list(corpus.burst(_FIRST_MAILS + effort.idle + effort.one_by_one))
    names = [maildir.unique(count) for count in range(len(mails))]
    pairs = list(zip(names, mails, strict=True))
    for name, mail in pairs[:_FIRST_MAILS]:
        observer.deliver(name, mail, until_committed=True)
    observer.watch_tickets()
    idle = [
        observer.deliver(name, mail, until_committed=True)
        for name, mail in pairs[_FIRST_MAILS : _FIRST_MAILS + effort.idle]
    ]
    return idle, _one_by_one(daemon, observer, pairs[_FIRST_MAILS + effort.idle :])


def _one_by_one(daemon: Daemon, observer: Observer, pairs: Sequence[tuple[str, bytes]]) -> OneByOne:
    cpu, start = daemon.cpu, time.monotonic()
    arrivals = [observer.deliver(name, mail, until_committed=False) for name, mail in pairs]
    end = observer.settle()
    return OneByOne(
        mails=len(pairs),
        wall=end - start,
        cpu=daemon.cpu - cpu,
        durable=[_since(arrival, "durable") for arrival in arrivals],
    )


def _ack_places(store: Store) -> list[Path]:
    private = store.path / ".mdtickets"
    places = [private / "outbox" / "queued", private / "outgoing" / "new"]
    for place in places:
        place.mkdir(parents=True, exist_ok=True)
    return places


def _since(arrival: Arrival, what: str) -> float:
    seen: float = getattr(arrival, what)
    return seen - arrival.at


def _rows_of_idle(bench: Bench, size: int, idle: Sequence[Arrival]) -> list[Row]:
    p, f = bench.units.python.median_wall * 1000, bench.units.fsync * 1000
    durable = Bound(limit=min(p + 12 * f, 200), formula="min(P + 12 F, 200)")
    durable_99 = Bound(limit=min(3 * p + 25 * f, 200), formula="min(3 P + 25 F, 200)")
    committed = Bound(limit=4 * p + 30 * f, formula="4 P + 30 F") if size == bench.effort.smallest else None
    bounds: dict[str, tuple[Bound | None, Bound | None]] = {
        "visible": (None, None),
        "acknowledged": (durable, durable_99),
        "durable": (durable, durable_99),
        "committed": (committed, None),
    }
    rows = []
    for what, (half, most) in bounds.items():
        times = [_since(arrival, what) * 1000 for arrival in idle if getattr(arrival, what)]
        for share, bound in ((50, half), (99, most)):
            rows.append(
                Row(
                    what=f"{size} tickets, idle: arrival to {what}, p{share}",
                    measured=_percentile(times, share),
                    unit="ms",
                    bound=bound,
                    clock=Clock.WALL,
                    note=f"n = {len(times)}",
                )
            )
    return rows


def _rows_of_one_by_one(size: int, steady: OneByOne, loop: Usage | None) -> list[Row]:
    durable = [seconds * 1000 for seconds in steady.durable]
    where = f"{size} tickets, one by one"
    return [
        Row(
            what=f"{where}: wall of the git loop / ours, commits included",
            measured=loop.wall / steady.wall if loop else None,
            bound=Bound(limit=1.5, formula="", at_least=True),
            clock=Clock.WALL,
            note=f"{steady.mails / steady.wall:.1f} mails/s" if loop else "",
        ),
        Row(what=f"{where}: CPU a mail, sent too", measured=steady.cpu * 1000 / steady.mails, unit="ms"),
        Row(
            what=f"{where}: arrival to durable, p50",
            measured=statistics.median(durable),
            unit="ms",
            note=f"p99 {_percentile(durable, 99):.1f} ms",
        ),
    ]


def _percentile(values: Sequence[float], share: int) -> float:
    """The smallest value that so many per cent do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-share * len(ordered) // 100) - 1)]
