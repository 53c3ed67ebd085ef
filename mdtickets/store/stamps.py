"""What tells that a file changed behind our back: its time in ns and its size."""

import os

from mdtickets.store.durable import StrPath
from mdtickets.store.layout import HISTORY_FILE, TICKET_FILE, Layout


def stamp_of(layout: Layout, number: str) -> str:
    """The stamp of a ticket: of `ticket.md` and `history.jsonl`."""
    directory = f"{layout.root}/{layout.ticket_name(number)}"
    return f"{file_stamp(f'{directory}/{TICKET_FILE}')}/{file_stamp(f'{directory}/{HISTORY_FILE}')}"


def written_ns(stamp: str) -> tuple[int | None, int | None]:
    """When `ticket.md` and `history.jsonl` were last written, in ns, by a ticket's stamp; None for one that was not there."""
    ticket, history = (part.partition(":")[0] for part in (stamp.partition("/")[0], stamp.rpartition("/")[2]))
    return int(ticket) if ticket.isdecimal() else None, int(history) if history.isdecimal() else None


def file_stamp(path: StrPath) -> str:
    """The stamp of a regular file, "" when there is none."""
    try:
        status = os.lstat(path)
    except OSError:
        return ""
    return f"{status.st_mtime_ns}:{status.st_size}"
