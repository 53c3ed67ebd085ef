"""`due`: the targets of a ticket and the calculation behind them."""

import json
from pathlib import Path

import pytest

from mdtickets.cli.run import run
from tests.cli.desk_store import INVOICE, RECORDER, make_store

_TARGETS = """
[calendar.default]
fri = "08:00-12:00, 12:30-15:00"
days_off = ["2026-11-25 stocktaking"]

[[target]]
first_response = 120
update = 600
solution = 1500
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A store with targets for every ticket."""
    layout = make_store(tmp_path / "store")
    with layout.settings.open("a", encoding="utf-8") as file:
        file.write(_TARGETS)
    return layout.root


def _out(root: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    assert run(["-C", str(root), *arguments]) == 0
    return capsys.readouterr().out


def test_each_target_has_a_line(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is asked for, how it stands, and who said so."""
    lines = _out(root, capsys, "due", RECORDER).splitlines()
    assert lines[0] == f"{RECORDER}  Support, calendar default"
    assert [line.split("\t")[0] for line in lines[1:]] == ["first response", "update", "solution"]
    assert all(line.endswith("every ticket") for line in lines[1:])


def test_the_days_add_up(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is printed line by line is what the due time says."""
    found = json.loads(_out(root, capsys, "due", INVOICE, "--explain", "--json"))
    for target in found["targets"]:
        if target["open"] and target["due_at"]:
            assert sum(day["minutes"] for day in target["days"]) == target["working_minutes"]
            assert target["days"][-1]["spans"][-1][1] == target["due_at"]
    text = _out(root, capsys, "due", INVOICE, "--explain")
    assert "working minutes from" in text
    assert "together" in text


def test_days_off_are_named(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """So that nobody must count for himself."""
    text = "".join(_out(root, capsys, "due", number, "--explain") for number in (RECORDER, INVOICE))
    assert "day off: stocktaking" in text


def test_lists_can_show_it(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of open tickets: how much is left, or that it is overdue."""
    lines = _out(root, capsys, "list", "--columns", "number,due", "--limit", "0").splitlines()
    shown = dict(line.partition("\t")[::2] for line in lines)
    assert all(shown[number].startswith(("in ", "overdue ")) for number in (RECORDER, INVOICE))


def test_a_store_without_targets_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And has an empty list for programs."""
    root = make_store(tmp_path / "store").root
    assert _out(root, capsys, "due", RECORDER) == f"{RECORDER}  no target, nothing agreed\n"
    assert json.loads(_out(root, capsys, "due", RECORDER, "--json"))["targets"] == []


def test_a_broken_ticket_is_a_sentence(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody reckons with what cannot be read."""
    [path] = root.glob(f"tickets/*/*/*/{RECORDER}/ticket.md")
    path.write_text("---\nstate: [\n---\n", encoding="utf-8")
    assert run(["-C", str(root), "due", RECORDER]) == 1
    assert "cannot be reckoned with" in capsys.readouterr().err
