"""A store for a look at its catalog. `list` runs many times a day, so this loads no settings, no YAML and no mail.

What it says of the settings it reads from their text. Whoever needs them checked opens a `Session`.
"""

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from mdtickets.store.catalog import Catalog
from mdtickets.store.durable import Disk
from mdtickets.store.layout import Layout
from mdtickets.store.locate import find_root

# The key stands in one table alone, so its line says all; the last one counts, as in the settings themselves.
_TRANSPORT = r"""(?m)^[^#\n]*?\btransport["']?[ \t]*=[ \t]*["'](\w+)"""
_EMBEDDED = "maildir"
_COLUMNS = r"""(?m)^[ \t]*["']?list_columns["']?[ \t]*=[ \t]*["']([^"'\n]*)["']"""


class OpenStore(Protocol):
    """What a look into the catalog needs: a `Glance` has it, and so has a `Session`."""

    @property
    def layout(self) -> Layout:
        """Where everything lies."""

    @property
    def catalog(self) -> Catalog:
        """The open catalog."""

    def now(self) -> datetime:
        """The time, in UTC."""


class Glance:
    """The catalog of a store, and the little that a list must know beside it."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        Disk().make_directory(layout.private)
        self.catalog = Catalog(layout.catalog)

    def now(self) -> datetime:
        """The time now, in UTC, to the second."""
        return datetime.now(UTC).replace(microsecond=0)

    @property
    def is_embedded(self) -> bool:
        """Whether mail goes to a Maildir of this machine and no further."""
        return self._last_named(_TRANSPORT, _EMBEDDED) == _EMBEDDED

    @property
    def list_columns(self) -> str:
        """The columns of a list when nothing else is said; "" = the usual ones."""
        return self._last_named(_COLUMNS, "")

    def _last_named(self, pattern: str, default: str) -> str:
        texts = [_read(path) for path in (self.layout.settings, self.layout.local_settings)]
        named = [value for text in texts for value in re.findall(pattern, text)]
        return named[-1] if named else default


def glance(start: Path | None) -> Glance | None:
    """The store that is named, or the one around us; None when it takes the user's settings to find it."""
    root = find_root(str(start or ""), os.environ, str(Path.cwd()))
    return Glance(Layout(Path(root))) if root else None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
