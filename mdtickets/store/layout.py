"""Where everything lies in a store. Paths are built here and nowhere else."""

import os
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

SETTINGS_FILE = "mdtickets.toml"
PRIVATE = ".mdtickets"
TICKET_FILE = "ticket.md"
HISTORY_FILE = "history.jsonl"


class Layout(Struct, frozen=True):
    """The places of one store, from its root."""

    root: Path

    @property
    def settings(self) -> Path:
        """The team's settings."""
        return self.root / SETTINGS_FILE

    @property
    def templates(self) -> Path:
        """Texts of automatic answers."""
        return self.root / "templates"

    @property
    def views(self) -> Path:
        """The team's own views."""
        return self.root / "views"

    @property
    def customers(self) -> Path:
        """One card a customer or company."""
        return self.root / "customers"

    @property
    def tickets(self) -> Path:
        """Year, month, day and number below it."""
        return self.root / "tickets"

    @property
    def private(self) -> Path:
        """What belongs to this machine alone; ignored by git."""
        return self.root / PRIVATE

    @property
    def local_settings(self) -> Path:
        """This machine's overrides of the settings."""
        return self.private / "local.toml"

    @property
    def secret(self) -> Path:
        """The key of this machine's Message-IDs."""
        return self.private / "secret"

    @property
    def catalog(self) -> Path:
        """The derived SQLite file."""
        return self.private / "catalog.sqlite"

    @property
    def facts(self) -> Path:
        """What statistics count: another derived SQLite file."""
        return self.private / "facts.sqlite"

    @property
    def outbox(self) -> Path:
        """Mail on its way out, one directory a state."""
        return self.private / "outbox"

    @property
    def announcements(self) -> Path:
        """Events that somebody is still to be told of."""
        return self.private / "announcements"

    @property
    def hooks(self) -> Path:
        """The team's programs, one for each kind of event."""
        return self.root / "hooks"

    @property
    def spool(self) -> Path:
        """The Maildir of `deliver`."""
        return self.private / "spool"

    @property
    def run(self) -> Path:
        """Locks, the journal and the daemon's state."""
        return self.private / "run"

    def day(self, number: str) -> Path:
        """The directory of all tickets of the day in a number."""
        return self.root.joinpath("tickets", number[:4], number[4:6], number[6:8])

    def ticket(self, number: str) -> Path:
        """A ticket's directory."""
        return _ticket_place(self.root, number)

    def ticket_name(self, number: str) -> str:
        """The same relative to the store, as text: paths as values are slow where thousands are needed."""
        return f"tickets/{number[:4]}/{number[4:6]}/{number[6:8]}/{number}"

    def lock(self, number: str) -> str:
        """Where the lock of a ticket lies, as text: it is looked for in every open ticket at once."""
        return f"{self.root}/{self.ticket_name(number)}/lock"

    def card(self, slug: str) -> Path:
        """A customer's card."""
        return self.customers / f"{slug}.md"

    def relative(self, path: str | Path) -> str:
        """A path of the store as git and `--json` name it."""
        name, root = os.fspath(path), os.fspath(self.root)
        if not name.startswith(f"{root}/"):
            raise ValueError(f"{name} is not in {root}")
        return name[len(root) + 1 :]

    def resolve(self, configured: str) -> Path:
        """A path from the settings: relative to the store, or absolute."""
        return Path(os.path.normpath(self.root.resolve() / Path(configured).expanduser()))


@lru_cache(maxsize=4096)  # a ticket's place is asked for a dozen times while one mail is filed
def _ticket_place(root: Path, number: str) -> Path:
    return root.joinpath("tickets", number[:4], number[4:6], number[6:8], number)
