"""The daemon under measurement: started as systemd starts it, asked what it used, stopped."""

import os
import signal
import socket
import subprocess
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from msgspec import Struct

from tests.bench.bench import Bench
from tests.bench.process import FailedRunError, cpu_of, mdtickets, peak_of
from tests.bench.stores import Store

_PATIENCE = 60  # seconds


class Daemon(Struct, frozen=True):
    """A running daemon."""

    pid: int

    @property
    def cpu(self) -> float:
        """CPU seconds so far, with those of its ended children."""
        return cpu_of(self.pid)

    @property
    def peak_bytes(self) -> int:
        """Its peak memory so far."""
        return peak_of(self.pid)


@contextmanager
def running(bench: Bench, store: Store, cores: Collection[int]) -> Iterator[Daemon]:
    """A daemon on this store, from the moment it says READY=1 (sd_notify(3)) until the block ends."""
    address = bench.scratch / "notify"
    log = bench.scratch / "daemon-log"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ready, log.open("wb") as output:
        ready.bind(str(address))
        ready.settimeout(_PATIENCE)
        process = subprocess.Popen(
            mdtickets(store.path, "daemon"),
            env={**bench.launcher.environment, "NOTIFY_SOCKET": str(address)},
            stdout=output,
            stderr=output,
        )
        os.sched_setaffinity(process.pid, cores)
        try:
            _await_ready(ready, process)
            yield Daemon(process.pid)
        finally:
            address.unlink()
            process.send_signal(signal.SIGTERM)
            process.wait(_PATIENCE)


def _await_ready(ready: socket.socket, process: subprocess.Popen[bytes]) -> None:
    try:
        while b"READY=1" not in ready.recv(4096):
            continue
    except TimeoutError:
        raise FailedRunError(f"the daemon is not ready (exit code {process.poll()})") from None
