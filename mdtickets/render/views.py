"""Views and how many tickets each has."""

from collections.abc import Mapping, Sequence
from typing import Any

from mdtickets.app.view_counts import CountedView
from mdtickets.render.table import Cell, Column, format_table
from mdtickets.render.terminal import Screen, Style

_COLUMNS = (
    Column(title="VIEW"),
    Column(title="TICKETS", right=True),
    Column(title="WHAT", flexible=True, narrowest=16),
    Column(title="QUERY", flexible=True, narrowest=16),
)


def format_views(views: Sequence[CountedView], screen: Screen) -> str:
    """One line for each view."""
    return "\n".join(format_table(_COLUMNS, [_cells(each) for each in views], screen)) + "\n"


def views_as_json(views: Sequence[CountedView]) -> Mapping[str, Any]:
    """The object of `views --json`."""
    return {"views": [_view_as_json(each) for each in views]}


def _cells(counted: CountedView) -> list[Cell]:
    view = counted.view
    said = Cell(f"! {counted.problem}", Style.ALARM) if counted.problem else Cell(view.description)
    count = "?" if counted.count is None else f"{counted.count:,}"
    return [Cell(view.name, Style.LINK), Cell(count), said, Cell(view.query, Style.DIM)]


def _view_as_json(counted: CountedView) -> dict[str, Any]:
    view = counted.view
    return {
        "name": view.name,
        "count": counted.count,
        "description": view.description,
        "query": view.query,
        "columns": list(view.columns),
        "sort": view.sort,
        "reverse": view.reverse,
        "group": view.group,
        "built_in": view.is_built_in,
        "problem": counted.problem,
    }
