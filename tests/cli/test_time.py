"""`time` and `timer`: entries, corrections, and a clock that outlasts the process."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine

from tests.cli.one_ticket import OneTicket, copies, make_one_ticket


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_one_ticket(tmp_path_factory.mktemp("template"))


@pytest.fixture
def store(template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[OneTicket]:
    yield from copies(template, tmp_path, capsys)


def test_time_is_entered_and_listed(store: OneTicket) -> None:
    """Entry by entry, with the sum, and in the ticket's own figures."""
    store.run("note", "0001", "-m", "Looked at it.", "--minutes", "5")
    store.run("time", "0001", "45", "--activity", "travel", "--day", "2026-11-20", "-m", "to Kim", by="bert")
    found = store.json("time", "0001")
    assert [(each["agent"], each["minutes"], each["activity"], each["article"]) for each in found["entries"]] == [
        ("anna", 5, "", 3),
        ("bert", 45, "travel", None),
    ]
    assert (found["minutes"], store.json("show", "0001")["ticket"]["minutes"]) == (50, 50)
    assert "2026-11-20" in store.run("time", "0001")
    store.check()


def test_time_is_corrected_not_deleted(store: OneTicket) -> None:
    """Both lines stay in the history; the sum is right."""
    store.run("time", "0001", "45")
    store.run("time", "0001", "--correct", "1", "15")
    found = store.json("time", "0001")
    assert ([each["minutes"] for each in found["entries"]], found["minutes"]) == ([45, -30], 15)


def test_reading_the_time_needs_no_agent(store: OneTicket) -> None:
    """Whoever may read may add up."""
    assert store.json("time", "0001", by="")["entries"] == []


def test_a_timer_enters_its_minutes(store: OneTicket) -> None:
    """It runs while no process does."""
    with time_machine.travel("2026-11-24T10:00:00Z", tick=False):
        store.run("timer", "start", "0001")
    with time_machine.travel("2026-11-24T10:12:20Z", tick=False):
        assert store.json("timer")["timer"]["minutes"] == 12
        assert "since Tue 24 Nov, 11:00 (12 min)" in store.run("timer")
        store.run("timer", "stop", "--activity", "repair")
        assert "No timer" in store.run("timer")
    [entry] = store.json("time", "0001")["entries"]
    assert (entry["minutes"], entry["activity"]) == (12, "repair")
    store.check()


def test_each_agent_has_one_timer(store: OneTicket) -> None:
    """A second one is refused, with the ticket on which the first runs; a colleague's does not matter."""
    store.run("timer", "start", "0001")
    assert store.number in store.run("timer", "start", "0001", expect=1)
    store.run("timer", "start", "0001", by="bert")


def test_a_discarded_timer_enters_nothing(store: OneTicket) -> None:
    """And a timer that does not run cannot be stopped."""
    store.run("timer", "start", "0001")
    store.run("timer", "stop", "--discard")
    assert store.json("time", "0001")["minutes"] == 0
    assert "No timer" in store.run("timer", "stop", expect=1)


def test_a_stop_that_crashed_counts_once(store: OneTicket) -> None:
    """The entry is there, the timer's file still too: stopping again adds nothing."""
    store.run("timer", "start", "0001")
    place = store.layout.private / "timers" / "anna.json"
    running = json.loads(place.read_text(encoding="utf-8"))
    store.run("timer", "stop")
    place.write_text(json.dumps(running), encoding="utf-8")
    store.run("timer", "stop")
    assert store.json("time", "0001")["minutes"] == 1


def test_a_queue_wants_to_know_the_time_of_an_answer(store: OneTicket) -> None:
    """Without it nothing is sent; none spent is an answer."""
    settings = store.layout.settings
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("[queue.Support]\n", "[queue.Support]\ntime_required = true\n"), encoding="utf-8")
    assert "--minutes" in store.run("reply", "0001", "-m", "Press Eject.", "--yes", expect=1)
    store.run("reply", "0001", "-m", "Press Eject.", "--yes", "--minutes", "0")
    assert [event.what for event in store.events].count("answered") == 1


def test_an_answer_cannot_be_undone(store: OneTicket) -> None:
    """It has left, and the refusal says so."""
    store.run("reply", "0001", "-m", "Press Eject.", "--yes")
    assert "Mail that has left cannot be undone" in store.run("undo", "0001", expect=1)
