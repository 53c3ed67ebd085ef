"""One value in the text of a settings file, put in place with every comment kept."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import tomlkit
from msgspec import Struct
from tomlkit.exceptions import TOMLKitError

from mdtickets.app.settings_kinds import Toml
from mdtickets.app.settings_schema import TABLES, Shape
from mdtickets.errors import RefusedError, SettingsError

Path = tuple[str, ...]

# What a file confuses tomlkit with, besides its own errors.
_CONFUSED = (TOMLKitError, tomllib.TOMLDecodeError, TypeError, AttributeError, LookupError, ValueError)


class _Maker(Struct, frozen=True):
    """How new parts of a tree are made: in plain dictionaries, or in a document with comments."""

    table: Callable[[], Any]
    parent: Callable[[], Any]
    entries: Callable[[], Any]


_PLAIN = _Maker(dict, dict, list)
_DOCUMENT = _Maker(tomlkit.table, lambda: tomlkit.table(is_super_table=True), tomlkit.aot)


def edit_toml(text: str, path: Path, value: Toml) -> str:
    """The text with one more, or another, value; tables that it needs are made.

    Raises SettingsError for an entry of a list that is not there, RefusedError when the file is written in a way that
    cannot be edited safely.
    """
    try:
        wanted = tomllib.loads(text)
        _holder(wanted, path, _PLAIN)[0][path[-1]] = value
        document = tomlkit.parse(text)
        holder, is_new = _holder(document, path, _DOCUMENT)
        holder[path[-1]] = value
        if is_new:
            holder.add(tomlkit.nl())
        edited = _ended(tomlkit.dumps(document))
        is_right = tomllib.loads(edited) == wanted
    except _CONFUSED:
        is_right, edited = False, text
    if not is_right:
        # whatever confuses tomlkit must not cost anybody his settings
        raise RefusedError(f"{'.'.join(path)} stands in a form that is not edited here.", "Change the file by hand.")
    return edited


def with_tables(text: str, name: str, entries: Sequence[Mapping[str, Any]]) -> str:
    """The text with a list of tables, `[[NAME]]`, at its end."""
    document = tomlkit.parse(text)
    tables = tomlkit.aot()
    for entry in entries:
        table = tomlkit.table()
        table.update(entry)
        table.add(tomlkit.nl())
        tables.append(table)
    document[name] = tables
    return _ended(tomlkit.dumps(document))


def _holder(tree: Any, path: Path, make: _Maker) -> tuple[Any, bool]:
    """The table that holds the key, and whether it was made for it."""
    if len(path) == 1:
        return tree, False
    name, shape = path[0], TABLES[path[0]].shape
    if shape is Shape.ONE:
        is_new = name not in tree
        if is_new:
            tree[name] = make.table()
        return tree[name], is_new
    if name not in tree:
        tree[name] = make.entries() if shape is Shape.LIST else make.parent()
    return _entry(tree[name], path, make) if shape is Shape.LIST else _named(tree[name], path, make)


def _named(tables: Any, path: Path, make: _Maker) -> tuple[Any, bool]:
    is_new = path[1] not in tables
    if is_new:
        tables[path[1]] = make.table()
    return tables[path[1]], is_new


def _entry(entries: Any, path: Path, make: _Maker) -> tuple[Any, bool]:
    count = len(entries)
    number = int(path[1]) if path[1].isdecimal() else count + 1
    if number > count:
        raise SettingsError(
            f"{'.'.join(path)}: there are {count} entries of {path[0]}, counted from 0.",
            f"The next new one is {path[0]}.{count}.{path[2]}.",
        )
    if number == count:
        entries.append(make.table())
    return entries[number], number == count


def _ended(text: str) -> str:
    return text.rstrip("\n") + "\n"
