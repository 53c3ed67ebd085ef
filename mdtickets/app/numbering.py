"""The numbers of new tickets: after the greatest of the day's directory and of what this machine has made.

The mark in `run/` keeps a number from being given twice when its directory was moved away, and the day from going back
when the clock does.
"""

import os
from datetime import date, datetime
from pathlib import Path

from mdtickets.domain.number import next_number
from mdtickets.store.layout import Layout

_MARK_FILE = "last-number"
_DATE = "%Y%m%d"


class Numbering:
    """The next ticket number of this machine. Used under the filing lock."""

    def __init__(self, layout: Layout, *, system_id: str, today: date) -> None:
        self.mark = layout.run / _MARK_FILE
        self.last = _read_mark(self.mark)
        self._system_id = system_id
        self._day = max(today, _day_of(self.last))
        self._taken = {self.last, *_names(layout.day(f"{self._day:{_DATE}}"))}

    def peek(self) -> str:
        """The number that a new ticket would get."""
        return next_number(self._day, self._system_id, self._taken)

    def use(self, number: str) -> None:
        """It is given now."""
        # the greatest is enough; a day's thousands need not be looked through each time
        self._taken = {number}
        self.last = number


def _read_mark(path: Path) -> str:
    try:
        text = path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
    return text if text.isdecimal() else ""


def _day_of(number: str) -> date:
    try:
        return datetime.strptime(number[:8], _DATE).date()  # noqa: DTZ007  # a day has no zone
    except ValueError:
        return date.min


def _names(directory: Path) -> list[str]:
    try:
        return os.listdir(directory)  # noqa: PTH208  # a Path for each of thousands takes longer than the mail
    except (FileNotFoundError, NotADirectoryError):
        return []
