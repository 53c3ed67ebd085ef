"""Which ticket is meant by what was typed."""

from pathlib import Path

import pytest

from mdtickets.app.numbers import remember_shown, resolve, resolve_all, shorten
from mdtickets.app.session import Session, open_session
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
