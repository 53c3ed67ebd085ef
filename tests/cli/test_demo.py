"""`demo` on the command line."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from mdtickets.cli.run import run
from tests.example_store import picture


def test_it_tells_what_to_try_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The commands that it proposes name the new store and work."""
    assert run(["demo", str(tmp_path / "store")]) == 0
    told = capsys.readouterr().out
    proposed = [line.split(" -m mdtickets ")[1] for line in told.splitlines() if " -m mdtickets " in line]
    commands = [line.split()[2] for line in proposed]
    assert commands == ["list", "show", "why"]
    assert not [line for line in proposed if run(line.split()) != 0]


def test_it_prints_whole_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every filed mail has its ticket's full number on a line of its own, uncut in a pipe."""
    run(["demo", str(tmp_path / "store")])
    told = capsys.readouterr().out
    lines = re.findall(r"^  (\d{16})  (\S+)", told, re.MULTILINE)
    assert len(list((tmp_path / "store" / "mail" / ".Filed" / "cur").iterdir())) == len(lines)
    assert "…" not in told


def test_json_has_what_file_has(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Programs get the filed mails as from `file --json`, and the store's place."""
    assert run(["demo", str(tmp_path / "store"), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert found["format"] == 1
    assert found["path"] == str(tmp_path / "store")
    assert {"path", "number", "what"} == set(found["filed"][0])
    assert not found["failed"]


def test_a_second_demo_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where something lies already nothing is done, and a free name is proposed."""
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "letter").touch()
    assert run(["demo", str(tmp_path / "store")]) == 1
    assert f"mdtickets demo {tmp_path / 'store-2'}" in capsys.readouterr().err


def test_the_picture_shows_what_is_printed() -> None:
    """The picture in the README is that of this program: whoever changes the words draws it anew."""
    drawn = picture.draw(picture.screen_text())
    assert _words(drawn) == _words(picture.PICTURE.read_text(encoding="utf-8"))


def _words(svg: str) -> list[str]:
    """The texts of a picture; how rich arranges them is its own business."""
    return re.findall(r">([^<>]+)</text>", svg)
