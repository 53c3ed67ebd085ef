import os
import socket
from pathlib import Path

import pytest

from mdtickets.app.notify import ServiceManager


def test_nobody_listens() -> None:
    """Without a service manager nothing is told, and nothing fails."""
    manager = ServiceManager.of({})
    manager.tell("READY=1")
    assert manager == ServiceManager(address="", alive_every=None)


def test_it_is_told_in_one_message(tmp_path: Path) -> None:
    """Assignments that belong together arrive together."""
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as service:
        service.bind(address)
        ServiceManager.of({"NOTIFY_SOCKET": address}).tell("READY=1", "STATUS=waiting")
        assert service.recv(100) == b"READY=1\nSTATUS=waiting"


def test_an_abstract_socket_is_reached() -> None:
    """A service manager may use a socket without a file, written with an @."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as service:
        service.bind(f"\0mdtickets-test-{os.getpid()}")
        ServiceManager(address=f"@mdtickets-test-{os.getpid()}").tell("STOPPING=1")
        assert service.recv(100) == b"STOPPING=1"


def test_a_socket_that_is_gone_is_no_reason_to_stop(tmp_path: Path) -> None:
    """The mail goes on whether somebody listens or not."""
    ServiceManager(address=str(tmp_path / "gone")).tell("READY=1")


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"WATCHDOG_USEC": "30000000"}, 15.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 15.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_a_sign_of_life_is_due_at_half_the_time(environment: dict[str, str], expected: float | None) -> None:
    """Twice as often as asked for, and only when this very process is asked."""
    assert ServiceManager.of({"NOTIFY_SOCKET": "/run/x", **environment}).alive_every == expected
