"""The views of a store: those that come with the program, and the team's own in `views/NAME.toml`."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from mdtickets.domain.nearest import nearest_hint
from mdtickets.domain.view import BUILT_IN, View
from mdtickets.errors import NotFoundError, SettingsError
from mdtickets.store.layout import Layout
from mdtickets.store.tickets import read_file

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_TEXTS = ("description", "query", "sort", "group")
_KEYS = (*_TEXTS, "columns", "reverse")


def all_views(layout: Layout) -> tuple[View, ...]:
    """Every view, the team's own last; one of its own takes the place of a built-in one of that name.

    A file that cannot be used is a view with a problem.
    """
    own = {path.stem: _own(layout, path) for path in _files(layout)}
    return tuple({**BUILT_IN, **own}.values())


def find_view(layout: Layout, name: str) -> View:
    """The view of that name. Raises NotFoundError with the nearest, SettingsError when its file cannot be used."""
    views = {view.name: view for view in all_views(layout)}
    if name not in views:
        raise NotFoundError(f'There is no view "{name}".', nearest_hint(name, views))
    if views[name].problem:
        raise SettingsError(views[name].problem)
    return views[name]


def _files(layout: Layout) -> list[Path]:
    found = layout.views.glob("*.toml")
    return sorted(path for path in found if _NAME.fullmatch(path.stem) and path.is_file() and not path.is_symlink())


def _own(layout: Layout, path: Path) -> View:
    try:
        return _view_of(path.stem, tomllib.loads(read_file(path).decode()))
    except (OSError, ValueError) as error:
        return View(name=path.stem, query="", problem=f"{layout.relative(path)}: {error}")


def _view_of(name: str, found: Mapping[str, Any]) -> View:
    """Raises ValueError for what is no view."""
    for key in found:
        if key not in _KEYS:
            raise ValueError(f'there is no key "{key}". {nearest_hint(key, _KEYS)}')
    texts = {key: _text(found, key) for key in _TEXTS if key in found}
    if not texts.get("query", "").strip():
        raise ValueError("it has no query")
    columns = found.get("columns", [])
    if not isinstance(columns, list) or not all(isinstance(column, str) for column in columns):
        raise ValueError('columns must be a list of names: ["number", "title"]')
    reverse = found.get("reverse", False)
    if not isinstance(reverse, bool):
        raise ValueError("reverse must be true or false")  # noqa: TRY004  # one kind of error for every bad file
    return replace(View(name=name, query=texts["query"], columns=tuple(columns), reverse=reverse), **texts)


def _text(found: Mapping[str, Any], key: str) -> str:
    value = found[key]
    if not isinstance(value, str):
        raise ValueError(f"{key} must be text")  # noqa: TRY004  # as above
    return value
