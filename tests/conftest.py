"""Fixtures for every test: golden files, and a guard that no test sees the developer's own store, agent or pager."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# The suite tries the same examples each time, so that a change is judged by what it changed;
# `MDTICKETS_RANDOM=1 pytest` looks for new ones.
settings.register_profile("suite", derandomize=not os.environ.get("MDTICKETS_RANDOM"), database=None)
settings.load_profile("suite")

# Whoever runs the suite in the background ignores Ctrl-C, and so would every program that a test starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

_GOLDEN = Path(__file__).parent / "golden"
# What a test must not inherit from whoever runs it.
_OURS = ("MDTICKETS_STORE", "MDTICKETS_AGENT", "MDTICKETS_PAGER", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES")

Golden = Callable[[str, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-golden` writes what the program shows now; the reviewer reads the difference."""
    parser.addoption("--update-golden", action="store_true", help="rewrite the files under tests/golden")


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in _OURS:
        monkeypatch.delenv(name, raising=False)
    home = tmp_path_factory.getbasetemp() / "home"
    home.mkdir(exist_ok=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """A check that a text equals the file of that name under tests/golden."""

    def check(name: str, shown: str) -> None:
        path = _GOLDEN / f"{name}.txt"
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(shown, encoding="utf-8")
        expected = path.read_text(encoding="utf-8") if path.exists() else f"(no {path.name}: run with --update-golden)"
        assert expected == shown

    return check
