"""Tickets that have another number than where they came from: mail and searches find them by the old one."""

import shutil
from pathlib import Path

import pytest

from mdtickets.domain.number import can_be_ours, find_named_numbers
from tests.cli.three_tickets import FIRST, SECOND, ThreeTickets, make_three_tickets
from tests.world import mail, put_mail


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three tickets."""
    return make_three_tickets(tmp_path_factory.mktemp("three"))


@pytest.fixture
def store(template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> ThreeTickets:
    """The second ticket had number 1000123 elsewhere."""
    shutil.copytree(template, tmp_path / "world", symlinks=True)
    store = ThreeTickets(tmp_path / "world", capsys)
    store.run("set", SECOND, "imported_number=1000123")
    return store


def test_mail_continues_a_ticket_by_its_old_number(store: ThreeTickets) -> None:
    """What a customer of that ticket writes with the old number goes there."""
    put_mail(store.place, 9, mail("Re: [Ticket#1000123] Invoice is missing"))
    filed = store.json("file")["filed"]
    assert [(each["number"], each["what"]) for each in filed] == [(SECOND, "follow_up")]
    store.check()


def test_a_search_finds_the_old_number(store: ThreeTickets) -> None:
    """The whole of it; of the number here any part will do."""
    assert [each["number"] for each in store.json("search", "number:1000123")["tickets"]] == [SECOND]
    assert store.json("search", "number:100012")["total"] == 0
    assert [each["number"] for each in store.json("search", f"number:{FIRST[-6:]}")["tickets"]] == [FIRST]


@pytest.mark.parametrize(
    ("number", "is_kept"),
    [
        ("2019010110000013", True),  # DateChecksum and Date
        ("20190101100001", True),
        ("2019130110000013", False),
        ("1000123", False),  # AutoIncrement
        ("104711081512", False),  # Random
        ("0" * 16, False),
        ("2019010110000013" * 3, False),
    ],
)
def test_numbers_that_begin_with_a_day_are_kept(number: str, is_kept: bool) -> None:
    """They have a place below their day; the others get a number of ours."""
    assert can_be_ours(number) is is_kept


def test_numbers_of_any_system_are_found() -> None:
    """Behind the hook, brackets or not, each once."""
    assert find_named_numbers("AW: [Ticket#1000123] x Ticket#: 2019010110000013 [Ticket#1000123]") == (
        "1000123",
        "2019010110000013",
    )
    assert find_named_numbers("Ticket# 12, #1000123") == ()
