"""What the output can do, and the pager."""

import os
import sys
from pathlib import Path

import pexpect
import pytest

from mdtickets.render.terminal import Screen, Style, screen_of, show_text
from tests.cli.desk_store import RECORDER, make_store
from tests.machine import needs_terminals

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": ""}, False),
    ],
)
def test_a_pipe_has_colours_only_on_demand(tmp_path: Path, environment: dict[str, str], expected: bool) -> None:
    """NO_COLOR wins; an empty variable says nothing (no-color.org)."""
    with (tmp_path / "out").open("w", encoding="utf-8") as stream:
        assert screen_of(stream, environment).colour is expected


@needs_terminals
@pytest.mark.parametrize(
    ("environment", "expected"),
    [({"TERM": "xterm"}, True), ({"TERM": "dumb"}, False), ({}, False), ({"TERM": "xterm", "NO_COLOR": "1"}, False)],
)
def test_a_terminal_has_colours_unless_it_says_no(environment: dict[str, str], expected: bool) -> None:
    """TERM=dumb and NO_COLOR are obeyed."""
    parent, child = os.openpty()
    try:
        with os.fdopen(child, "w", encoding="utf-8") as stream:
            screen = screen_of(stream, environment)
    finally:
        os.close(parent)
    assert (screen.is_terminal, screen.colour) == (True, expected)


def test_without_colours_paint_changes_nothing() -> None:
    """The words alone say it all."""
    assert Screen().paint("late", Style.ALARM) == "late"


def test_a_short_text_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """No pager for what fits."""
    show_text("one\ntwo\n", Screen(is_terminal=True, height=24), {"PAGER": "false"})
    assert capsys.readouterr().out == "one\ntwo\n"


def test_a_pager_that_is_not_there_is_done_without(capsys: pytest.CaptureFixture[str]) -> None:
    """The text is more important than the comfort."""
    show_text(
        "line\n" * 40, Screen(is_terminal=True, height=24), {"PAGER": "no-such-pager", "PATH": os.environ["PATH"]}
    )
    assert capsys.readouterr().out == "line\n" * 40


@needs_terminals
def test_a_long_text_goes_through_the_pager() -> None:
    """On a real terminal, $PAGER gets what does not fit."""
    program = pexpect.spawn(
        sys.executable,
        ["-m", "mdtickets", "help", "store-format"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PAGER": "sed s/^/paged:/", "TERM": "xterm"},
        dimensions=(24, 80),
        encoding="utf-8",
        timeout=20,
    )
    program.expect("paged:# The store format")
    program.expect(pexpect.EOF)
    program.close()
    assert program.exitstatus == 0


@needs_terminals
def test_raw_bytes_cannot_command_a_terminal(tmp_path: Path) -> None:
    """`show --raw` on a terminal shows escapes, it does not obey them."""
    layout = make_store(tmp_path / "store")
    program = pexpect.spawn(
        sys.executable,
        ["-m", "mdtickets", "-C", str(layout.root), "show", RECORDER, "--article", "1", "--raw"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"},
        dimensions=(24, 80),
        encoding="utf-8",
        timeout=20,
    )
    program.expect(pexpect.EOF)
    shown = program.before or ""
    assert "\ufffd[2J" in shown
    assert "\x1b" not in shown
