"""A burst: many mails wait, one sweep files them. Rate, CPU, memory and what git keeps, beside the peers."""

import os
import statistics
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from tests.bench import corpus, maildir
from tests.bench.bench import Bench
from tests.bench.peers import NOT_BROUGHT, Peer
from tests.bench.process import FailedRunError, Usage, filing, mdtickets
from tests.bench.stores import put_away
from tests.bench.table import Bound, Clock, Row

MEGABYTE = 1e6


class Burst(Struct, frozen=True, kw_only=True):
    """One sweep over a full Maildir."""

    mails: int
    usage: Usage
    raw_bytes: int
    git_bytes: int  # by which .git grew on the disk
    acknowledgements: int
    sending: Usage  # of the acknowledgements, afterwards, into the embedded Maildir

    @property
    def rate(self) -> float:
        """Mails a second."""
        return self.mails / self.usage.wall

    @property
    def cpu(self) -> float:
        """CPU seconds a mail, git's included."""
        return self.usage.cpu / self.mails


def measure(bench: Bench) -> list[Row]:
    """The rows of the section."""
    effort = bench.effort
    ours: dict[int, list[Burst]] = {size: [] for size in effort.tickets}
    notmuch: list[Usage] = []
    loop: list[Usage] = []
    for turn in range(-effort.warm_up, effort.rounds):
        for peer, runs in ((bench.notmuch, notmuch), (bench.git_loop, loop)):
            if usage := run_peer(bench, peer, effort.burst):
                runs.append(usage)
        for size in effort.tickets:
            ours[size].append(run_burst(bench, size, effort.burst))
        if turn < 0:
            notmuch.clear()
            loop.clear()
            ours = {size: [] for size in effort.tickets}
    flood = run_burst(bench, effort.smallest, effort.flood)
    rows = [row for size in effort.tickets for row in _rows_of(size, ours[size], notmuch)]
    rows += _rows_of_growth(ours, effort.smallest)
    rows += _rows_of_flood(flood, ours[effort.smallest])
    return rows + _rows_of_peers(ours[effort.smallest], loop, notmuch)


def run_burst(bench: Bench, tickets: int, mails: int) -> Burst:
    """File so many waiting mails into a fresh copy of a store. Raises FailedRunError when one was not filed."""
    store = bench.stores.copy(tickets, "burst")
    raw_bytes = maildir.fill(store.mail, corpus.burst(mails))
    git_before = disk_bytes(store.path / ".git")
    os.sync()
    usage = bench.launcher.run(filing(store.path))
    git_bytes = disk_bytes(store.path / ".git") - git_before
    if usage.stdout.split() != [str(mails), "0"] or any((store.mail / "new").iterdir()):
        raise FailedRunError(f"{usage.stdout!r} of {mails} mails were filed\n{usage.stderr[-2000:]}")
    acknowledgements = len(list((store.path / ".mdtickets" / "outbox" / "queued").iterdir()))
    sending = bench.launcher.run(mdtickets(store.path, "send"))
    bench.stores.remove(store)
    return Burst(
        mails=mails,
        usage=usage,
        raw_bytes=raw_bytes,
        git_bytes=git_bytes,
        acknowledgements=acknowledgements,
        sending=sending,
    )


def disk_bytes(directory: Path) -> int:
    """The space that a directory's files take on the disk."""
    paths = (Path(where) / name for where, _, names in os.walk(directory) for name in names)
    return sum(path.lstat().st_blocks * 512 for path in paths)


def run_peer(bench: Bench, peer: Peer, mails: int) -> Usage | None:
    """One run of a peer over fresh copies of the same mails; None when it is not installed."""
    if not peer.version():
        return None
    place = bench.scratch / "peer"
    place.mkdir()
    maildir.fill(place / "mail", corpus.burst(mails))
    os.sync()
    usage = peer.take_in(bench.launcher, place / "mail")
    put_away(place)
    return usage


