"""`init` on the command line."""

import json
from pathlib import Path

import pytest

from mdtickets.cli.run import run

ADDRESS = "support@mustermann-video.example"


def test_init_tells_what_is_there_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The answer names the store, the mailbox, that nothing leaves the machine, and the next commands."""
    monkeypatch.chdir(tmp_path)
    assert run(["init", "store", "--name", "Mustermann Video", "--address", ADDRESS]) == 0
    assert (
        capsys.readouterr().out
        == f"""\
A store for Mustermann Video in {tmp_path}/store (a git repository).

mailbox    {tmp_path}/mail, for the queue Support
address    {ADDRESS}
agent      none yet: mdtickets config set agent.anna.name …
sending    nothing leaves this machine yet: mail lands in .mdtickets/outgoing

Next:
  cd store
  mdtickets file                    file the mail that waits, once; `mdtickets daemon` goes on watching
  mdtickets config check            settings and templates
  mdtickets help operation          connect your mail server
"""
    )


def test_init_tells_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A Maildir that could not be made and an address that was not given are named."""
    assert run(["init", str(tmp_path / "store"), "--maildir", str(tmp_path / "no" / "mail")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[3:5] == [
        "! address  none yet: mdtickets config set queue.Support.address …",
        f"! maildir  {tmp_path}/no is not there, so the Maildir was not made",
    ]


def test_init_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Programs get the same as an object."""
    assert run(["init", str(tmp_path / "store"), "--address", ADDRESS, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "format": 1,
        "path": str(tmp_path / "store"),
        "name": "Example Support",
        "queue": "Support",
        "address": ADDRESS,
        "maildir": str(tmp_path / "mail"),
        "maildir_exists": True,
        "agent": "",
        "not_committed": "",
    }


def test_init_refuses_what_is_not_empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, and the sentence says why."""
    (tmp_path / "notes.md").write_text("mine\n")
    assert run(["init", str(tmp_path)]) == 1
    assert capsys.readouterr().err == (f"mdtickets: {tmp_path} is not empty. Name a directory that is new or empty.\n")


def test_a_new_store_can_be_worked_with(tmp_path: Path) -> None:
    """The settings load and are right for every other command."""
    assert run(["init", str(tmp_path / "store"), "--address", ADDRESS]) == 0
    assert run(["-C", str(tmp_path / "store"), "config", "check"]) == 0
