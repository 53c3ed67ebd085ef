"""A store with three tickets and two agents, and the command line as they use it."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from mdtickets.app.filing import file_waiting
from mdtickets.cli.run import run
from mdtickets.domain.model import Ticket
from mdtickets.store.layout import Layout
from mdtickets.store.tickets import load_ticket
from tests.world import BERT, SETTINGS, check_whole, git, mail, make_world, open_world, put_mail

FIRST, SECOND, THIRD = "2026112410000019", "2026112410000028", "2026112410000037"

AGENTS = BERT


class ThreeTickets(Struct, frozen=True):
    """The store, and what commands print."""

    place: Path
    capsys: pytest.CaptureFixture[str]

    @property
    def root(self) -> Path:
        return self.place / "store"

    @property
    def layout(self) -> Layout:
        return Layout(self.root)

    def ticket(self, number: str) -> Ticket:
        """What `ticket.md` says."""
        ticket = load_ticket(self.layout, number).ticket
        assert ticket is not None
        return ticket

    def run(self, *arguments: str, by: str = "anna", expect: int = 0) -> str:
        """What the command prints; its exit code is as expected."""
        self.capsys.readouterr()
        code = run(["-C", str(self.root), "--as", by, *arguments])
        shown = self.capsys.readouterr()
        assert expect == code, shown.out + shown.err
        return shown.out + shown.err

    def json(self, *arguments: str, by: str = "anna", expect: int = 0) -> dict[str, Any]:
        """The object that the command prints."""
        self.capsys.readouterr()
        assert expect == run(["-C", str(self.root), "--as", by, *arguments, "--json"])
        found: dict[str, Any] = json.loads(self.capsys.readouterr().out)
        return found

    def count_commits(self) -> int:
        """How many commits the store has."""
        return int(git(self.root, "rev-list", "--count", "HEAD"))

    def check(self) -> None:
        """All is committed, and the catalog says what one made anew says."""
        check_whole(self.place)


def make_three_tickets(place: Path, agents: str = AGENTS) -> Path:
    """A place with a store in which three mails were filed."""
    make_world(place, SETTINGS + agents)
    for second, subject in enumerate(("Recorder eats tapes", "Invoice is missing", "Remote control is dead")):
        put_mail(place, second, mail(subject))
    with closing(open_world(place / "store")) as session:
        file_waiting(session)
    return place
