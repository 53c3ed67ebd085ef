"""The facts that statistics count follow the catalog: they always equal facts made anew."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mdtickets.app.filing import file_waiting
from mdtickets.app.freshness import refresh_for_reading, scan
from mdtickets.app.full_text_process import News, work
from mdtickets.app.known_facts import open_facts
from mdtickets.app.session import Session
from mdtickets.store.facts_schema import FACTS_VERSION
from mdtickets.store.layout import TICKET_FILE
from tests.cli.three_tickets import FIRST, SECOND, THIRD, ThreeTickets, make_three_tickets
from tests.world import mail, open_world, put_mail

Dump = dict[str, list[tuple[Any, ...]]]


@pytest.fixture
def tickets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> ThreeTickets:
    """Three tickets, each of one mail."""
    return ThreeTickets(make_three_tickets(tmp_path), capsys)


def _facts(session: Session, seen: list[int] | None = None) -> Dump:
    """What the facts say; `seen` gets how many tickets were read."""
    refresh_for_reading(session)
    progress = None if seen is None else lambda done, _total: seen.append(done)
    with closing(open_facts(session, progress)) as facts:
        return facts.dump()


def _anew(session: Session) -> Dump:
    session.layout.facts.unlink()
    return _facts(session)


def _follow(tickets: ThreeTickets, change: Callable[[], object]) -> tuple[list[int], Dump, Dump]:
    """How many tickets were read after a change, the facts then, and the facts made anew."""
    with closing(open_world(tickets.root)) as session:
        _facts(session)
        change()
        seen: list[int] = []
        return seen, _facts(session, seen), _anew(session)


def test_only_what_changed_is_read_again(tickets: ThreeTickets) -> None:
    """A closed ticket costs its history, and the result is that of all histories."""
    seen, kept, anew = _follow(tickets, lambda: tickets.run("close", FIRST))
    assert seen == [1]
    assert anew == kept
    assert [(row[0], row[4]) for row in kept["stretch"] if row[5] == "closed"] == [(FIRST, "closed successful")]


def test_nothing_is_read_when_nothing_changed(tickets: ThreeTickets) -> None:
    """A look at statistics twice reads the histories once."""
    seen, kept, anew = _follow(tickets, lambda: None)
    assert seen == []
    assert anew == kept


def test_new_mail_and_tickets_that_are_gone_are_followed(tickets: ThreeTickets) -> None:
    """One ticket more, one less."""

    def change() -> None:
        put_mail(tickets.place, 9, mail("Another matter"))
        with closing(open_world(tickets.root)) as session:
            file_waiting(session)
        directory = tickets.layout.ticket(SECOND)
        for path in directory.iterdir():
            path.unlink()
        directory.rmdir()
        with closing(open_world(tickets.root)) as session:
            scan(session)

    seen, kept, anew = _follow(tickets, change)
    assert seen == [2]
    assert anew == kept
    assert SECOND not in {row[0] for rows in kept.values() for row in rows}


def test_a_ticket_that_cannot_be_read_counts_by_its_history(tickets: ThreeTickets) -> None:
    """Broken `ticket.md`, and a line in the history that is none."""

    def change() -> None:
        directory = tickets.layout.ticket(THIRD)
        (directory / TICKET_FILE).write_text("---\nnumber: [\n---\n", encoding="utf-8")
        with (directory / "history.jsonl").open("a", encoding="utf-8") as file:
            file.write('no event\n{"at": "yesterday", "what": "state"}\n')
        with closing(open_world(tickets.root)) as session:
            scan(session)

    _seen, kept, anew = _follow(tickets, change)
    assert anew == kept
    assert [(row[0], row[4]) for row in kept["stretch"] if row[0] == THIRD] == [(THIRD, "new")]


@pytest.mark.parametrize("damage", ["text", "other version", "other tables"])
def test_facts_that_are_none_are_made_anew(tickets: ThreeTickets, damage: str) -> None:
    """A torn file, one of another version, one with other tables under our version."""

    def change() -> None:
        for path in tickets.layout.private.glob("facts.sqlite*"):
            path.unlink()
        if damage == "text":
            tickets.layout.facts.write_bytes(b"no database, but long enough to be taken for one" * 100)
            return
        with closing(sqlite3.connect(tickets.layout.facts)) as connection:
            connection.execute("CREATE TABLE stretch (something TEXT)")
            connection.execute(f"PRAGMA user_version = {FACTS_VERSION if damage == 'other tables' else 3}")

    seen, kept, anew = _follow(tickets, change)
    assert seen == [3]
    assert anew == kept


def test_another_time_zone_begins_anew(tickets: ThreeTickets) -> None:
    """Hours and days are those of the team's clocks."""
    before = _follow(tickets, lambda: None)[1]
    tickets.run("config", "set", "timezone", "Asia/Tokyo")
    with closing(open_world(tickets.root)) as session:
        seen: list[int] = []
        after = _facts(session, seen)
    assert seen == [3]
    hours = [[row[4] for row in each["happening"]] for each in (before, after)]
    assert [hour + 8 for hour in hours[0]] == hours[1]


def test_other_calendars_make_other_working_minutes(tickets: ThreeTickets) -> None:
    """Open from ten to noon of a Tuesday: two hours, or half an hour of a team that comes at half past eleven."""
    with (tickets.layout.ticket(FIRST) / "history.jsonl").open("a", encoding="utf-8") as file:
        file.write(
            '{"at": "2026-11-24T11:00:00Z", "by": "anna", "what": "state", "from": "new", "to": "closed successful"}\n'
        )

    def working(seen: list[int]) -> list[int | None]:
        with closing(open_world(tickets.root)) as session:
            scan(session)
            rows = _facts(session, seen)["happening"]
            assert _anew(session)["happening"] == rows
        return [row[10] for row in rows if row[0] == FIRST and row[2] == "closed"]

    assert working([]) == [120]
    with tickets.layout.settings.open("a", encoding="utf-8") as file:
        file.write('\n[calendar.default]\ntue = "11:30-17:00"\n')
    seen: list[int] = []
    assert working(seen) == [30]
    assert seen == []


def test_the_librarian_brings_them_up_to_date(tickets: ThreeTickets) -> None:
    """What it has read nobody else needs to; facts by newer settings than its own it leaves alone."""
    with closing(open_world(tickets.root)) as session:
        refresh_for_reading(session)
        work(session, _Ending())
        seen: list[int] = []
        _facts(session, seen)
        assert seen == []
        tickets.run("config", "set", "timezone", "Asia/Tokyo")
        with closing(open_world(tickets.root)) as newer:
            kept = _facts(newer)
        tickets.run("close", FIRST)
        work(session, _Ending())
        with closing(sqlite3.connect(session.layout.facts)) as connection:
            connection.row_factory = None
            assert connection.execute("SELECT * FROM happening ORDER BY number").fetchall() == kept["happening"]


class _Ending(News):
    """No news, and none to come after one round."""

    def __init__(self) -> None:
        self.has_ended = False

    def wait(self, seconds: float | None) -> bool:
        self.has_ended = seconds is None or self.has_ended
        return False
