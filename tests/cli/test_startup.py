"""What a command loads before it answers: the list is called most and must stay quick."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mdtickets.cli.run import run
from tests.cli.desk_store import INVOICE, RECORDER, make_store

ROOT = Path(__file__).parents[2]
HEAVY = frozenset({
    "rich", "email", "yaml", "frontmatter", "whoosh", "watchdog", "jinja2", "tomlkit", "tomllib", "inscriptis", "lxml",
    "smtplib", "asyncio", "pydantic", "zoneinfo", "mdtickets.mail", "mdtickets.domain.settings",
})  # fmt: skip

_LOADED = """
import sys
from mdtickets.cli.run import run
code = run(sys.argv[1:])
print(code, *sorted(sys.modules), file=sys.stderr)
"""


def loaded_by(*arguments: str) -> set[str]:
    """The modules that a command has loaded when it ends well."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", _LOADED, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=True)
    code, *modules = done.stderr.splitlines()[-1].split()
    assert code == "0"
    return set(modules)


@pytest.fixture
def root(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A store whose catalog is up to date."""
    layout = make_store(tmp_path / "store")
    run(["-C", str(layout.root), "list"])
    capsys.readouterr()
    return layout.root


def test_list_loads_no_mail_no_yaml_no_settings(root: Path) -> None:
    """Each of these would cost a list more than all of its own work."""
    assert loaded_by("-C", str(root), "list") & HEAVY == set()


# What a command on a ticket needs only when something changed behind its back.
AT_NEED = frozenset({
    "rich", "yaml", "frontmatter", "tomllib", "jinja2", "smtplib", "email.utils", "whoosh", "watchdog", "asyncio",
    "inscriptis", "lxml", "holidays", "mdtickets.app.config", "mdtickets.app.templates", "mdtickets.app.reckoning",
})  # fmt: skip
NO_PARSER = AT_NEED | {"mdtickets.mail.parse"}


@pytest.mark.parametrize(
    ("command", "unwanted"),
    [
        (["status"], NO_PARSER | {"hashlib", "zoneinfo", "mdtickets.store.git"}),
        (["log", RECORDER], NO_PARSER),
        (["show", INVOICE], AT_NEED),
        (["take", RECORDER], NO_PARSER),
        (["note", RECORDER, "-m", "The belt of batch 7."], NO_PARSER),
        (["close", RECORDER], NO_PARSER),
        # a new participant changes a list, and the file is read again
        (["reply", RECORDER, "-m", "We send a new belt.", "--yes"], AT_NEED - {"yaml"}),
        (["file"], AT_NEED),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_command_loads_what_it_needs(root: Path, command: list[str], unwanted: frozenset[str]) -> None:
    """Settings, front matter and dates that were read before are known, whoever wrote them."""
    run(["-C", str(root), "--as", "anna", "tag", RECORDER, "belt"])
    assert loaded_by("-C", str(root), "--as", "anna", *command) & unwanted == set()


@pytest.mark.parametrize("query", ["is:open", "queue:support -tag:belt priority:>normal", "owner:nobody"])
def test_a_query_of_the_catalog_loads_no_more(root: Path, query: str) -> None:
    """Neither the full text, nor settings, nor the words of dates."""
    heavy = HEAVY | {"mdtickets.store.index", "mdtickets.domain.dates", "mdtickets.app.session"}
    assert loaded_by("-C", str(root), "list", *query.split()) & heavy == set()


def test_completion_loads_the_catalog_and_nothing_else(root: Path) -> None:
    """Somebody waits with a finger on TAB."""
    words = {"COMP_WORDS": f"mdtickets -C {root} list --queue S", "COMP_CWORD": "5"}
    code = "import sys; from mdtickets.cli.run import run\ntry: run([])\nfinally: print(*sys.modules, file=sys.stderr)"
    env = {**os.environ, "PYTHONPATH": str(ROOT), "_MDTICKETS_COMPLETE": "complete_bash", **words}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, check=True)
    assert done.stdout == "Support\nSales\n"
    assert set(done.stderr.split()) & HEAVY == set()


def test_root_help_loads_no_command(root: Path) -> None:
    """The help comes from a table."""
    commands = {name for name in loaded_by("--help") if name.startswith("mdtickets.cli.")}
    assert commands == {"mdtickets.cli.frame", "mdtickets.cli.root", "mdtickets.cli.run"}


def test_deliver_is_found_before_typer_is_loaded() -> None:
    """The module that knows the commands loads nothing."""
    code = "import mdtickets.cli, sys; print(*sorted(sys.modules))"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, env=env, check=True)
    assert {"typer", "collections.abc", "typing", "dataclasses"} & set(done.stdout.split()) == set()
