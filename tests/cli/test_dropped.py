"""A `.md` file put into a ticket's directory by hand is a note once anybody looks."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mdtickets.app.filing import file_waiting
from tests.cli.one_ticket import OneTicket, copies, make_one_ticket
from tests.world import git, mail, open_world, put_mail

_WITH_FRONT = '---\nauthor: bert\nminutes: "20"\ncreated_at: "2026-11-20T08:00:00Z"\n---\nThe belt is ordered.\n'


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_one_ticket(tmp_path_factory.mktemp("template"))


@pytest.fixture
def store(template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[OneTicket]:
    yield from copies(template, tmp_path, capsys)


def _drop(store: OneTicket, name: str, text: str) -> Path:
    path = store.ticket_md.parent / name
    path.write_text(text, encoding="utf-8")
    os.utime(path, (1795514400, 1795514400))  # 2026-11-24T10:00:00Z
    return path


def test_show_finds_it(store: OneTicket) -> None:
    """Its words, its author and time as its front matter has them, committed as that agent's."""
    _drop(store, "Call with Kim.md", _WITH_FRONT)
    article = store.json("show", "0001")["ticket"]["articles"][-1]
    assert (article["kind"], article["new_text"], article["minutes"]) == ("note", "The belt is ordered.", 20)
    assert (article["visible"], article["received_at"]) == (False, "2026-11-20T08:00:00Z")
    assert git(store.root, "log", "-1", "--format=%an").strip() == "Bert Beispiel"
    assert "Call with Kim.md" in git(store.root, "log", "-1", "--format=", "--name-only")
    store.check()


def test_without_front_matter_its_time_is_the_files(store: OneTicket) -> None:
    """And its words are all of it."""
    _drop(store, "todo.md", "Ask for the serial number.\n")
    article = store.json("show", "0001")["ticket"]["articles"][-1]
    assert (article["new_text"], article["received_at"]) == ("Ask for the serial number.", "2026-11-24T10:00:00Z")


def test_it_is_committed_alone(store: OneTicket) -> None:
    """An agent's command that comes upon it makes two commits: the note's and its own."""
    _drop(store, "todo.md", _WITH_FRONT)
    store.run("close", "0001")
    assert git(store.root, "log", "-2", "--format=%an").split("\n")[:2] == ["Anna Beispiel", "Bert Beispiel"]
    assert "todo.md" not in git(store.root, "log", "-1", "--format=", "--name-only")
    store.check()


def test_filing_finds_it(store: OneTicket) -> None:
    """In a ticket that no mail is about: git tells of the new file."""
    _drop(store, "todo.md", _WITH_FRONT)
    put_mail(store.place, 9, mail("Another matter", sender="Max <max@mueller.example>"))
    with closing(open_world(store.root)) as session:
        session.catalog.put("scanned_at", "2026-11-24T09:00:00Z")
        file_waiting(session)
    assert [event.by for event in store.events if event.what == "note"] == ["bert"]
    store.check()


@pytest.mark.parametrize("name", [".todo.md", "todo.txt", "20261124T112233Z-a01f44c9-note.md"])
def test_other_files_are_left_alone(store: OneTicket, name: str) -> None:
    """Hidden ones, other kinds, and articles that no history names."""
    _drop(store, name, _WITH_FRONT)
    store.run("close", "0001")
    assert [event for event in store.events if event.what == "note"] == []


def test_links_and_empty_files_are_left_alone(store: OneTicket) -> None:
    """A link may lead anywhere; an empty file is still being written."""
    _drop(store, "empty.md", "")
    (store.ticket_md.parent / "link.md").symlink_to("/etc/hostname")
    store.run("close", "0001")
    assert [event for event in store.events if event.what == "note"] == []


def test_it_is_taken_up_once(store: OneTicket) -> None:
    """However often somebody looks."""
    _drop(store, "todo.md", _WITH_FRONT)
    store.run("show", "0001")
    store.run("show", "0001")
    store.run("close", "0001")
    assert len([event for event in store.events if event.what == "note"]) == 1


def test_it_is_undone_like_any_note(store: OneTicket) -> None:
    """Its file goes; git keeps it."""
    path = _drop(store, "todo.md", _WITH_FRONT)
    store.run("show", "0001")
    store.run("undo", "0001")
    assert not path.exists()
    store.check()


def test_a_lost_commit_is_made_up_for(store: OneTicket) -> None:
    """The note is in the history, a crash cost commit and journal: `fsck --repair` makes it."""
    _drop(store, "todo.md", _WITH_FRONT)
    store.run("show", "0001")
    git(store.root, "reset", "-q", "HEAD~1")
    shutil.rmtree(store.layout.run / "journal")
    store.run("fsck", "--repair")
    assert "todo.md" in git(store.root, "log", "-1", "--format=", "--name-only")


# --- edited later


def test_a_later_edit_is_told_and_committed(store: OneTicket) -> None:
    """As nobody's in particular; its words and minutes are those that it has now."""
    path = _drop(store, "todo.md", _WITH_FRONT)
    store.run("show", "0001")
    path.write_text(_WITH_FRONT.replace('"20"', '"25"').replace("ordered", "here"), encoding="utf-8")
    article = store.json("show", "0001")["ticket"]["articles"][-1]
    assert (article["new_text"], article["minutes"]) == ("The belt is here.", 25)
    [edited] = [event for event in store.events if event.what == "edited"]
    assert (edited.article, edited.by, edited.minutes) == ("todo.md", "mdtickets", 5)
    assert store.json("time", "0001")["minutes"] == 25
    store.run("show", "0001")
    store.check()


def test_filing_finds_a_later_edit(store: OneTicket) -> None:
    """Git tells of the changed file, though nobody looks at its ticket."""
    path = _drop(store, "todo.md", _WITH_FRONT)
    store.run("show", "0001")
    path.write_text("Another text.\n", encoding="utf-8")
    with closing(open_world(store.root)) as session:
        session.catalog.put("scanned_at", "2026-11-24T09:00:00Z")
        file_waiting(session)
    assert [event.article for event in store.events if event.what == "edited"] == ["todo.md"]
    store.check()


def test_a_later_edit_is_undone(store: OneTicket) -> None:
    """The note is as it was, its minutes too; the next undo takes it away. The lock of another is no matter."""
    path = _drop(store, "todo.md", _WITH_FRONT)
    store.run("show", "0001")
    path.write_text("Another text.\n", encoding="utf-8")
    store.run("show", "0001")
    assert "rests on it" in store.run("undo", "0001", "--event", str(len(store.events) - 1), expect=1)
    store.run("undo", "0001")
    assert path.read_text(encoding="utf-8") == _WITH_FRONT
    assert store.json("time", "0001")["minutes"] == 20
    store.check()
    store.run("undo", "0001")
    assert not path.exists()
    store.check()


def test_a_note_that_was_undone_is_put_there_again(store: OneTicket) -> None:
    """Under the same name: it is a new note."""
    path = _drop(store, "todo.md", _WITH_FRONT)
    store.run("show", "0001")
    store.run("undo", "0001")
    path.write_text("Another text.\n", encoding="utf-8")
    assert store.json("show", "0001")["ticket"]["articles"][-1]["new_text"] == "Another text."
    store.check()
