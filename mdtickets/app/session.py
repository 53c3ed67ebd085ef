"""One store, open for work: where it lies, what its settings say, the hand that writes, the clock."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from mdtickets.app.backlog import Backlog
from mdtickets.app.known_settings import read_texts, recall_settings, remember_settings
from mdtickets.domain.due import Upcoming, as_agreed
from mdtickets.domain.event import Event
from mdtickets.domain.model import Ticket
from mdtickets.domain.settings import Settings
from mdtickets.errors import NotFoundError, RefusedError
from mdtickets.store import lockfile
from mdtickets.store.catalog import Catalog
from mdtickets.store.durable import Disk
from mdtickets.store.known_fronts import KnownFronts
from mdtickets.store.layout import Layout
from mdtickets.store.locate import find_root

if TYPE_CHECKING:
    from mdtickets.app.calendars import Calendars

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The time now, in UTC, to the second: what files and `--json` can hold."""
    return datetime.now(UTC).replace(microsecond=0)


class Session(Struct):
    """What a use case works with. Everything that tests want otherwise (disk, clock) is an argument."""

    layout: Layout
    settings: Settings
    disk: Disk = field(default_factory=Disk)
    clock: Clock = system_clock
    backlog: Backlog | None = None  # where commits are put off to; None: each is made at once
    _catalog: Catalog | None = None
    _calendars: "Calendars | None" = None

    def now(self) -> datetime:
        """The time by this session's clock."""
        return self.clock()

    @property
    def catalog(self) -> Catalog:
        """The open catalog; opened at first use, and again when its file was deleted meanwhile."""
        if self._catalog is None or not self._catalog.is_current:
            self.close()
            self.disk.make_directory(self.layout.private)
            self._catalog = Catalog(self.layout.catalog)
        return self._catalog

    @property
    def calendars(self) -> "Calendars":
        """Which calendar each queue goes by."""
        if self._calendars is None or self._calendars.settings is not self.settings:
            from mdtickets.app.calendars import Calendars

            self._calendars = Calendars(self.layout, self.settings)
        return self._calendars

    def reckon(self, ticket: Ticket, events: Sequence[Event]) -> Upcoming:
        """When a ticket with these events is due, and when the clock has something to tell of that."""
        if not ticket.is_open or not (self.settings.targets or ticket.due_at):
            return as_agreed(ticket, events)
        from mdtickets.app.reckoning import reckon

        return reckon(self.calendars, ticket, events)

    @property
    def fronts(self) -> KnownFronts:
        """What the catalog remembers of front matters."""
        return KnownFronts(self.catalog)

    @contextmanager
    def filing(self, *, wait: float | None = None, on_wait: Callable[[str], None] | None = None) -> Iterator[None]:
        """Hold the lock under which all changes to tickets on this machine are made."""
        self.disk.make_directory(self.layout.run)
        with lockfile.hold(self.layout.run / "filing.lock", wait=wait, on_wait=on_wait):
            yield

    @property
    def system_id(self) -> str:
        """This machine's id in ticket numbers. Raises RefusedError when it has none: then it files nothing."""
        if not self.settings.system_id:
            raise RefusedError(
                "This clone has no system_id, so it files no mail and makes no tickets.",
                "Give it one that no other clone has: mdtickets config set --local system_id 11",
            )
        return self.settings.system_id

    def with_settings(self, settings: Settings) -> "Session":
        """The same store by other settings."""
        return replace(self, settings=settings)

    def close(self) -> None:
        """Give the catalog free."""
        if self._catalog:
            self._catalog.close()
            self._catalog = None


def open_session(start: Path | None = None) -> Session:
    """The store named by `start` (-C), MDTICKETS_STORE, the directory around us, or the user's settings.

    Raises NotFoundError when there is none, SettingsError when its settings are wrong.
    """
    layout = find_layout(start)
    return Session(layout=layout, settings=_settings_of(layout))


def find_layout(start: Path | None = None) -> Layout:
    """Where the store lies, whether its settings are right or not. Raises NotFoundError."""
    here = str(Path.cwd())
    root = find_root(str(start or ""), os.environ, here)
    if not root and start is None and not os.environ.get("MDTICKETS_STORE"):
        root = find_root(_default_store(), {}, here) if _default_store() else ""
    if not root:
        where = f"{start} is not in a store" if start else "There is no store here or above"
        raise NotFoundError(f"{where} (no mdtickets.toml).", "Make one with `mdtickets init DIR`, or name one with -C.")
    return Layout(Path(root))


def _settings_of(layout: Layout) -> Settings:
    texts = read_texts(layout)
    known = recall_settings(layout, texts) if texts else None
    if known:
        return known
    from mdtickets.app.config import load_settings

    settings = load_settings(layout)
    # a file that was saved meanwhile may have been read in either state
    if texts and read_texts(layout) == texts:
        remember_settings(layout, texts, settings)
    return settings


def _default_store() -> str:
    from mdtickets.app.default_store import default_store

    return default_store()
