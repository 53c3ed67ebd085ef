"""`mdtickets` alone: what waits for me, and what to do next."""

import json
from pathlib import Path

import pytest

from mdtickets.cli import COMMANDS
from mdtickets.cli.run import run
from mdtickets.domain.event import format_time
from mdtickets.store.layout import Layout
from tests.cli.desk_store import INVOICE, NOW, RECORDER, REMOTE, make_store


@pytest.fixture
def store(tmp_path: Path) -> Layout:
    """Anna has the recorder, Bert the invoice whose answer did not arrive, nobody the remote control."""
    return make_store(tmp_path / "store")


def _desk(store: Layout, capsys: pytest.CaptureFixture[str], agent: str) -> list[str]:
    capsys.readouterr()
    assert run(["-C", str(store.root), "--as", agent]) == 0
    return capsys.readouterr().out.splitlines()


def test_the_next_commands_are_those_an_agent_will_want(store: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    """Answer my own, take what nobody has, look at what went wrong; each of them is a command."""
    last = _desk(store, capsys, "anna")[-1]
    assert last == "next: mdtickets reply 0042   ·   mdtickets take 0061   ·   mdtickets log 0057"
    assert {"reply", "take", "log"} <= set(COMMANDS)


def test_what_a_colleague_holds_is_not_offered(store: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    """The lock names its holder; nobody is sent where he will be refused."""
    lock = {"agent": "bert", "host": "desk-3", "since": format_time(NOW), "until": None, "reason": ""}
    for number in (RECORDER, REMOTE):
        (store.ticket(number) / "lock").write_text(json.dumps(lock))
    *lines, last = _desk(store, capsys, "anna")
    assert any("you, locked by bert" in line for line in lines)
    assert last == "next: mdtickets log 0057   ·   mdtickets show 0057   ·   mdtickets list"


def test_a_colleagues_ticket_that_he_holds_no_more_can_be_taken(
    store: Layout, capsys: pytest.CaptureFixture[str]
) -> None:
    """Anna is away and her customer has written again: Bert sees it, and how to take over."""
    lines = _desk(store, capsys, "bert")
    assert lines[0] == "Mustermann Video  ·  bert  ·  1 waits for you, 2 unlocked, 1 not delivered"
    assert any("Recorder VR-200" in line and line.endswith("anna, unlocked") for line in lines)
    assert "mdtickets take 0042" in lines[-1]


def test_what_waits_for_a_time_says_which(store: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    """Pending until then; an agent's own tickets are there however many others wait."""
    path = store.ticket(INVOICE) / "ticket.md"
    path.write_text(path.read_text().replace("2026-11-26T08:00:00Z", "2126-11-26T08:00:00Z"))
    (path.parent / "history.jsonl").write_text("")
    assert any("you, pending until in" in line for line in _desk(store, capsys, "bert"))
