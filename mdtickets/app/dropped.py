"""Whether somebody put notes into a ticket's directory by hand. Asked whenever a ticket is shown, so it loads little."""

from collections.abc import Mapping
from pathlib import Path

from mdtickets.app.glance import OpenStore
from mdtickets.domain.hand_notes import told_notes
from mdtickets.errors import NotFoundError
from mdtickets.store.dropped import find_dropped
from mdtickets.store.tickets import digest_of, load_ticket, read_file


def has_dropped(session: OpenStore, number: str) -> bool:
    """Whether a ticket's directory has notes that its history does not tell as they are. Mostly names alone say no."""
    directory = session.layout.ticket(number)
    names = find_dropped(directory)
    if not names:
        return False
    try:
        told = told_notes(load_ticket(session.layout, number).events)
    except NotFoundError:
        return False
    return any(_is_untold(directory / name, told) for name in names)


def _is_untold(path: Path, told: Mapping[str, str]) -> bool:
    if path.name not in told:
        return True
    try:
        return bool(told[path.name]) and digest_of(read_file(path)) != told[path.name]
    except OSError:
        return False
