"""Ticket locks: one agent at a time, visible to all, ended by time."""

import json
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mdtickets.app.acting import check_locks_hold
from mdtickets.cli.run import run
from mdtickets.domain.event import What
from mdtickets.domain.model import State
from mdtickets.errors import RefusedError
from mdtickets.store.tickets import load_ticket
from tests.cli.three_tickets import AGENTS, FIRST, SECOND, ThreeTickets, make_three_tickets
from tests.world import git

_ROUNDS = 5
_RUNNERS = tuple(f"agent{place}" for place in range(8))
_EIGHT = "".join(f'\n[agent.{key}]\nname = "{key}"\nemail = "{key}@mustermann-video.example"\n' for key in _RUNNERS)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once; each test works on a copy."""
    return make_three_tickets(tmp_path_factory.mktemp("three"), AGENTS + _EIGHT)


@pytest.fixture
def store(template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> ThreeTickets:
    """Three tickets of Kim's, nobody's."""
    shutil.copytree(template, tmp_path / "world", symlinks=True)
    return ThreeTickets(tmp_path / "world", capsys)


def _lock_file(store: ThreeTickets, number: str = FIRST) -> Path:
    return store.layout.ticket(number) / "lock"


def test_taking_locks_and_owns(store: ThreeTickets) -> None:
    """The file says who, where, since when, until when and why; git does not track it."""
    store.run("take", "0019", "--reason", "calling Kim")
    lock = json.loads(_lock_file(store).read_text(encoding="utf-8"))
    assert (lock["agent"], lock["host"], lock["reason"]) == ("anna", os.uname().nodename, "calling Kim")
    assert lock["since"] < lock["until"]
    assert store.ticket(FIRST).owner == "anna"
    store.check()


@pytest.mark.parametrize(
    "arguments",
    [
        ("take", "0019"),
        ("unlock", "0019"),
        ("close", "0019"),
        ("move", "0019", "Sales"),
        ("set", "0019", "priority=high"),
        ("pending", "0019", "3d"),
        ("junk", "0019"),
    ],
)
def test_what_another_agent_holds_is_refused(store: ThreeTickets, arguments: tuple[str, ...]) -> None:
    """The refusal names the holder and says what can be done."""
    store.run("take", "0019")
    shown = store.run(*arguments, by="bert", expect=1)
    assert f"{FIRST} is locked by anna (Anna Beispiel) since " in shown
    assert f"mdtickets steal {FIRST} --reason" in shown


def test_who_lists_what_is_held(store: ThreeTickets) -> None:
    """The longest held first; what is over or free is not there."""
    store.run("take", "0028", by="bert")
    store.run("take", "0019", "--reason", "calling Kim")
    _end(store, SECOND)
    assert [ticket["number"] for ticket in store.json("who")["tickets"]] == [FIRST]
    assert store.json("who")["tickets"][0]["lock"]["reason"] == "calling Kim"
    shown = store.run("who")
    assert shown.startswith(f"{FIRST}\tanna\t")
    assert shown.endswith("\tRecorder eats tapes · calling Kim\n")
    store.run("unlock", "0019")
    assert store.run("who") == "no ticket is locked\n"


def test_a_lock_that_is_over_stops_nobody(store: ThreeTickets) -> None:
    """Whatever became of the machine that wrote it."""
    store.run("take", "0019")
    _end(store, FIRST)
    store.run("take", "0019", by="bert")
    assert store.ticket(FIRST).owner == "bert"


def test_stealing_is_told(store: ThreeTickets) -> None:
    """From whom, and why."""
    store.run("take", "0019")
    store.run("steal", "0019", "--reason", "anna is ill", by="bert")
    [*_earlier, last] = load_ticket(store.layout, FIRST).events
    assert (last.what, last.by, last.details["from"], last.details["reason"]) == (
        What.LOCKED,
        "bert",
        "anna",
        "anna is ill",
    )
    assert "locked by bert" in store.run("close", "0019", expect=1)
    store.check()


def test_who_held_it_is_told_by_mail(store: ThreeTickets) -> None:
    """Without any setting: it leaves with the next sweep."""
    store.run("take", "0019")
    store.run("steal", "0019", "--reason", "anna is ill", by="bert")
    store.run("send")
    mails = [path.read_text() for path in (store.root / ".mdtickets" / "outgoing").glob("*/*")]
    [told] = [mail for mail in mails if "took over your lock" in mail]
    assert "To: Anna" in told
    assert "anna is ill" in told


def test_stealing_without_a_reason_is_refused(store: ThreeTickets) -> None:
    """As a usage error when it is missing, as a rule when it says nothing."""
    store.run("steal", "0019", by="bert", expect=2)
    store.run("steal", "0019", "--reason", " ", by="bert", expect=1)


def test_a_free_ticket_is_changed_without_a_lock_left_behind(store: ThreeTickets) -> None:
    """Nobody has to take first what he only moves."""
    store.run("move", "0019", "Sales")
    store.run("priority", "0019", "high")
    assert not _lock_file(store).exists()


def test_ones_own_work_begins_the_time_anew(store: ThreeTickets) -> None:
    """Since when stays (OTRS unlock timer)."""
    store.run("take", "0019")
    _end(store, FIRST, in_=timedelta(minutes=1))
    before = json.loads(_lock_file(store).read_text(encoding="utf-8"))
    store.run("priority", "0019", "high")
    after = json.loads(_lock_file(store).read_text(encoding="utf-8"))
    assert after["since"] == before["since"]
    assert after["until"] > before["until"]


def test_taking_again_keeps_the_reason(store: ThreeTickets) -> None:
    """Until another one is given."""
    store.run("take", "0019", "--reason", "calling Kim")
    store.run("take", "0019")
    assert json.loads(_lock_file(store).read_text(encoding="utf-8"))["reason"] == "calling Kim"


def test_closing_gives_the_lock_free(store: ThreeTickets) -> None:
    """The file is gone."""
    store.run("take", "0019")
    assert store.run("close", "0019") == f"{FIRST}  closed successful, unlocked\n"
    assert (store.ticket(FIRST).state, _lock_file(store).exists()) == (State.CLOSED_SUCCESSFUL, False)


def test_a_network_file_system_is_refused() -> None:
    """With the reason and the way that works."""
    check_locks_hold("")
    with pytest.raises(RefusedError, match=r"network file system \(nfs4\).*git clone"):
        check_locks_hold("nfs4")


@pytest.mark.parametrize("round_", range(_ROUNDS))
def test_of_eight_who_take_at_once_one_wins(store: ThreeTickets, round_: int) -> None:
    """The others are told who; history, git and catalog are whole."""
    codes = _race(store, FIRST)
    assert sorted(codes.values()) == [0] + [1] * 7
    [winner] = (key for key, code in codes.items() if code == 0)
    assert [ticket["lock"]["agent"] for ticket in store.json("who")["tickets"]] == [winner]
    locked = [event.by for event in load_ticket(store.layout, FIRST).events if event.what == What.LOCKED]
    assert (locked, store.ticket(FIRST).owner) == ([winner], winner)
    assert git(store.root, "log", "-1", "--format=%s") == f"{FIRST}: locked by {winner}\n"
    store.check()


def _race(store: ThreeTickets, number: str) -> dict[str, int]:
    """Eight processes take the ticket at the same moment; their exit codes."""
    ready, go = os.pipe()
    children = {key: _start(store, key, number, ready, go) for key in _RUNNERS}
    os.close(ready)
    os.close(go)  # the end of the pipe is the signal
    return {key: os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for key, child in children.items()}


def _start(store: ThreeTickets, agent: str, number: str, ready: int, go: int) -> int:
    child = os.fork()
    if child:
        return child
    try:
        os.close(go)
        os.read(ready, 1)
        os._exit(run(["-C", str(store.root), "--as", agent, "take", number]))
    except BaseException:  # noqa: BLE001  # the child must not go on as a second pytest
        os._exit(99)


def _end(store: ThreeTickets, number: str, in_: timedelta = timedelta()) -> None:
    """Let the ticket's lock end now, or soon."""
    path = _lock_file(store, number)
    until = (datetime.now(UTC) + in_).isoformat(timespec="seconds")
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), "until": until}), encoding="utf-8")
