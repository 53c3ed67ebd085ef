"""Who acts: the option, the environment, or git's identity."""

from pathlib import Path

import pytest

from mdtickets.cli.run import run
from tests.cli.three_tickets import FIRST, ThreeTickets, make_three_tickets
from tests.world import git


@pytest.fixture
def store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> ThreeTickets:
    """Three tickets of Kim's; git knows nobody of the team."""
    make_three_tickets(tmp_path)
    git(tmp_path / "store", "config", "user.email", "somebody@else.example")
    return ThreeTickets(tmp_path, capsys)


def _take(store: ThreeTickets) -> str:
    """Take a ticket without saying who; who owns it then."""
    run(["-C", str(store.root), "take", "0019"])
    return store.ticket(FIRST).owner


def test_the_environment_names_the_agent(store: ThreeTickets, monkeypatch: pytest.MonkeyPatch) -> None:
    """For a shell of one's own."""
    monkeypatch.setenv("MDTICKETS_AGENT", "bert")
    assert _take(store) == "bert"


def test_git_names_the_agent(store: ThreeTickets) -> None:
    """By the address that commits carry."""
    git(store.root, "config", "user.email", "Bert@Mustermann-Video.example")
    assert _take(store) == "bert"


def test_the_option_goes_first(store: ThreeTickets, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before environment and git."""
    monkeypatch.setenv("MDTICKETS_AGENT", "bert")
    store.run("take", "0019")
    assert store.ticket(FIRST).owner == "anna"


def test_nobody_is_told_how_to_become_somebody(store: ThreeTickets) -> None:
    """A usage error that names the agents there are."""
    store.capsys.readouterr()
    assert run(["-C", str(store.root), "take", "0019"]) == 2
    assert "--as AGENT or MDTICKETS_AGENT (anna, bert)" in store.capsys.readouterr().err


def test_an_unknown_agent_is_answered_with_the_nearest(store: ThreeTickets) -> None:
    """Nothing is done in nobody's name."""
    assert 'Did you mean "bert"?' in store.run("take", "0019", by="brt", expect=2)
