"""`undo` on a real store: files, history, git and catalog are as if it had not been done."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mdtickets.app.filing import file_waiting
from mdtickets.domain.event import What
from tests.cli.one_ticket import OneTicket, copies, make_one_ticket
from tests.world import git, mail, open_world, put_mail


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_one_ticket(tmp_path_factory.mktemp("template"))


@pytest.fixture
def store(template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[OneTicket]:
    yield from copies(template, tmp_path, capsys)


def _tree(store: OneTicket) -> dict[str, bytes]:
    """The ticket's files but its history, which only grows."""
    files = store.ticket_md.parent.iterdir()
    return {path.name: path.read_bytes() for path in files if path.name != "history.jsonl"}


@pytest.mark.parametrize("command", [("close",), ("note", "-m", "Belt of batch 7.", "--minutes", "5"), ("time", "45")])
def test_undo_restores_the_tree(store: OneTicket, command: tuple[str, ...]) -> None:
    """Byte for byte, its history apart, in one commit of the agent's."""
    name, *options = command
    before = _tree(store)
    store.run(name, "0001", *options)
    commits = git(store.root, "rev-list", "--count", "HEAD")
    store.run("undo", "0001", by="bert")
    assert before == _tree(store)
    assert int(git(store.root, "rev-list", "--count", "HEAD")) == int(commits) + 1
    assert git(store.root, "log", "-1", "--format=%an").strip() == "Bert Beispiel"
    assert store.json("time", "0001")["minutes"] == 0
    store.check()


def test_a_key_that_moved_comes_back_to_its_line(store: OneTicket) -> None:
    """Comments and unusual spelling too: git has the bytes."""
    text = store.ticket_md.read_text(encoding="utf-8")
    store.ticket_md.write_text(text.replace("---\n", "---\nowner: 'anna' # since Monday\n", 1), encoding="utf-8")
    store.run("time", "0001", "1")
    before = store.ticket_md.read_bytes()
    store.run("close", "0001")
    store.run("undo", "0001")
    assert before == store.ticket_md.read_bytes()
    store.check()


def test_a_note_put_there_by_hand_meanwhile_stays(store: OneTicket) -> None:
    """It is told first; what is undone is what the agent did last."""
    store.run("tag", "0001", "recall")
    (store.ticket_md.parent / "todo.md").write_text("Ask for the serial number.\n", encoding="utf-8")
    told = store.run("undo", "0001")
    assert "unchanged" not in told
    assert "recall" not in store.ticket_md.read_text(encoding="utf-8")
    assert (store.ticket_md.parent / "todo.md").exists()
    assert [event.what for event in store.events if event.what in {What.NOTE, What.UNDONE}] == ["note", "undone"]
    store.check()


def test_an_edit_by_hand_is_the_last_action_whatever_notes_lie_there(store: OneTicket) -> None:
    """Two hands at once: the edit of `ticket.md` is undone, the new note stays."""
    before = store.ticket_md.read_bytes()
    store.ticket_md.write_bytes(before + b"Ask Kim.\n")
    note = store.ticket_md.parent / "todo.md"
    note.write_text("Ask for the serial number.\n", encoding="utf-8")
    store.run("undo", "0001")
    assert before == store.ticket_md.read_bytes()
    assert note.exists()
    store.check()


def test_an_edit_by_hand_is_undone(store: OneTicket) -> None:
    """As long as git knows what was there."""
    before = store.ticket_md.read_bytes()
    with store.ticket_md.open("a", encoding="utf-8") as file:
        file.write("Ask for the serial number.\n")
    store.run("time", "0001", "1")
    store.run("undo", "0001")
    store.run("undo", "0001")
    assert before == store.ticket_md.read_bytes()
    store.check()


def test_a_note_in_between_goes(store: OneTicket) -> None:
    """The articles behind it move up; git keeps its file."""
    store.run("note", "0001", "-m", "First.")
    store.run("note", "0001", "-m", "Second.")
    position = next(place for place, event in enumerate(store.events, 1) if event.what == What.NOTE)
    note = store.events[position - 1].article or ""
    store.run("undo", "0001", "--event", str(position))
    articles = store.json("show", "0001")["ticket"]["articles"]
    assert [article["new_text"] for article in articles if article["kind"] == "note"] == ["Second."]
    assert "First." in git(store.root, "show", f"HEAD~1:{(store.ticket_md.parent / note).relative_to(store.root)}")
    store.check()


def test_dry_run_undoes_nothing(store: OneTicket) -> None:
    """It tells what would be so."""
    store.run("close", "0001")
    before = _tree(store)
    assert "would be new" in store.run("undo", "0001", "--dry-run")
    assert before == _tree(store)


def test_the_history_names_what_was_undone(store: OneTicket) -> None:
    """By the marks of its events, and in words for people."""
    store.run("close", "0001")
    found = json.loads(store.run("undo", "0001", "--json"))
    [undone, state] = found["changed"][0]["events"]
    assert (undone["what"], undone["of"], state["inverse"]) == ("undone", ["state"], True)
    assert "of state" in store.run("log", "0001")
    assert "state undone by Anna" in git(store.root, "log", "-1", "--format=%s")


def test_a_link_is_undone_in_both_tickets(store: OneTicket) -> None:
    """In one commit; what was done to the other one meanwhile stays."""
    put_mail(store.place, 9, mail("Another matter", sender="Max <max@mueller.example>"))
    with closing(open_world(store.root)) as session:
        file_waiting(session)
    before = [path.read_bytes() for path in sorted(store.root.rglob("ticket.md"))]
    store.run("link", "0001", "0002", "--type", "parent")
    store.run("note", "0002", "-m", "See the other one.")
    store.run("undo", "0001")
    tickets = [store.json("show", number)["ticket"] for number in ("0001", "0002")]
    assert [ticket["links"] for ticket in tickets] == [[], []]
    assert len(tickets[1]["articles"]) == 3
    assert before[0] == store.ticket_md.read_bytes()
    store.check()


def test_mail_that_came_in_stays(store: OneTicket) -> None:
    """A refusal, with exit code 1."""
    assert "stays stored" in store.run("undo", "0001", "--event", "1", expect=1)
