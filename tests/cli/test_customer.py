"""`customer`: cards shown, listed, changed and joined."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mdtickets.app.filing import file_waiting
from mdtickets.app.freshness import reindex
from mdtickets.cli.run import run
from tests.world import SETTINGS, git, mail, make_world, open_world, put_mail, tree

AGENT = ("--as", "anna")
HOME = "Kim Lee <kim@home.example>"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Kim wrote from two addresses; each has a card and a ticket. Max is somebody else."""
    root = make_world(tmp_path, SETTINGS)
    put_mail(tmp_path, 1, mail("Recorder eats tapes"))
    put_mail(tmp_path, 2, mail("Remote control", sender=HOME))
    put_mail(tmp_path, 3, mail("Invoice", sender="Max <max@gmx.de>"))
    session = open_world(root)
    assert file_waiting(session).failed == []
    session.close()
    return root


Program = Callable[..., Any]


@pytest.fixture
def mdtickets(root: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    """Run a command, checking its exit code; its --json object."""

    def start(*arguments: str, code: int = 0) -> Any:
        capsys.readouterr()
        assert run(["-C", str(root), *AGENT, *arguments, "--json"]) == code
        return json.loads(capsys.readouterr().out)

    return start


def _card(root: Path, slug: str) -> bytes:
    return (root / "customers" / f"{slug}.md").read_bytes()


def test_a_customer_at_a_glance(root: Path, mdtickets: Program) -> None:
    """By address: tickets, minutes, notes, last contact."""
    with (root / "customers" / "kim-lee.md").open("a") as file:
        file.write("Likes tape.\n")
    mdtickets("close", "1000001", "--minutes", "20")
    found = mdtickets("customer", "show", "KIM@lee.example")["customer"]
    assert (found["slug"], found["total"], found["open"], found["minutes"]) == ("kim-lee", 1, 0, 20)
    assert (found["notes"], found["last_contact_at"]) == ("Likes tape.\n", "2026-11-24T09:00:01Z")


def test_a_ticket_tells_what_is_known_of_its_customer(root: Path, mdtickets: Program) -> None:
    """Company, tickets, minutes, and the first words of the card's notes."""
    with (root / "customers" / "kim-lee.md").open("a") as file:
        file.write("Likes tape.\n\nPays late.\n")
    mdtickets("customer", "set", "--new", "lee-sons", "name=Lee & Sons", "domain=lee.example")
    mdtickets("close", "1000001", "--minutes", "20")
    ticket = mdtickets("show", "1000001")["ticket"]
    told = [ticket[key] for key in ("customer_name", "company_name", "customer_tickets", "customer_minutes")]
    assert told == ["Kim Lee", "Lee & Sons", 1, 20]
    assert ticket["customer_notes"] == ["Likes tape."]


def test_open_tickets_come_first(root: Path, mdtickets: Program) -> None:
    """What is to be done stands above what was."""
    mdtickets("customer", "merge", "kim-lee-2", "kim-lee")
    mdtickets("close", "1000002")
    states = [ticket["state_type"] for ticket in mdtickets("customer", "show", "kim-lee")["customer"]["tickets"]]
    assert states == ["new", "closed"]


def test_a_key_is_written_and_the_rest_stays_byte_for_byte(root: Path, mdtickets: Program) -> None:
    """Comments, order, quotes, the team's own keys and the notes."""
    card = (
        b"---\n# the office\nname:   'Kim Lee'\naddresses: [Kim@Lee.example]\nmood: grim # since May\n---\nLikes tape."
    )
    (root / "customers" / "kim-lee.md").write_bytes(card)
    mdtickets("customer", "set", "kim-lee", "rate=80")
    assert _card(root, "kim-lee") == card.replace(b"---\nLikes", b'rate: "80"\n---\nLikes')
    assert git(root, "status", "--porcelain") == ""


def test_what_is_set_already_makes_no_commit(root: Path, mdtickets: Program) -> None:
    """Nothing happened, so nothing is told."""
    before = git(root, "rev-parse", "HEAD")
    assert mdtickets("customer", "set", "kim-lee", "name=Kim Lee")["cards"] == []
    assert git(root, "rev-parse", "HEAD") == before


def test_a_new_company_has_the_people_of_its_domain(root: Path, mdtickets: Program) -> None:
    """Those who wrote before the card was made, too; and their next ticket names it."""
    mdtickets("customer", "set", "--new", "lee-sons", "name=Lee & Sons", "domain=lee.example")
    assert mdtickets("customer", "show", "@lee.example")["customer"]["people"] == ["kim-lee"]
    assert mdtickets("customer", "show", "kim-lee")["customer"]["company_name"] == "Lee & Sons"
    put_mail(root.parent, 9, mail("Another thing", sender="Sam <sam@lee.example>"))
    mdtickets("file")
    assert [ticket["company"] for ticket in mdtickets("list", "another")["tickets"]] == ["lee-sons"]


def test_a_public_providers_domain_is_nobodys_company(root: Path, mdtickets: Program) -> None:
    """Not by the command, and not by hand either."""
    mdtickets("customer", "set", "kim-lee", "domain=gmx.de", code=1)
    (root / "customers" / "gmx.md").write_text("---\nname: GMX\ndomain: gmx.de\n---\n")
    assert mdtickets("customer", "show", "max")["customer"]["company"] == ""


def test_two_cards_become_one_in_one_commit(root: Path, mdtickets: Program) -> None:
    """Addresses, notes and tickets go over; the other card points to the one that took over."""
    with (root / "customers" / "kim-lee-2.md").open("a") as file:
        file.write("Prefers mornings.\n")
    before = int(git(root, "rev-list", "--count", "HEAD"))
    mdtickets("customer", "merge", "kim-lee-2", "kim-lee")
    assert int(git(root, "rev-list", "--count", "HEAD")) == before + 1
    assert _card(root, "kim-lee").endswith(b"  - kim@lee.example\n  - kim@home.example\n---\nPrefers mornings.\n")
    assert _card(root, "kim-lee-2") == b"---\nname: Kim Lee\nmerged_into: kim-lee\n---\nPrefers mornings.\n"
    assert {ticket["customer"] for ticket in mdtickets("list")["tickets"]} == {"kim-lee", "max"}
    assert git(root, "status", "--porcelain") == ""
    assert (
        git(root, "log", "-1", "--format=%s")
        == "customer kim-lee-2 merged into kim-lee with 1 ticket by Anna Beispiel\n"
    )


def test_a_merged_card_leads_to_the_one_that_took_over(root: Path, mdtickets: Program) -> None:
    """By its old name and by its address; it is in no list any more."""
    mdtickets("customer", "merge", "kim@home.example", "kim-lee")
    assert mdtickets("customer", "show", "kim-lee-2")["customer"]["slug"] == "kim-lee"
    assert [card["slug"] for card in mdtickets("customer", "list")["customers"]] == ["kim-lee", "max"]
    put_mail(root.parent, 9, mail("Third", sender=HOME))
    mdtickets("file")
    assert [ticket["customer"] for ticket in mdtickets("list", "third")["tickets"]] == ["kim-lee"]


def test_a_dry_run_tells_all_and_changes_nothing(root: Path, mdtickets: Program) -> None:
    """What would be written, on which cards and tickets."""
    before = tree(root.parent)
    told = mdtickets("customer", "merge", "kim-lee-2", "kim-lee", "--dry-run")
    assert ([card["customer"] for card in told["cards"]], len(told["changed"])) == (["kim-lee", "kim-lee-2"], 1)
    assert tree(root.parent) == before


def test_a_broken_card_stops_all_of_it(root: Path, mdtickets: Program) -> None:
    """All or nothing: the sentence names file and line, and nothing has changed."""
    (root / "customers" / "kim-lee.md").write_text("---\nname: Kim\naddresses: {a: b}\n---\n")
    before = tree(root.parent)
    error = mdtickets("customer", "merge", "kim-lee-2", "kim-lee", code=65)["error"]
    assert error["message"] == 'customers/kim-lee.md:3: "addresses" must be a list of texts.'
    assert tree(root.parent) == before


def test_the_catalog_follows(root: Path, mdtickets: Program) -> None:
    """After a merge it equals one made anew, and fsck has nothing to say."""
    mdtickets("customer", "merge", "kim-lee-2", "kim-lee")
    session = open_world(root)
    before = session.catalog.dump()
    reindex(session)
    assert session.catalog.dump() == before
    session.close()


def test_a_name_that_is_none_is_answered_with_the_nearest(mdtickets: Program) -> None:
    """One look, not a search."""
    assert mdtickets("customer", "show", "kin-lee", code=1)["error"]["hint"] == 'Did you mean "kim-lee"?'
    assert mdtickets("customer", "show", "kim", code=1)["error"]["hint"] == "It stands in kim-lee, kim-lee-2."
