"""The documents keep up with the program: every command is described, every example and link is real."""

import re
import shlex
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from mdtickets.cli import COMMANDS

ROOT = Path(__file__).parents[1]
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "mdtickets" / "docs").glob("*.md")))

_BLOCK = re.compile(r"^```[a-z]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+)$", re.MULTILINE)
_START = re.compile(r"(?:^|[\s;&|(]|/)mdtickets (?=[-a-z])")
# Options before the command and whether they take a value; the rest of the grammar is each command's own.
_BEFORE = {"-C": True, "--as": True, "--version": False, "--help": False, "-h": False}

named = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_described(command: str) -> None:
    """README or a chapter of the documentation shows each command."""
    told = re.compile(rf"mdtickets (?:-\S+ \S+ )*{command}\b|`{command}[ `]")
    assert any(told.search(document.read_text(encoding="utf-8")) for document in DOCUMENTS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_has_help(command: str) -> None:
    """`mdtickets COMMAND --help` says what the command and each of its options is for."""
    if command == "deliver":
        return  # answers before typer is loaded; its own tests read its help
    found = _command(command)
    assert found.help or found.callback.__doc__
    silent = [option.opts[0] for option in found.params if option.opts[0].startswith("-") and not option.help]
    assert not silent


@named
def test_links_lead_somewhere(document: Path) -> None:
    """A link to a file or to a heading finds it."""
    text = _BLOCK.sub("", document.read_text(encoding="utf-8"))
    targets = (match[1] for match in _LINK.finditer(text))
    broken = [target for target in targets if not re.match(r"[a-z]+:", target) and not _resolves(document, target)]
    assert not broken


@named
def test_examples_name_real_commands(document: Path) -> None:
    """What stands behind `mdtickets` in an example is a command that exists, with options that it has."""
    wrong = [f"{example}: {problem}" for example in _examples(document) if (problem := _problem(example))]
    assert not wrong


def _resolves(document: Path, target: str) -> bool:
    name, _, anchor = target.partition("#")
    path = document.parent / name if name else document
    if not path.exists():
        return False
    return not anchor or anchor in {_anchor(title) for title in _HEADING.findall(path.read_text(encoding="utf-8"))}


def _anchor(title: str) -> str:
    """How a heading is addressed on the usual forges."""
    return re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")


def _examples(document: Path) -> Iterator[str]:
    """The command lines of our program in blocks and in spans, each from the word behind `mdtickets`."""
    text = document.read_text(encoding="utf-8")
    lines = [line.partition("   #")[0] for block in _BLOCK.findall(text) for line in block.splitlines()]
    for line in (*lines, *_SPAN.findall(_BLOCK.sub("", text))):
        starts = [match.end() for match in _START.finditer(line)]
        for start in starts:
            yield re.split(r"[;|&>`]|\s(?:·|→)\s|   +", line[start:])[0].strip()


def _problem(example: str) -> str:
    words = [word.strip("[]") for word in _words(example)]
    while words and words[0] in _BEFORE:
        words = words[2:] if _BEFORE[words[0]] else words[1:]
    if not words or not re.fullmatch(r"[a-z]+", words[0]):
        return ""
    if words[0] not in COMMANDS:
        return f"no command {words[0]}"
    if words[0] == "deliver":
        return ""
    unknown = [word for word in words[1:] if word.startswith("--") and word.partition("=")[0] not in _options(words)]
    return f"no option {unknown[0]}" if unknown else ""


def _words(example: str) -> list[str]:
    try:
        return shlex.split(example)
    except ValueError:
        return example.split()


def _options(words: list[str]) -> set[str]:
    """All options of a command, and of the command of its own that it is called with."""
    command = _command(words[0])
    inner = getattr(command, "commands", {}).get(words[1] if len(words) > 1 else "")
    return {"--help", *(name for each in (command, inner) if each for option in each.params for name in option.opts)}


def _command(name: str) -> Any:
    return get_command(import_module(f"mdtickets.cli.{COMMANDS[name][1]}").app)
