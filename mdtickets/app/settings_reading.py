"""Single settings by their dotted names: `acknowledge.total`, `queue.Support.follow_up`, `mailbox.0.queue`."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from mdtickets.app.config import read_sources, settings_error
from mdtickets.app.settings_check import Source, merge
from mdtickets.app.settings_kinds import Toml, nearest
from mdtickets.app.settings_schema import TABLES, TOP, Key, Shape, Table
from mdtickets.app.toml_lines import mistake
from mdtickets.domain.model import Problem
from mdtickets.errors import SettingsError
from mdtickets.store.layout import Layout

Path = tuple[str, ...]
DEFAULT = "default"


class Setting(Struct, frozen=True, kw_only=True):
    """One key and what counts for it now: from which file, or by default."""

    key: str
    value: Toml
    origin: str


def show(layout: Layout) -> tuple[Setting, ...]:
    """Every setting that counts, whether it stands in a file or not. Raises SettingsError for files that are not TOML."""
    shared, local = (read_toml(source) for source in read_sources(layout))
    merged = merge(shared, local)
    return tuple(_setting(path, key, (shared, local)) for path, key in _all_keys(merged))


def get(layout: Layout, dotted: str) -> tuple[Setting, ...]:
    """The setting of that name, or all within the table of that name. Raises SettingsError when there is none."""
    everything = show(layout)
    path = split_name(dotted)
    wanted = join_name(path)
    found = [each for each in everything if each.key == wanted or each.key.startswith(f"{wanted}.")]
    if not found:
        find_key(path)
        raise SettingsError(f"{dotted}: there is no {path[0]} {path[1]}.", _existing(path[0], everything))
    return tuple(found)


def find_key(path: Path) -> Key:
    """What may be set under that name. Raises SettingsError with the nearest right one."""
    if len(path) == 1 and path[0] in TOP:
        return TOP[path[0]]
    table = TABLES.get(path[0])
    if table is None:
        meant = nearest(path[0], [*TOP, *TABLES])
        raise SettingsError(f"{join_name(path)}: no such key{meant or '.'}", "" if meant else _all_names())
    if len(path) < _length(table):
        raise SettingsError(f"{join_name(path)} is a table: name a key in it.", f"There are: {', '.join(table.keys)}.")
    if len(path) == _length(table) and path[-1] in table.keys:
        return table.keys[path[-1]]
    meant = nearest(path[-1], list(table.keys))
    hint = "" if meant else f"There are: {', '.join(table.keys)}."
    raise SettingsError(f"{join_name(path)}: no such key{meant or '.'}", hint)


def split_name(dotted: str) -> Path:
    """The parts of a dotted name. Names of queues and agents may have dots and blanks in them, quoted or not."""
    first, *rest = dotted.strip().split(".")
    table = TABLES.get(first)
    if table is None or table.shape is Shape.ONE or len(rest) < 2:
        return (first, *(part.strip("\"'") for part in rest))
    if table.shape is Shape.NAMED:
        return first, ".".join(rest[:-1]).strip("\"'"), rest[-1]
    return (first, *rest)


def join_name(path: Path) -> str:
    """The dotted name of a path."""
    return ".".join(path)


def read_toml(source: Source) -> dict[str, Any]:
    """What a settings file holds, unchecked. Raises SettingsError when it is no TOML."""
    try:
        return tomllib.loads(source.text, parse_float=str)  # as it is written
    except tomllib.TOMLDecodeError as error:
        line, problem = mistake(source.text, error)
        raise settings_error([Problem(path=source.path, line=line, problem=f"not TOML: {problem}")]) from None


def look_up(tree: Any, path: Path) -> Any:
    """What stands under a path in read TOML; None when there is nothing."""
    for part in path:
        if isinstance(tree, Mapping):
            tree = tree.get(part)
        elif isinstance(tree, list) and part.isdecimal() and int(part) < len(tree):
            tree = tree[int(part)]
        else:
            return None
    return tree


def _all_keys(merged: Mapping[str, Any]) -> Iterator[tuple[Path, Key]]:
    yield from (((name,), key) for name, key in TOP.items())
    for name, table in TABLES.items():
        for inner in _tables(merged.get(name), table):
            yield from (((name, *inner, word), key) for word, key in table.keys.items())


def _tables(found: Any, table: Table) -> Iterator[Path]:
    if table.shape is Shape.ONE:
        yield ()
    elif table.shape is Shape.LIST and isinstance(found, list):
        yield from ((str(number),) for number in range(len(found)))
    elif table.shape is Shape.NAMED and isinstance(found, dict):
        yield from ((name,) for name in found)


def _setting(path: Path, key: Key, trees: tuple[Mapping[str, Any], Mapping[str, Any]]) -> Setting:
    shared, local = trees
    # a list in the local file replaces the whole of the other
    places = [("local.toml", local)]
    if not (path[0] in local and isinstance(local[path[0]], list)):
        places.append(("mdtickets.toml", shared))
    for origin, tree in places:
        value = look_up(tree, path)
        if value is not None:
            return Setting(key=join_name(path), value=str(value) if isinstance(value, date) else value, origin=origin)
    return Setting(key=join_name(path), value=key.default, origin=DEFAULT)


def _length(table: Table) -> int:
    return 2 if table.shape is Shape.ONE else 3


def _existing(table: str, everything: tuple[Setting, ...]) -> str:
    names = dict.fromkeys(split_name(each.key)[1] for each in everything if each.key.startswith(f"{table}."))
    return f"There are: {', '.join(names)}." if names else "There is none yet."


def _all_names() -> str:
    return f"There are: {', '.join([*TOP, *TABLES])}."
