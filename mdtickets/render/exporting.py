"""Exports as text: CSV and JSON lines, and what became of one."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from mdtickets.app.exporting import Exported
from mdtickets.app.reading import Thread
from mdtickets.domain.overview import TicketRow
from mdtickets.domain.plain import plain_line
from mdtickets.render.json import row_as_json
from mdtickets.render.spreadsheet import harmless
from mdtickets.render.thread_json import thread_as_json


def csv_lines(rows: Iterable[TicketRow]) -> Iterator[bytes]:
    """A line for each ticket, the keys of T above them. What a spreadsheet would take for a formula begins with '."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    is_first = True
    for row in rows:
        ticket = row_as_json(row)
        if is_first:
            writer.writerow(ticket)
            is_first = False
        writer.writerow([_cell(value) for value in ticket.values()])
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()


def json_lines(threads: Iterable[Thread]) -> Iterator[bytes]:
    """A line for each ticket: the object of `show --json`."""
    for thread in threads:
        yield (json.dumps({"format": 1, **thread_as_json(thread)}, ensure_ascii=False) + "\n").encode(
            "utf-8", "backslashreplace"
        )


def _cell(value: Any) -> str | int:
    match value:
        case bool():
            return "yes" if value else "no"
        case int():
            return value
        case list():
            return harmless(" ".join(value))
        case dict():
            return harmless(value["agent"])
        case _:
            return harmless(value or "")


def format_export(found: Exported, where: str, *, is_mail: bool, trial: bool) -> str:
    """One sentence."""
    would = "would be " if trial else ""
    if not is_mail:
        return f"{where}: {found.tickets:,} tickets {would}written."
    there = found.mails - found.added
    rest = f", {there:,} were there" if there else ""
    return f"{where}: {found.added:,} mails of {found.tickets:,} tickets {would}added{rest}."


def format_skipped(found: Exported) -> str:
    """A line for each mail that could not be read."""
    return "".join(f"mdtickets: {plain_line(each.path)}: {each.problem}; left out\n" for each in found.skipped)


def export_as_json(found: Exported) -> dict[str, Any]:
    """What `export --json` prints."""
    return {
        "tickets": found.tickets,
        "mails": found.mails,
        "added": found.added,
        "skipped": [{"path": each.path, "problem": each.problem} for each in found.skipped],
    }
