"""`mdtickets help settings` says the same as the program."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import mdtickets
from mdtickets.app.config import find_problems
from mdtickets.app.settings_check import Source
from mdtickets.app.settings_schema import TABLES, TOP, Key, toml_value
from mdtickets.app.templates import SAMPLE

DOCUMENT = (Path(mdtickets.__file__).parent / "docs" / "settings.md").read_text(encoding="utf-8")
CHAPTERS: dict[str, str] = dict(
    zip(*[iter(re.split(r"^## (.*)\n", DOCUMENT, flags=re.MULTILINE)[1:])] * 2, strict=True)
)
TITLES = {
    "": "The whole",
    "mailbox": "`[[mailbox]]`",
    "queue": "`[queue.NAME]`",
    "agent": "`[agent.KEY]`",
    "rate": "`[[rate]]`",
    "calendar": "`[calendar.NAME]`",
    "target": "`[[target]]`",
}

tables = pytest.mark.parametrize("table", ["", *TABLES])


def chapter(table: str) -> str:
    return CHAPTERS[TITLES.get(table, f"`[{table}]`")]


def keys_of(table: str) -> dict[str, Key]:
    return dict(TABLES[table].keys if table else TOP)


def rows(text: str) -> Iterator[list[str]]:
    """The rows of the first table, without its head."""
    table = re.search(r"(?:^\|.*\n)+", text, re.MULTILINE)
    lines = [line for line in (table[0] if table else "").splitlines() if line.startswith("| `")]
    yield from ([cell.strip() for cell in line.strip("|").split(" | ")] for line in lines)


@tables
def test_every_key_is_explained(table: str) -> None:
    """Each table of the document has the keys of the program, in its order, each with a meaning."""
    found = {row[0].strip("` "): row[2] for row in rows(chapter(table).replace("| |", "|  |"))}
    assert list(found) == list(keys_of(table))
    assert all(len(meaning) > 10 for meaning in found.values())


@tables
def test_defaults_are_right(table: str) -> None:
    """What the document calls the default counts when the key is not there."""
    found = {row[0].strip("` "): row[1].strip("`") for row in rows(chapter(table).replace("| |", "|  |"))}
    own = ("format", "system_id", "maildir" if table == "mailbox" else "", "amount")
    assert found == {name: "" if name in own else toml_value(key.default) for name, key in keys_of(table).items()}


def test_examples_are_right_and_complete() -> None:
    """All examples together are settings without a mistake that name every key."""
    whole = "".join(re.findall(r"^```toml\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL))
    assert find_problems([Source(path="settings.md", text=whole)]) == ()
    found = tomllib.loads(whole)
    assert set(found) == (set(TOP) | set(TABLES)) - {"system_id", "hooks"}
    used = {
        "mailbox": {key for entry in found["mailbox"] for key in entry},
        "queue": set(found["queue"]["Support"]),
        "agent": set(found["agent"]["anna"]),
        "sending": set(found["sending"]),
        "acknowledge": set(found["acknowledge"]),
        "rate": {key for entry in found["rate"] for key in entry},
        "calendar": set(found["calendar"]["munich"]),
        "target": {key for entry in found["target"] for key in entry},
    }
    assert used == {name: set(table.keys) for name, table in TABLES.items()}


def test_every_name_of_a_template_is_explained() -> None:
    """What templates may name is in the document, and nothing else."""
    assert [row[0].strip("` ") for row in rows(CHAPTERS["Templates"])] == list(SAMPLE)
