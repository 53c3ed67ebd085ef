"""Statistics for programs: the object of `--json`, and CSV."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from mdtickets.app.statistics import Statistic
from mdtickets.domain.counting import SPREAD, Answer
from mdtickets.domain.measures import MEASURES, Figure, Group
from mdtickets.domain.spread import Spread
from mdtickets.domain.timestamps import at_second, format_time
from mdtickets.render.spreadsheet import harmless


def statistic_as_json(statistic: Statistic) -> dict[str, Any]:
    """What `stats --json` prints: spans in minutes, a group without a name as ""."""
    question = statistic.question
    by = [group.value for group in question.by]
    return {
        "measure": question.measure.name,
        "unit": question.measure.unit,
        "by": by[0] if by else None,
        "and_by": by[1] if len(by) > 1 else None,
        "since": _time(question.since),
        "until": _time(question.until),
        "at": _time(question.at),
        "rows": [_row_as_json(statistic, row) for row in statistic.rows],
    }


def statistic_as_csv(statistic: Statistic) -> str:
    """A heading and a line a row (RFC 4180, but with plain line ends)."""
    rows = [_flat(_row_as_json(statistic, row)) for row in statistic.rows]
    keys = list(dict.fromkeys(key for row in rows for key in row)) or ["group", "value"]
    text = io.StringIO()
    writer = csv.DictWriter(text, keys, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(
        {key: harmless(value) if isinstance(value, str) else value for key, value in row.items()} for row in rows
    )
    return text.getvalue()


def measures_as_json() -> dict[str, Any]:
    """The same for programs."""
    return {
        "measures": [
            {
                "measure": each.name,
                "title": each.title,
                "unit": each.unit,
                "by": [group.value for group in Group if group in each.groups],
            }
            for each in MEASURES.values()
        ]
    }


def _row_as_json(statistic: Statistic, row: Answer) -> dict[str, Any]:
    groups = dict(zip(("group", "subgroup"), row.groups or ("",), strict=False))
    names = {
        key: statistic.names[group].get(value, "")
        for key, group, value in zip(("name", "subname"), statistic.question.by, row.groups, strict=False)
        if group in statistic.names
    }
    found: dict[str, Any] = {**groups, **names, "value": row.value, **row.figures}
    if statistic.question.measure.figure is Figure.SPAN:
        found["working"] = _spread_as_json(row.working)
    return found


def _spread_as_json(spread: Spread | None) -> dict[str, float] | None:
    return {key: getattr(spread, key) for key in SPREAD} if spread else None


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    return dict(_flattened(row))


def _flattened(row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in row.items():
        if key != "working":
            yield key, value
        else:
            yield from ((f"working_{inner}", (value or {}).get(inner)) for inner in SPREAD)


def _time(at: int | None) -> str | None:
    return format_time(at_second(at)) if at is not None else None
