"""Queries on the command line: in lists, with mistakes, and for what changes many tickets at once."""

from pathlib import Path

import pytest

from tests.cli.three_tickets import FIRST, SECOND, THIRD, ThreeTickets, make_three_tickets


@pytest.fixture
def three(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> ThreeTickets:
    """Three tickets: the first is anna's, urgent and tagged, the second closed, the third as it came."""
    store = ThreeTickets(make_three_tickets(tmp_path), capsys)
    store.run("set", FIRST, "owner=anna", "priority=high", "tags=belt", "serial=4711")
    store.run("close", SECOND)
    return store


def listed(store: ThreeTickets, *arguments: str, by: str = "anna") -> list[str]:
    return sorted(ticket["number"] for ticket in store.json("list", *arguments, by=by)["tickets"])


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["is:mine"], [FIRST]),
        (["owner:me"], [FIRST]),
        (["-is:mine"], [THIRD]),
        (["is:open", "-tag:belt"], [THIRD]),
        (["-(tag:belt OR tag:hook)"], [THIRD]),
        (["priority:>normal"], [FIRST]),
        (["serial:4711"], [FIRST]),
        (["SERIAL:47*"], [FIRST]),
        (["is:closed"], [SECOND]),
        (["state:all"], [FIRST, SECOND, THIRD]),
        (["is:closed OR is:mine"], [FIRST, SECOND]),
        (["recorder"], [FIRST]),
        (["recorder", "OR", "remote"], [FIRST, THIRD]),
        (["invoice"], []),
        (["invoice", "--state", "all"], [SECOND]),
        (["number:0019", "queue:support"], [FIRST]),
        (["created:..1990"], []),
        (["created:1990.."], [FIRST, THIRD]),
        (["is:locked"], []),
        (["has:note"], []),
        (["*"], [FIRST, THIRD]),
    ],
)
def test_a_list_has_what_the_query_means(three: ThreeTickets, arguments: list[str], found: list[str]) -> None:
    """Open tickets, unless the query says which states it wants."""
    assert listed(three, *arguments) == found


def test_a_lock_is_seen_at_once(three: ThreeTickets) -> None:
    """Locks are files that the catalog does not know."""
    three.run("take", THIRD, by="bert")
    assert listed(three, "is:locked") == [THIRD]
    assert listed(three, "lock:me", by="bert") == [THIRD]
    assert listed(three, "lock:me") == []
    assert listed(three, "is:unlocked") == [FIRST]


def test_mine_are_those_of_whoever_asks(three: ThreeTickets) -> None:
    """The agent is named as in every command."""
    assert listed(three, "is:mine", by="bert") == []


def test_a_mistake_is_shown_in_four_lines(three: ThreeTickets) -> None:
    """Sentence, query, mark, and the nearest right word; exit code 2."""
    told = three.run("list", "is:open", "ownre:anna", expect=2)
    assert told.splitlines() == [
        'mdtickets: There is no field "ownre".',
        "  is:open ownre:anna",
        "          ^^^^^",
        'Did you mean "owner"? To look for the text, write "ownre:…" in quotation marks.',
    ]


def test_an_agent_whom_nobody_knows_is_a_mistake(three: ThreeTickets) -> None:
    """An empty list because of a typing error would be a lie."""
    assert 'Did you mean "bert"?' in three.run("list", "owner:bret", expect=2)


def test_the_next_page_begins_where_the_first_one_ended(three: ThreeTickets) -> None:
    """`--offset` leaves out those before it; the total stays."""
    whole = [ticket["number"] for ticket in three.json("list", "--state", "all")["tickets"]]
    page = three.json("list", "--state", "all", "--limit", "2", "--offset", "2")
    assert [ticket["number"] for ticket in page["tickets"]] == whole[2:]
    assert page["total"] == 3


def test_a_query_stands_for_numbers(three: ThreeTickets) -> None:
    """The value stays the last word; closed tickets are left alone, as a list would."""
    three.run("tag", "--where", "queue:support", "recall", "hook")
    assert [three.ticket(number).tags for number in (FIRST, SECOND, THIRD)] == [
        ("belt", "recall", "hook"),
        (),
        ("recall", "hook"),
    ]
    three.run("priority", "very high", "--where=tag:hook")
    assert listed(three, "priority:very-high") == [FIRST, THIRD]
    three.check()


def test_a_query_that_names_states_gets_them(three: ThreeTickets) -> None:
    """As in a list."""
    three.run("reopen", "--where", "is:closed")
    assert listed(three, "invoice") == [SECOND]


def test_a_dry_run_tells_and_changes_nothing(three: ThreeTickets) -> None:
    """Both are named, and stay open."""
    told = three.run("close", "--where", "is:open", "--dry-run")
    assert FIRST in told
    assert THIRD in told
    assert listed(three, "is:open") == [FIRST, THIRD]


def test_where_nothing_fits_nothing_is_done(three: ThreeTickets) -> None:
    """A script notices by the exit code."""
    assert "No ticket fits: tag:none-such" in three.run("close", "--where", "tag:none-such", expect=1)
    assert "needs a query" in three.run("close", "--where", "", expect=2)
    assert "^^^" in three.run("close", "--where", "ownre:anna", expect=2)


@pytest.mark.parametrize("command", ["merge", "link"])
def test_the_other_ticket_is_none_of_the_query(three: ThreeTickets, command: str) -> None:
    """`merge --where` and `link --where` leave their target out, however it is written."""
    assert FIRST in three.run(command, "--where", "is:open", THIRD[-5:])
    assert "no ticket fits but" in three.run(command, "--where", f"number:{THIRD}", THIRD, expect=1).lower()
    three.check()


def test_tags_without_tickets_are_a_mistake(three: ThreeTickets) -> None:
    """Nothing would be done, and a script would not notice."""
    told = three.run("tag", "recall", "belt", expect=2)
    assert "Name the tickets first" in told
    assert '"recall" is no ticket number' in told


def test_all_change_or_none(three: ThreeTickets) -> None:
    """A colleague's lock keeps the others from changing, too."""
    three.run("take", THIRD, by="bert")
    three.run("close", "--where", "is:open", expect=1)
    assert listed(three, "is:open") == [FIRST, THIRD]
