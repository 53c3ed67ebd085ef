"""`similar`: tickets like one, why, and what was answered."""

import shutil
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pexpect
import pytest

from mdtickets.app.filing import file_waiting
from mdtickets.app.full_text import make_anew
from mdtickets.app.similar import solved_before
from mdtickets.store.index_state import directory_of
from tests.cli.three_tickets import AGENTS, FIRST, SECOND, THIRD, ThreeTickets
from tests.machine import needs_terminals
from tests.world import SETTINGS, mail, make_world, open_world, put_mail

LIKE_FIRST = "2026112410000046"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The last of four tickets tells the same as the first, from somebody else."""
    place = tmp_path_factory.mktemp("four")
    make_world(place, SETTINGS + AGENTS)
    put_mail(place, 1, mail("Recorder eats tapes", body="Since Monday the drive belt slips. ERR-4711."))
    put_mail(place, 2, mail("Invoice is missing", body="We need it for our accounts."))
    put_mail(place, 3, mail("Remote control is dead", body="Fresh batteries do not help."))
    put_mail(place, 4, mail("A recorder that eats tapes", body="ERR-4711!", sender="Max <max@mueller.example>"))
    with closing(open_world(place / "store")) as session:
        file_waiting(session)
        make_anew(session)
    return place


@pytest.fixture
def store(template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> ThreeTickets:
    """A copy of the template."""
    shutil.copytree(template, tmp_path / "world", symlinks=True)
    return ThreeTickets(tmp_path / "world", capsys)


def _similar(store: ThreeTickets, *arguments: str) -> list[str]:
    return [ticket["number"] for ticket in store.json("similar", *arguments)["tickets"]]


def test_the_same_words_make_tickets_alike(store: ThreeTickets) -> None:
    """The words are told, the score lies between 0 and 1, the ticket itself is not among them."""
    (found,) = store.json("similar", FIRST)["tickets"]
    assert found["number"] == LIKE_FIRST
    assert {"eats", "tapes"} <= {word.lower() for word in found["words"]}
    assert 0 < found["score"] < 1


def test_the_same_problem_does_it_without_a_word(store: ThreeTickets) -> None:
    """Both ways, and it is said."""
    store.run("problem", SECOND, THIRD, "lost-in-the-post")
    assert _similar(store, SECOND) == [THIRD]
    assert "same problem: lost-in-the-post" in store.run("similar", THIRD)


def test_nothing_alike_is_exit_1(store: ThreeTickets) -> None:
    """A sentence, for scripts a code."""
    assert f"No ticket is like {SECOND}." in store.run("similar", SECOND, expect=1)
    assert store.json("similar", FIRST, "--solved", expect=1)["error"]["code"] == 1


def test_solved_ones_tell_what_was_answered(store: ThreeTickets) -> None:
    """Of the answer its words, without the greeting."""
    store.run("reply", LIKE_FIRST, "-m", "Dear Max,\n\nthe belt kit RS-7 is on its way.", "--yes")
    (found,) = store.json("similar", FIRST, "--solved")["tickets"]
    assert found["answer"].startswith("the belt kit RS-7 is on its way.")


@pytest.mark.parametrize("end", ["merged", "removed"])
def test_what_is_gone_is_like_nothing(store: ThreeTickets, end: str) -> None:
    """Merged and removed tickets are left out."""
    store.run(*(("merge", LIKE_FIRST, FIRST) if end == "merged" else ("remove", LIKE_FIRST)))
    store.run("similar", FIRST, expect=1)


def test_without_an_index_titles_answer(store: ThreeTickets) -> None:
    """While somebody else makes the index; and that is said."""
    directory = directory_of(store.layout)
    (directory / "damaged").write_text("torn\n", encoding="utf-8")
    lock = store.layout.run / "index.lock"
    lock.unlink(missing_ok=True)
    lock.mkdir()  # nobody can write the index
    told = store.run("similar", FIRST)
    assert LIKE_FIRST in told
    assert "full text" in told


def test_without_a_problem_the_words_tell_what_was_solved(store: ThreeTickets) -> None:
    """And nothing is brought up to date for it: it is a hint."""
    store.run("reply", LIKE_FIRST, "-m", "The belt kit RS-7 is on its way.", "--yes")
    with closing(open_world(store.root)) as session:
        (found,) = solved_before(session, FIRST, 3)
        assert solved_before(session, SECOND, 3) == ()
    assert (found.row.number, found.likeness.same_problem) == (LIKE_FIRST, False)
    assert found.answer.startswith("The belt kit RS-7")


@needs_terminals
def test_reply_tells_how_such_cases_were_solved(
    store: ThreeTickets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the terminal and in the draft, by the same problem; of that nothing is sent."""
    store.run("problem", FIRST, LIKE_FIRST, "belt")
    store.run("reply", LIKE_FIRST, "-m", "Dear Max,\n\nthe belt kit RS-7 is on its way.", "--yes")
    program = tmp_path / "editor"
    program.write_text('#!/bin/sh\ngrep X-Solved "$1" >&2\necho "A kit is coming." >>"$1"\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(program))
    monkeypatch.delenv("VISUAL", raising=False)
    arguments = ["-m", "mdtickets", "-C", str(store.root), "--as", "anna", "reply", FIRST]
    terminal: Any = pexpect.spawn(sys.executable, arguments, encoding="utf-8", timeout=30)
    terminal.expect_exact(f"solved before: {LIKE_FIRST} the belt kit RS-7 is on its way.")
    terminal.expect_exact(f"X-Solved: {LIKE_FIRST} the belt kit RS-7 is on its way.")
    terminal.expect_exact("[Y/n/e]")
    terminal.sendline("")
    terminal.expect_exact("queued to")
    terminal.expect(pexpect.EOF)
    assert "RS-7" not in store.json("show", FIRST)["ticket"]["articles"][-1]["body"]
