"""`note`: by option, from standard input, in the editor; any number, by any number of agents."""

import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.editors import use_editor
from tests.cli.one_ticket import OneTicket, copies, make_one_ticket
from tests.world import git


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_one_ticket(tmp_path_factory.mktemp("template"))


@pytest.fixture
def store(template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[OneTicket]:
    yield from copies(template, tmp_path, capsys)


def test_a_note_is_an_article_of_its_author(store: OneTicket) -> None:
    """Internal, with its minutes, committed as the agent's."""
    store.run("note", "0001", "-m", "Belt of batch 7.", "--minutes", "5")
    article = store.json("show", "0001")["ticket"]["articles"][-1]
    told = {key: article[key] for key in ("kind", "visible", "new_text", "minutes", "from")}
    assert (told["kind"], told["visible"], told["new_text"], told["minutes"]) == ("note", False, "Belt of batch 7.", 5)
    assert "Anna Beispiel" in git(store.root, "log", "-1", "--format=%an %s")
    store.check()


def test_a_visible_note_says_so(store: OneTicket) -> None:
    """The customer may see it."""
    store.run("note", "0001", "-m", "We are waiting for the belt.", "--visible")
    assert store.json("show", "0001")["ticket"]["articles"][-1]["visible"] is True


def test_a_note_needs_no_lock(store: OneTicket) -> None:
    """Whoever holds the ticket, a colleague may tell him something."""
    lock = '{"agent": "bert", "host": "desk", "since": "2026-11-24T10:00:00Z", "until": null, "reason": ""}'
    (store.ticket_md.parent / "lock").write_text(lock, encoding="utf-8")
    assert "note" in store.run("note", "0001", "-m", "He is on the line again.")


def test_a_note_comes_from_standard_input(store: OneTicket, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that other programs can note."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("Disk 91 % full\n"))
    store.run("note", "0001")
    assert store.json("show", "0001")["ticket"]["articles"][-1]["new_text"] == "Disk 91 % full"


def test_a_note_is_written_in_the_editor(store: OneTicket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line that tells what it is for is not part of it, and no draft is left."""
    use_editor(monkeypatch, tmp_path, 'echo "He sold it on." >> "$1"', stdin=io.StringIO(""))
    store.run("note", "0001")
    assert store.json("show", "0001")["ticket"]["articles"][-1]["new_text"] == "He sold it on."
    assert list((store.layout.private / "notes").iterdir()) == []


def test_an_editor_that_dies_loses_no_words(store: OneTicket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next `note` goes on with what was written."""
    use_editor(monkeypatch, tmp_path, 'echo "Given up." >> "$1"; exit 9', stdin=io.StringIO(""))
    assert "is kept" in store.run("note", "0001", expect=69)
    assert "Given up." in store.run("drafts")
    assert "You have no drafts" in store.run("drafts", "--remove", "note-0001")
    use_editor(monkeypatch, tmp_path, "exit 9", stdin=io.StringIO(""))
    store.run("note", "0001", expect=69)
    assert "You have no drafts" in store.run("drafts")
    use_editor(monkeypatch, tmp_path, 'echo "First half." >> "$1"; exit 9', stdin=io.StringIO(""))
    store.run("note", "0001", expect=69)
    use_editor(monkeypatch, tmp_path, 'echo "Second half." >> "$1"', stdin=io.StringIO(""))
    store.run("note", "0001")
    assert "First half.\nSecond half." in store.json("show", "0001")["ticket"]["articles"][-1]["new_text"]


def test_an_empty_note_is_no_note(store: OneTicket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is stored, and the reason is told."""
    use_editor(monkeypatch, tmp_path, "true", stdin=io.StringIO(""))
    before = store.events
    assert "Nothing was written" in store.run("note", "0001", expect=1)
    assert before == store.events


def test_two_agents_at_once_keep_both(store: OneTicket) -> None:
    """Ten processes note in the same moment: ten notes, one history, one clean repository."""
    command = [sys.executable, "-m", "mdtickets", "-C", str(store.root)]
    started = [
        subprocess.Popen([*command, "--as", by, "note", "0001", "-m", f"{by} {count}"], stdout=subprocess.DEVNULL)
        for count in range(3)
        for by in ("anna", "bert")
    ]
    assert [process.wait() for process in started] == [0] * 6
    notes = [event.article for event in store.events if event.what == "note"]
    assert len(set(notes)) == 6
    store.check()
