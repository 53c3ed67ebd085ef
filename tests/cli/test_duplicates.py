"""`duplicates`: groups of tickets that may be about the same."""

from pathlib import Path

import pytest

from tests.cli.desk_store import make_store
from tests.cli.three_tickets import FIRST, ThreeTickets, make_three_tickets
from tests.world import mail, put_mail


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> ThreeTickets:
    """A store with one ticket that may be about the same as another one."""
    make_store(tmp_path / "store")
    return ThreeTickets(tmp_path, capsys)


def test_each_group_has_both(desk: ThreeTickets) -> None:
    """The ticket of the view, and what it may be the same as."""
    viewed = [ticket["number"] for ticket in desk.json("list", "--view", "duplicates")["tickets"]]
    found = desk.json("duplicates")
    assert found["total"] == len(found["groups"]) == 1
    (group,) = found["groups"]
    assert {*viewed, *group["tickets"][-1]["possible_duplicates"]} >= {one["number"] for one in group["tickets"]}
    assert viewed == [one["number"] for one in group["tickets"] if one["possible_duplicates"]]


def test_what_is_closed_is_no_longer_asked_about(desk: ThreeTickets) -> None:
    """As in the view: a group needs an open ticket that was noted."""
    (viewed,) = desk.json("list", "--view", "duplicates")["tickets"]
    desk.run("take", viewed["number"])
    desk.run("close", viewed["number"])
    assert desk.json("duplicates")["groups"] == []


def test_what_was_merged_is_settled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whichever of the two goes into the other; taken apart again, they may be the same as before."""
    desk = ThreeTickets(make_three_tickets(tmp_path), capsys)
    for second in (21, 22):
        put_mail(desk.place, second, mail("Belt is torn", headers=f"Message-ID: <{second}@lee.example>\n"))
    desk.run("file")
    (viewed,) = desk.json("list", "--view", "duplicates")["tickets"]
    (other,) = viewed["possible_duplicates"]
    desk.run("merge", viewed["number"], other)
    assert desk.json("search", "is:duplicate")["total"] == 0
    assert desk.json("show", viewed["number"])["ticket"]["possible_duplicates"] == []
    assert desk.json("duplicates")["groups"] == []
    desk.run("unmerge", viewed["number"])
    assert desk.json("search", "is:duplicate")["total"] == 1
    desk.run("merge", other, viewed["number"])
    assert desk.json("search", "is:duplicate")["total"] == 0


def test_without_duplicates_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 0: that is good news."""
    store = ThreeTickets(make_three_tickets(tmp_path / "three"), capsys)
    assert "no open ticket may be a duplicate" in store.run("duplicates")
    assert store.json("show", FIRST)["ticket"]["possible_duplicates"] == []
