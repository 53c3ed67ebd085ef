"""Which ticket is meant by what was typed."""

from datetime import date
from pathlib import Path

import pytest

from mdtickets.app.listing import shorten
from mdtickets.app.numbers import remember_shown, resolve, resolve_all
from mdtickets.app.session import Session, open_session
from mdtickets.domain.number import make_number
from mdtickets.errors import AmbiguousNumberError, NotFoundError, UsageError
from mdtickets.store.indexing import rebuild
from tests.cli.desk_store import INVOICE, RECORDER, REMOTE, make_store


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """The store of the example firm, open."""
    layout = make_store(tmp_path / "store")
    session = open_session(layout.root)
    rebuild(layout, session.catalog)
    return session


@pytest.mark.parametrize("text", [RECORDER, "0042", "…0042", "#0420", f"Ticket#{RECORDER}", f"[Ticket#{RECORDER}]"])
def test_a_number_may_be_written_in_any_way_people_copy_it(session: Session, text: str) -> None:
    """What stands on a screen, in a subject or in a head is understood."""
    assert resolve(session, text) == RECORDER


def test_a_part_that_fits_several_is_refused_with_their_numbers(session: Session) -> None:
    """Nobody answers the wrong customer."""
    told = f'"20261124" fits 3 tickets: {REMOTE}, {INVOICE}, {RECORDER}. Give more digits.'
    with pytest.raises(AmbiguousNumberError) as raised:
        resolve(session, "20261124")
    assert str(raised.value) == told


def _pretend(session: Session, *numbers: str) -> None:
    """Rows of so many more tickets in the catalog."""
    columns = [str(row["name"]) for row in session.catalog.query("PRAGMA table_info(ticket)")]
    values = ", ".join("?" if name == "number" else name for name in columns)
    sql = f"INSERT INTO ticket SELECT {values} FROM ticket WHERE number = ?"  # noqa: S608  # our own names
    with session.catalog.transaction():
        for number in numbers:
            session.catalog.query(sql, (number, RECORDER))


def test_what_ends_so_is_meant_before_what_has_the_digits_elsewhere(session: Session) -> None:
    """`1124` is a counter first, and the day of all others second."""
    _pretend(session, "2026100110011243")
    assert resolve(session, "1124") == "2026100110011243"


def test_several_that_end_so_are_refused(session: Session) -> None:
    """Each day has a forty-second ticket."""
    _pretend(session, "2026112310000425", "2026112210000421")
    told = f'"0042" fits 3 tickets: {RECORDER}, 2026112310000425, 2026112210000421. Give more digits.'
    with pytest.raises(AmbiguousNumberError) as raised:
        resolve(session, "0042")
    assert str(raised.value) == told


def test_a_part_that_fits_nothing_is_refused(session: Session) -> None:
    """A number from another store is no ticket here."""
    with pytest.raises(NotFoundError, match='"9999" fits no ticket'):
        resolve(session, "9999")


@pytest.mark.parametrize("text", ["", "abc", "٤٢", "4 2", "../etc"])
def test_what_is_no_number_is_a_usage_error(session: Session, text: str) -> None:
    """A word is not searched for as if it were a number."""
    with pytest.raises(UsageError):
        resolve(session, text)


def test_a_dot_is_the_ticket_shown_last(session: Session) -> None:
    """The one that was on the screen is a character away."""
    with pytest.raises(NotFoundError, match="No ticket was shown yet"):
        resolve(session, ".")
    remember_shown(session.layout, INVOICE)
    assert resolve(session, ".") == INVOICE


def test_a_store_that_cannot_be_written_remembers_nothing(session: Session) -> None:
    """Reading goes on where writing is not allowed."""
    (session.layout.run / "last-shown").mkdir()
    remember_shown(session.layout, INVOICE)
    with pytest.raises(NotFoundError):
        resolve(session, ".")


def test_a_dash_reads_numbers_from_lines(session: Session) -> None:
    """The first word of each line counts, so that a list can be piped; each ticket once."""
    lines = [f"{REMOTE}\tnormal\tTitle\n", "\n", "0042\n", f"{REMOTE}\n"]
    assert resolve_all(session, "-", lines) == (REMOTE, RECORDER)


def test_the_short_form_means_one_ticket_alone(session: Session) -> None:
    """What the screen shortens can be typed."""
    assert [shorten(session, number) for number in (RECORDER, INVOICE)] == ["0042", "0057"]
    assert resolve(session, shorten(session, REMOTE)) == REMOTE


def test_the_short_form_grows_with_the_tickets_of_other_days(session: Session) -> None:
    """Until it means one alone; the check digit is taken in where that makes it shorter."""
    days = [make_number(date(2026, month, day), "10", 42) for month in (9, 10) for day in range(1, 25)]
    _pretend(session, *days)
    assert (shorten(session, RECORDER), shorten(session, days[-1])) == ("0420", "410000422")
    assert [resolve(session, shorten(session, number)) for number in days] == days


def test_a_short_form_is_found_by_an_index(session: Session) -> None:
    """A list of fifty tickets looks at few of a hundred thousand."""
    sql = "EXPLAIN QUERY PLAN SELECT number FROM ticket WHERE substr(number, -4, 3) IN (SELECT value FROM json_each(?))"
    assert "ticket_end" in str([tuple(row) for row in session.catalog.query(sql, ('["042"]',))])
