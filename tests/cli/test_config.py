"""`config` on the command line."""

import json
from pathlib import Path

import pytest

from mdtickets.cli.run import run
from tests.world import make_world


@pytest.fixture
def store(tmp_path: Path) -> str:
    """The path of a store under git."""
    return str(make_world(tmp_path))


def test_show(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a command, every key, its value and where it is from."""
    assert run(["-C", store, "config"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("#")[0].split(" = ")[0] for line in lines[:3]] == ["format", "name", "language"]
    assert 'system_id = "10"' in lines[4]
    assert lines[4].endswith("# local.toml")
    assert next(line for line in lines if line.startswith("sending.port = 0")).endswith("# default")


def test_get_prints_the_bare_value(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A script gets the value and nothing else."""
    assert run(["-C", store, "config", "get", "acknowledge.total"]) == 0
    assert run(["-C", store, "config", "get", "queue.Sales.acknowledge"]) == 0
    assert capsys.readouterr().out == "500 in 1h\nnew, follow_up\n"


def test_get_as_json(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A program gets the value with its type and its file."""
    assert run(["-C", store, "config", "get", "queue.Support.unlock_after", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "format": 1,
        "settings": [{"key": "queue.Support.unlock_after", "value": 60, "origin": "default"}],
    }


def test_set_and_get(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A change tells what was before, and counts at once."""
    assert run(["-C", store, "config", "set", "queue.Support.follow_up", "reject"]) == 0
    assert run(["-C", store, "config", "get", "queue.Support.follow_up"]) == 0
    assert capsys.readouterr().out == 'mdtickets.toml: queue.Support.follow_up = "reject"\nreject\n'


def test_check_of_a_good_store(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing wrong: exit code 0, and a remark about texts that the store does not have itself."""
    assert run(["-C", store, "config", "check"]) == 0
    assert capsys.readouterr().out == (
        "Settings and templates are right.\n"
        "templates/follow_up.en.md is missing; the text that comes with mdtickets is used.\n"
        "templates/new.en.md is missing; the text that comes with mdtickets is used.\n"
    )


def test_check_tells_everything(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    """All mistakes of settings and templates, each on its line; exit code 78."""
    root = Path(store)
    settings = (root / "mdtickets.toml").read_text()
    (root / "mdtickets.toml").write_text(settings.replace("acknowledge =", "folow_up ="))
    (root / "templates").mkdir()
    (root / "templates" / "new.en.md").write_text("---\nsubject: x\n---\n{{ nobody }}\n")
    assert run(["-C", store, "config", "check"]) == 78
    assert capsys.readouterr().out == (
        'mdtickets.toml:19: [queue.Support] folow_up: no such key. Did you mean "follow_up"?\n'
        'mdtickets.toml:23: [queue.Sales] folow_up: no such key. Did you mean "follow_up"?\n'
        "templates/new.en.md:4: 'nobody' is undefined.\n"
    )


def test_wrong_settings_stop_other_commands(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Any command says the first mistake and ends with 78; `config set` mends it."""
    root = Path(store)
    settings = (root / "mdtickets.toml").read_text()
    (root / "mdtickets.toml").write_text(settings.replace('language = "en"', 'language = "fr"'))
    assert run(["-C", store, "status"]) == 78
    assert capsys.readouterr().err == 'mdtickets: mdtickets.toml:3: language: must be "de" or "en".\n'
    assert run(["-C", store, "config", "set", "language", "en"]) == 0


def test_wrong_key(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong name of a key is told with the right one; exit code 78."""
    assert run(["-C", store, "config", "get", "acknowledge.totl"]) == 78
    assert run(["-C", store, "config", "set", "acknowledge.totl", "1 in 1h"]) == 78
    assert capsys.readouterr().err == 'mdtickets: acknowledge.totl: no such key. Did you mean "total"?\n' * 2
