"""The attachments of a ticket: a table of them, or where each was saved."""

from collections.abc import Sequence
from typing import Any

from mdtickets.app.attachments import AttachedFile
from mdtickets.domain.plain import plain_line
from mdtickets.render import times
from mdtickets.render.table import Cell, Column, format_table
from mdtickets.render.terminal import Screen
from mdtickets.render.thread_json import attachment_as_json

_COLUMNS = [
    Column(title="ARTICLE", right=True),
    Column(title="NAME", flexible=True, narrowest=20),
    Column(title="TYPE", flexible=True),
    Column(title="SIZE", right=True),
]


def format_attachments(number: str, found: Sequence[AttachedFile], screen: Screen) -> str:
    """One line each, with the ticket's number where some are of a merged one; of those that were saved, the path."""
    if found and all(each.saved for each in found):
        return "".join(f"{plain_line(each.saved)}\n" for each in found)
    elsewhere = any(each.number != number for each in found)
    rows = [
        [
            *([Cell(each.number)] if elsewhere else []),
            Cell(str(each.article)),
            Cell(each.attachment.name or "(no name)"),
            Cell(each.attachment.type),
            Cell(times.size(each.attachment.size) if screen.is_terminal else str(each.attachment.size)),
        ]
        for each in found
    ]
    columns = [Column(title="NUMBER"), *_COLUMNS] if elsewhere else _COLUMNS
    return "\n".join([*format_table(columns, rows, screen), ""]) if rows else ""


def attachments_as_json(number: str, found: Sequence[AttachedFile]) -> dict[str, Any]:
    """What `attachments --json` prints; `saved` is null for what was not written."""
    return {
        "number": number,
        "attachments": [
            {
                "article": each.article,
                **attachment_as_json(each.attachment),
                "saved": each.saved or None,
                "number": each.number,
            }
            for each in found
        ],
    }
