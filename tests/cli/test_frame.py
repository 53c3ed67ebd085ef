"""The program around its commands: help, errors, exit codes, pipes, completion."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import pytest
from typer.main import get_command

from mdtickets.cli import COMMANDS, command_of
from mdtickets.cli.run import run

PROGRAM = (sys.executable, "-m", "mdtickets")
ROOT = Path(__file__).parents[2]


def start(arguments: Sequence[str], **environment: str) -> subprocess.CompletedProcess[str]:
    """The program in a process of its own, in a pipe."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run([*PROGRAM, *arguments], capture_output=True, text=True, env=env, check=False, cwd="/")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["list", "--json"], "list"),
        (["-C", "deliver", "--as", "anna", "show", "0042"], "show"),
        (["--as=anna", "-C/srv/x", "deliver"], "deliver"),
        (["--help"], ""),
        ([], ""),
    ],
)
def test_the_command_is_the_first_word_that_belongs_to_no_option(arguments: list[str], expected: str) -> None:
    """`deliver` is found before anything is parsed."""
    assert expected == command_of(arguments)


def test_root_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody has to read a manual to find a command."""
    assert run(["--help"]) == 0
    shown = capsys.readouterr().out
    assert [name for name in COMMANDS if f"  {name} " not in shown] == []


def test_an_unknown_command_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    """A typing error costs one look."""
    assert run(["lisst"]) == 2
    assert capsys.readouterr().err == 'mdtickets: "lisst" is no command. Did you mean "list"?\n'


def test_an_unknown_option_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence on stderr, exit code 2, nothing on stdout."""
    assert run(["completion", "bash", "--jsn"]) == 2
    out, err = capsys.readouterr()
    assert (out, err) == ("", "mdtickets: No such option: --jsn. See `mdtickets completion --help`.\n")


def test_errors_are_objects_with_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A program reads on stdout what a person reads on stderr."""
    assert run(["-C", str(tmp_path), "show", "42", "--json"]) == 1
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert (found["format"], found["error"]["code"], list(found["error"])) == (1, 1, ["code", "message", "hint"])
    assert err.startswith(f"mdtickets: {found['error']['message']}")


def test_version_is_told() -> None:
    """`--version` as every program has it."""
    done = start(["--version"])
    assert (done.returncode, done.stdout) == (0, "mdtickets 0.1.0\n")


def test_without_a_store_the_bare_name_shows_help() -> None:
    """Whoever types the name for the first time learns what there is."""
    done = start([])
    assert (done.returncode, done.stdout.startswith("Usage: mdtickets")) == (0, True)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_the_shell(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The script calls the program back."""
    assert run(["completion", shell]) == 0
    assert "_MDTICKETS_COMPLETE" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "place", "expected"),
    [("mdtickets de", "1", "demo\ndeliver\n"), ("mdtickets help --he", "2", "--help\n")],
)
def test_bash_completes_commands_and_options(words: str, place: str, expected: str) -> None:
    """TAB knows what the help knows."""
    done = start([], _MDTICKETS_COMPLETE="complete_bash", COMP_WORDS=words, COMP_CWORD=place)
    assert (0, expected) == (done.returncode, done.stdout)


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "deliver"])
def test_numbers_and_names_are_completed_wherever_they_are_taken(command: str) -> None:
    """Whoever learnt TAB with one command has it with all."""
    module = import_module(f"mdtickets.cli.{COMMANDS[command][1]}")
    found = get_command(module.app)
    every = [option for each in (found, *getattr(found, "commands", {}).values()) for option in each.params]
    named = re.compile(r"\b(NUMBER|QUEUE|AGENT|SLUG|CARD|STATE)\b")
    silent = [
        option.name for option in every if named.search(option.metavar or "") and not option._custom_shell_complete
    ]
    assert silent == []


def test_a_closed_pipe_ends_the_program_quietly() -> None:
    """`mdtickets help | head -1` shows no traceback."""
    line = f"{sys.executable} -m mdtickets help store-format; echo code $? >&2"
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(["sh", "-c", line], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env, text=True)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    with process.stderr:
        told = process.stderr.read()
    process.wait()
    assert told == "code 141\n"


def test_ctrl_c_is_quiet_and_130() -> None:
    """Nobody sees a traceback for having changed his mind."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HANGS], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, "")


_HANGS = """
import sys, time
import mdtickets.app.documents as documents
def chapter(topic):
    print("started", flush=True)
    time.sleep(60)
documents.chapter = chapter
from mdtickets.cli.run import run
sys.exit(run(["help", "decisions"]))
"""


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_examples(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`mdtickets help COMMAND` and `mdtickets COMMAND --help` are the same, and show how it is used."""
    assert run([command, "--help"]) == 0
    shown = capsys.readouterr().out
    assert run(["help", command]) == 0
    assert capsys.readouterr().out == shown
    assert "Examples:\n" in shown


def test_a_topic_that_is_none_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    """The chapters are few enough to guess which one was meant."""
    assert run(["help", "store-formt"]) == 1
    assert 'Did you mean "store-format"?' in capsys.readouterr().err
