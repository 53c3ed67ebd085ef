"""A store with one ticket of Kim Lee and two agents, and the command line as anna or bert uses it."""

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from mdtickets.app.filing import file_waiting
from mdtickets.cli.run import run
from mdtickets.domain.event import Event
from mdtickets.store.layout import Layout
from mdtickets.store.tickets import load_ticket
from tests.world import BERT, SETTINGS, check_whole, mail, make_world, open_world, put_mail


class OneTicket(Struct, frozen=True):
    """The store, its ticket, and what commands print."""

    place: Path
    capsys: pytest.CaptureFixture[str]

    @property
    def root(self) -> Path:
        return self.place / "store"

    @property
    def layout(self) -> Layout:
        return Layout(self.root)

    @property
    def number(self) -> str:
        return min(path.parent.name for path in self.root.glob("tickets/*/*/*/*/ticket.md"))

    @property
    def ticket_md(self) -> Path:
        return self.layout.ticket(self.number) / "ticket.md"

    @property
    def events(self) -> tuple[Event, ...]:
        return load_ticket(self.layout, self.number).events

    def run(self, *arguments: str, by: str = "anna", expect: int = 0) -> str:
        """What the command prints; its exit code is as expected."""
        self.capsys.readouterr()
        code = run(["-C", str(self.root), "--as", by, *arguments])
        shown = self.capsys.readouterr()
        assert expect == code, shown.out + shown.err
        return shown.out + shown.err

    def json(self, *arguments: str, by: str = "anna") -> dict[str, Any]:
        """The object that the command prints."""
        found: dict[str, Any] = json.loads(self.run(*arguments, "--json", by=by))
        return found

    def check(self) -> None:
        """All is committed, and the catalog says what one made anew says."""
        check_whole(self.place)


def make_one_ticket(place: Path) -> Path:
    """A place with a store in which Kim's mail was filed."""
    make_world(place, SETTINGS + BERT)
    put_mail(place, 1, mail("Recorder eats tapes"))
    with closing(open_world(place / "store")) as session:
        file_waiting(session)
    return place


def copies(template: Path, place: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[OneTicket]:
    """A copy for one test."""
    shutil.copytree(template, place / "world", symlinks=True)
    yield OneTicket(place / "world", capsys)
