"""What a service manager wants to hear of a daemon (sd_notify(3)); nothing when there is none."""

import os
import socket
from collections.abc import Mapping
from typing import Self

from msgspec import Struct

_PATIENCE = 0.2  # seconds for one datagram: a service manager that does not read must not stop the mail


class ServiceManager(Struct, frozen=True, kw_only=True):
    """Where to tell it, and how often it wants a sign of life."""

    address: str = ""  # of its socket; "" = nobody listens
    alive_every: float | None = None  # seconds; None = it does not ask

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """The service manager that started us, by NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID."""
        address = environment.get("NOTIFY_SOCKET", "")
        for_us = environment.get("WATCHDOG_PID", "") in {"", str(os.getpid())}
        microseconds = environment.get("WATCHDOG_USEC", "")
        wanted = address and for_us and microseconds.isdecimal() and int(microseconds) > 0
        # half of it, as sd_watchdog_enabled(3) advises
        return cls(address=address, alive_every=int(microseconds) / 2e6 if wanted else None)

    def tell(self, *assignments: str, patience: float = _PATIENCE) -> None:
        """Send assignments such as READY=1 in one message, waiting so many seconds. Failing to is no reason to stop."""
        if not self.address:
            return
        # a leading @ stands for the NUL of an abstract socket
        place = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as connection:
                connection.settimeout(patience)
                connection.sendto("\n".join(assignments).encode("utf-8", "replace"), place)
        except OSError:
            return
