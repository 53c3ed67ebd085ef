"""The manual pages: made of the help, right for every roff."""

import re
import shutil
import subprocess
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from mdtickets.cli import COMMANDS
from mdtickets.cli.manual import pages
from mdtickets.cli.run import run
from mdtickets.errors import MdticketsError
from mdtickets.render.manual import EXIT_CODES, Page, escape, format_page

REQUESTS = {".TH", ".SH", ".SS", ".TP", ".PP", ".B", ".BR", ".nf", ".fi", ".EX", ".EE"}


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    """Every page."""
    return pages()


def test_every_command_has_a_page(made: dict[str, str]) -> None:
    """And the program itself."""
    assert list(made) == ["mdtickets.1", *(f"mdtickets-{name}.1" for name in COMMANDS)]


def test_pages_are_ascii_and_have_no_strange_request(made: dict[str, str]) -> None:
    """No example that begins with a dot or a quote is taken for a command of roff."""
    lines = [line for text in made.values() for line in text.splitlines()]
    assert [line for line in lines if not line.isascii()] == []
    assert {line.split()[0] for line in lines if line.startswith((".", "'"))} <= REQUESTS


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "deliver"])
def test_a_page_has_every_option(command: str, made: dict[str, str]) -> None:
    """What --help knows, `man` knows."""
    found = get_command(import_module(f"mdtickets.cli.{COMMANDS[command][1]}").app)
    text = made[f"mdtickets-{command}.1"]
    inner = getattr(found, "commands", {}).values()
    assert [name for name in _options(found, *inner) if escape(name) not in text] == []


def _options(*commands: Any) -> list[str]:
    return [name for each in commands for option in each.params for name in option.opts if name.startswith("-")]


def test_what_roff_would_change_is_escaped() -> None:
    """Hyphens that are copied, backslashes, quotes, and lines that begin with a dot."""
    assert escape("a-b \\n 'x' `y` ~ ^ é\x1b") == "a\\-b \\(rsn \\(aqx\\(aq \\(gay\\(ga \\(ti \\(ha \\[u00E9] "
    page = Page(name="x", synopsis="x", summary="y", text=".so /etc/passwd\n\n'quoted", examples=(".sy ls",))
    shown = format_page(page, "1").splitlines()
    assert shown[8:11] == ["\\&.so /etc/passwd", ".PP", "\\&\\(aqquoted"]
    assert "\\&.sy ls" in shown


def test_the_exit_codes_are_those_of_the_errors() -> None:
    """One table, the pages and the chapter."""
    of_errors = {MdticketsError.exit_code, *(each.exit_code for each in _below(MdticketsError))}
    assert {code for code, _text in EXIT_CODES} == {0, *of_errors}
    chapter = (Path(__file__).parents[2] / "mdtickets" / "docs" / "exit-codes.md").read_text(encoding="utf-8")
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", chapter, re.MULTILINE)} >= {0, *of_errors}


def _below(error: type[MdticketsError]) -> list[type[MdticketsError]]:
    return [found for each in error.__subclasses__() for found in (each, *_below(each))]


@pytest.mark.skipif(not shutil.which("man") or not shutil.which("groff"), reason="no man here")
def test_man_has_nothing_to_complain_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`mdtickets help --man DIR` writes them; groff sets them without a warning, and man finds the name."""
    assert run(["help", "--man", str(tmp_path / "man1")]) == 0
    assert capsys.readouterr().out == f"{len(COMMANDS) + 1} pages in {tmp_path / 'man1'}\n"
    found = sorted((tmp_path / "man1").iterdir())
    warned = subprocess.run(["groff", "-man", "-ww", "-z", *found], capture_output=True, text=True, check=True).stderr
    assert warned == ""
    shown = subprocess.run(
        ["man", "--warnings", "-l", tmp_path / "man1" / "mdtickets-list.1"], capture_output=True, text=True, check=True
    )
    assert (shown.stderr, "mdtickets-list - Tickets, who waits longest first" in shown.stdout) == ("", True)
