"""What every section of a run works with: how much to measure, the stores, the units, the programs."""

from pathlib import Path

from msgspec import Struct

from tests.bench.peers import GitLoop, Notmuch, Peer
from tests.bench.process import Launcher
from tests.bench.stores import Stores
from tests.bench.units import Units


class Effort(Struct, frozen=True, kw_only=True):
    """How much a run measures."""

    tickets: tuple[int, ...] = (1000, 10000)
    burst: int = 1000  # mails that wait at once
    flood: int = 10000  # mails that wait after a long night
    rounds: int = 3
    warm_up: int = 1  # rounds not counted
    runs: int = 20  # of a command
    idle: int = 200  # mails that arrive while nothing else happens
    one_by_one: int = 300  # mails that arrive each when the last is durable

    @property
    def smallest(self) -> int:
        """The size of store that others are compared with."""
        return min(self.tickets)


QUICK = Effort(tickets=(1000,), burst=300, flood=600, rounds=1, warm_up=0, runs=3, idle=12, one_by_one=20)


class Bench(Struct, frozen=True, kw_only=True):
    """One run of the benchmark."""

    effort: Effort
    launcher: Launcher
    stores: Stores
    units: Units
    scratch: Path  # beside the cached stores, so that hard links reach
    core: int  # of the measured programs
    spare_cores: frozenset[int]  # of whoever must not disturb them; the same when there is only one
    notmuch: Peer
    git_loop: Peer


def peers() -> tuple[Peer, Peer]:
    """The peers of the intake: notmuch and the git loop."""
    return Notmuch(), GitLoop()