def _rows_of(size: int, bursts: Sequence[Burst], notmuch: Sequence[Usage]) -> list[Row]:
    mails = bursts[0].mails
    where = f"{mails} waiting, {size} tickets"
    rates, cpus = [burst.rate for burst in bursts], [burst.cpu * 1000 for burst in bursts]
    children = statistics.median(burst.usage.children_cpu for burst in bursts) * 1000 / mails
    peak = max(burst.usage.peak_bytes for burst in bursts) / MEGABYTE
    git, raw = (
        sum(getattr(burst, key) for burst in bursts) / len(bursts) / mails for key in ("git_bytes", "raw_bytes")
    )
    sendings = [burst.sending.cpu * 1000 / burst.acknowledgements for burst in bursts]
    limit = _notmuch_bound(notmuch, mails)
    cpu = statistics.median(cpus)
    cpu_note = f"own {cpu - children:.2f} + git {children:.2f}; {_range(cpus)}"
    return [
        Row(what=f"{where}: rate", measured=statistics.median(rates), unit="mails/s", note=_range(rates)),
        Row(
            what=f"{where}: CPU a mail",
            measured=cpu if limit else None,
            unit="ms",
            bound=limit,
            clock=Clock.CPU,
            note=cpu_note,
        ),
        Row(what=f"{where}: peak memory", measured=peak, unit="MB", bound=Bound(limit=80, formula="")),
        Row(
            what=f"{where}: .git a mail",
            measured=git,
            unit="bytes",
            bound=Bound(limit=raw, formula="1 x raw bytes"),
        ),
        Row(
            what=f"{where}: then sending, CPU an acknowledgement",
            measured=statistics.median(sendings),
            unit="ms",
            note=f"{bursts[-1].acknowledgements} acknowledgements",
        ),
    ]


def _notmuch_bound(notmuch: Sequence[Usage], mails: int) -> Bound | None:
    if not notmuch:
        return None
    unit = statistics.median(usage.cpu for usage in notmuch) * 1000 / mails
    return Bound(limit=1.5 * unit, formula="1.5 N")


def _rows_of_growth(ours: dict[int, list[Burst]], smallest: int) -> list[Row]:
    base = statistics.median(burst.rate for burst in ours[smallest])
    return [
        Row(
            what=f"rate at {size} tickets / at {smallest}",
            measured=statistics.median(burst.rate for burst in bursts) / base,
            bound=Bound(limit=0.8, formula="", at_least=True),
            clock=Clock.WALL,
        )
        for size, bursts in ours.items()
        if size != smallest
    ]


def _rows_of_flood(flood: Burst, bursts: Sequence[Burst]) -> list[Row]:
    base_rate = statistics.median(burst.rate for burst in bursts)
    base_peak = max(burst.usage.peak_bytes for burst in bursts)
    what = f"{flood.mails} waiting / {bursts[0].mails} waiting"
    return [
        Row(
            what=f"{what}: rate, all on one day",
            measured=flood.rate / base_rate,
            clock=Clock.WALL,
            bound=Bound(limit=0.5, formula="", at_least=True),
            note=f"{flood.rate:.0f} mails/s, CPU {flood.cpu * 1000:.2f} ms a mail",
        ),
        Row(
            what=f"{what}: peak memory",
            measured=flood.usage.peak_bytes / base_peak,
            bound=Bound(limit=1.2, formula=""),
            note=f"{flood.usage.peak_bytes / MEGABYTE:.0f} MB",
        ),
    ]


def _rows_of_peers(bursts: Sequence[Burst], loop: Sequence[Usage], notmuch: Sequence[Usage]) -> list[Row]:
    mails = bursts[0].mails
    wall = statistics.median(burst.usage.wall for burst in bursts)
    rows = [
        Row(
            what="wall of the git loop / ours",
            clock=Clock.WALL,
            measured=statistics.median(usage.wall for usage in loop) / wall if loop else None,
            bound=Bound(limit=3, formula="", at_least=True),
            note=f"{mails / statistics.median(usage.wall for usage in loop):.0f} mails/s" if loop else "",
        ),
        Row(
            what="N, CPU of notmuch new a mail",
            unit="ms",
            measured=statistics.median(usage.cpu for usage in notmuch) * 1000 / mails if notmuch else None,
            note=_range([usage.cpu * 1000 / mails for usage in notmuch]) if notmuch else "",
        ),
    ]
    return rows + [Row(what=f"wall of {name} / ours", measured=None) for name in NOT_BROUGHT]


def _range(values: Sequence[float]) -> str:
    return f"{min(values):.3g} to {max(values):.3g}"
