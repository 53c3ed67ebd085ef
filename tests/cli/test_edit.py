"""`edit`: an editor on a real store."""

import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.one_ticket import OneTicket, copies, make_one_ticket
from tests.world import git

Editor = Callable[..., Path]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_one_ticket(tmp_path_factory.mktemp("template"))


@pytest.fixture
def store(template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[OneTicket]:
    yield from copies(template, tmp_path, capsys)


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Editor:
    """Make an editor that does these shell scripts to "$file", one each time it is opened; its arguments are noted."""

    def make(*scripts: str) -> Path:
        program, log = tmp_path / "editor", tmp_path / "editor.log"
        log.write_text("", encoding="utf-8")
        cases = "".join(f"{place}) {script};;\n" for place, script in enumerate(scripts, 1))
        head = f'#!/bin/sh\necho "$@" >> {log}\nfor file; do :; done\n'
        program.write_text(f"{head}case $(wc -l < {log} | tr -d ' ') in\n{cases}esac\n", encoding="utf-8")
        program.chmod(0o755)
        monkeypatch.setenv("EDITOR", str(program))
        monkeypatch.delenv("VISUAL", raising=False)
        monkeypatch.setattr(sys, "stdin", io.StringIO(""))
        return log

    return make


def test_an_edit_is_the_agents_change(store: OneTicket, editor: Editor) -> None:
    """Told key by key, in one commit of his; comments stay; the copy goes."""
    editor('sed -i \'s/^queue: Support$/queue: Sales # by phone/\' "$file"; echo Call her. >> "$file"')
    store.run("edit", "0001")
    event = next(event for event in store.events if event.what == "edited")
    assert (event.by, event.details["changes"], event.details["text"]) == (
        "anna",
        {"queue": ["Support", "Sales"]},
        True,
    )
    assert "queue: Sales # by phone\n" in store.ticket_md.read_text(encoding="utf-8")
    assert "Anna Beispiel" in git(store.root, "log", "-1", "--format=%an")
    assert list((store.layout.private / "edits").iterdir()) == []
    store.check()


def test_a_mistake_opens_the_editor_at_its_line(store: OneTicket, editor: Editor) -> None:
    """Broken YAML, then a wrong word, then right."""
    log = editor(
        "sed -i 's/^state: new$/state: [new/' \"$file\"",
        "sed -i 's/^state: .*$/state: nwe/' \"$file\"",
        "sed -i 's/^state: .*$/state: open/' \"$file\"",
    )
    shown = store.run("edit", "0001")
    lines = store.ticket_md.read_text(encoding="utf-8").splitlines()
    opened = [line.split()[0] for line in log.read_text(encoding="utf-8").splitlines()]
    assert opened[2] == f"+{lines.index('state: open') + 1}"
    assert opened[1].startswith("+")
    assert "nwe" in shown
    store.check()


def test_giving_up_on_a_mistake_keeps_the_text(store: OneTicket, editor: Editor) -> None:
    """Nothing is stored; the next `edit` goes on."""
    before = store.ticket_md.read_bytes()
    editor("sed -i 's/^queue: .*$/queue: Sals/' \"$file\"", "true")
    assert "Sals" in store.run("edit", "0001", expect=1)
    assert before == store.ticket_md.read_bytes()
    editor("sed -i 's/^queue: .*$/queue: Sales/' \"$file\"")
    assert "Going on" in store.run("edit", "0001")
    assert "queue: Sales\n" in store.ticket_md.read_text(encoding="utf-8")


def test_an_editor_that_changes_nothing_is_nothing(store: OneTicket, editor: Editor) -> None:
    """No event, no commit."""
    editor("true")
    before = store.events
    assert "unchanged" in store.run("edit", "0001")
    assert before == store.events


def test_other_keys_that_changed_meanwhile_are_joined(store: OneTicket, editor: Editor) -> None:
    """Both changes count, each as its author's."""
    tag = f"{sys.executable} -m mdtickets -C {store.root} --as bert time 0001 7 > /dev/null"
    theirs = f"sed -i '2i serial: A7' {store.ticket_md}"
    editor(f"{tag}; {theirs}; sed -i 's/^priority: .*$/priority: 4 high/' \"$file\"")
    store.run("edit", "0001")
    text = store.ticket_md.read_text(encoding="utf-8")
    assert "serial: A7" in text
    assert "4 high" in text
    store.check()


def test_the_same_key_changed_meanwhile_is_refused(store: OneTicket, editor: Editor) -> None:
    """Both versions are kept; the second `edit` overrules knowingly."""
    close = f"{sys.executable} -m mdtickets -C {store.root} --as bert close 0001 > /dev/null"
    editor(f"{close}; sed -i 's/^state: new$/state: open/' \"$file\"", "true")
    shown = store.run("edit", "0001", expect=1)
    assert "Somebody changed state" in shown
    assert "state: closed successful\n" in store.ticket_md.read_text(encoding="utf-8")
    store.run("edit", "0001")
    assert "state: open\n" in store.ticket_md.read_text(encoding="utf-8")
    store.check()


def test_a_broken_ticket_is_mended(store: OneTicket, editor: Editor) -> None:
    """The editor opens at the line that cannot be read; what comes out is the agent's edit."""
    text = store.ticket_md.read_text(encoding="utf-8")
    store.ticket_md.write_text(text.replace("state: new", "state: [new"), encoding="utf-8")
    log = editor("sed -i 's/^state: .*$/state: new/' \"$file\"")
    store.run("edit", "0001")
    assert log.read_text(encoding="utf-8").startswith("+")
    assert text == store.ticket_md.read_text(encoding="utf-8")
    assert store.events[-1].by == "anna"
    store.check()


def test_an_edit_is_undone(store: OneTicket, editor: Editor) -> None:
    """Text and keys come back byte for byte."""
    before = store.ticket_md.read_bytes()
    editor('sed -i \'s/^queue: Support$/queue: Sales/\' "$file"; echo Call her. >> "$file"')
    store.run("edit", "0001")
    store.run("undo", "0001")
    assert before == store.ticket_md.read_bytes()
    store.check()
