"""Commands that change tickets: many at once, all or none, one commit, words that are understood or explained."""

import io
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mdtickets.domain.model import Link, Priority, State
from tests.cli.three_tickets import FIRST, SECOND, THIRD, ThreeTickets, make_three_tickets
from tests.world import git


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once; each test works on a copy."""
    return make_three_tickets(tmp_path_factory.mktemp("three"))


@pytest.fixture
def store(template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> ThreeTickets:
    """Three tickets of Kim's, nobody's."""
    shutil.copytree(template, tmp_path / "world", symlinks=True)
    return ThreeTickets(tmp_path / "world", capsys)


@pytest.mark.parametrize(
    ("arguments", "key", "value"),
    [
        (("assign", "0019", "bert"), "owner", "bert"),
        (("assign", "0019", "me"), "owner", "anna"),
        (("responsible", "0019", "Bert"), "responsible", "bert"),
        (("move", "0019", "Sales"), "queue", "Sales"),
        (("priority", "0019", "high"), "priority", Priority.HIGH),
        (("priority", "0019", "4", "high"), "priority", Priority.HIGH),
        (("priority", "0019", "5"), "priority", Priority.VERY_HIGH),
        (("tag", "0019", "belt", "recall"), "tags", ("belt", "recall")),
        (("problem", "0019", "belt of batch 7"), "problem", "belt of batch 7"),
        (("watch", "0019"), "watchers", ("anna",)),
        (("set", "0019", "title=New: title", "priority=2"), "title", "New: title"),
        (("set", "0019", "customer=kim-lee"), "customer", "kim-lee"),
        (("junk", "0019"), "state", State.REMOVED),
        (("remove", "0019"), "state", State.REMOVED),
        (("reopen", "0019"), "state", State.OPEN),
        (("pending", "0019", "in", "2", "Wochen", "--then", "reopen"), "pending_then", "reopen"),
    ],
)
def test_a_command_changes_one_ticket(store: ThreeTickets, arguments: tuple[str, ...], key: str, value: object) -> None:
    """It stands in ticket.md, in the catalog, and in a commit."""
    store.run(*arguments)
    assert getattr(store.ticket(FIRST), key) == value
    store.check()


def test_many_tickets_change_in_one_commit(store: ThreeTickets) -> None:
    """In the agent's name."""
    before = store.count_commits()
    store.run("problem", "0019", "0028", "0037", "belt")
    assert {store.ticket(number).problem for number in (FIRST, SECOND, THIRD)} == {"belt"}
    assert store.count_commits() == before + 1
    assert git(store.root, "log", "-1", "--format=%an") == "Anna Beispiel\n"
    store.check()


def test_numbers_come_from_standard_input(store: ThreeTickets, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what another command printed, one a line."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{FIRST}\tRecorder\n{THIRD}\n"))
    store.run("tag", "-", "belt")
    assert [store.ticket(number).tags for number in (FIRST, SECOND, THIRD)] == [("belt",), (), ("belt",)]


def test_all_or_none(store: ThreeTickets) -> None:
    """One ticket that is refused keeps the others as they were."""
    store.run("take", "0028", by="bert")
    before = store.count_commits()
    assert f"{SECOND} is locked by bert" in store.run("priority", "0019", "0028", "high", expect=1)
    assert (store.ticket(FIRST).priority, store.count_commits()) == (Priority.NORMAL, before)
    store.check()


def test_a_dry_run_tells_and_changes_nothing(store: ThreeTickets) -> None:
    """What would be."""
    found = store.json("move", "0019", "0028", "Sales", "--dry-run")
    assert found["dry_run"] is True
    assert [change["changes"] for change in found["changed"]] == [{"queue": ["Support", "Sales"]}] * 2
    assert store.ticket(FIRST).queue == "Support"


def test_the_result_names_old_and_new(store: ThreeTickets) -> None:
    """For programs by key, for people in a line."""
    found = store.json("set", "0019", "priority=high", "serial=4711")
    assert found["changed"][0]["changes"] == {"priority": ["3 normal", "4 high"], "serial": [None, "4711"]}
    assert store.run("set", "0019", "serial=4712") == f"{FIRST}  serial 4711 → 4712\n"


def test_the_result_names_what_came_and_what_went(store: ThreeTickets) -> None:
    """Of a list that had words already; no number is ever cut."""
    store.run("tag", "0019", "belt")
    assert store.run("tag", "0019", "recall") == f"{FIRST}  tags +recall\n"
    assert store.run("set", "0019", "tags=belt,junk") == f"{FIRST}  tags +junk, -recall\n"


def test_the_teams_own_keys_change_alone_in_the_file(store: ThreeTickets) -> None:
    """Everything else stays byte for byte, hand-written lines too."""
    path = store.layout.ticket(FIRST) / "ticket.md"
    edited = path.read_text(encoding="utf-8").replace("---\n", "---\n# ours\nserial: '4711' # on the back\n", 1)
    path.write_text(edited + "Notes.\n", encoding="utf-8")
    store.run("set", "0019", "serial=0042", "contract=gold")
    changed = path.read_text(encoding="utf-8")
    assert "# ours\n" in changed
    assert 'serial: "0042" # on the back\n' in changed or "serial: '0042' # on the back\n" in changed
    assert changed.endswith("contract: gold\n---\nNotes.\n")
    store.run("set", "0019", "contract=")
    assert "contract" not in path.read_text(encoding="utf-8")
    store.check()


def test_a_date_is_echoed_as_understood(store: ThreeTickets) -> None:
    """Nobody has to guess what `next friday` was taken for."""
    shown = store.run("pending", "0019", "0028", "next", "friday", "9:00")
    until = store.ticket(FIRST).pending_until
    assert until is not None
    assert until > datetime.now(UTC)
    assert shown.count("pending reminder, pending_until nothing → Fri ") == 2
    assert ", 09:00" in shown


@pytest.mark.parametrize(
    ("arguments", "said", "code"),
    [
        (("assign", "0019", "brt"), 'no agent "brt". Did you mean "bert"?', 1),
        (("move", "0019", "sales"), 'no queue "sales". Did you mean "Sales"?', 1),
        (("priority", "0019", "hihg"), 'Did you mean "high"?', 1),
        (("set", "0019", "stat=open"), 'Did you mean "state"?', 1),
        (("set", "0019", "customer=kim"), 'Did you mean "kim-lee"?', 1),
        (("set", "0019"), "Name the tickets and what to set", 2),
        (("tag", "0019"), "Name the tickets and, last, the tag.", 2),
        (("problem", "belt"), "Name the tickets and, last, the problem.", 2),
        (("pending", "0019", "soon"), "no date that I understand. Say it as 3d", 1),
        (("pending", "0019", "1.1.2020"), "is over", 1),
        (("pending", "0019", "3d", "--then", "explode"), "--then", 2),
        (("link", "0019", "0019"), "cannot be linked to itself", 1),
        (("link", "0019", "0028", "--type", "cousin"), "--type", 2),
        (("tag", "9999", "belt"), "fits no ticket", 1),
    ],
)
def test_a_wrong_word_is_answered_with_the_right_one(
    store: ThreeTickets, arguments: tuple[str, ...], said: str, code: int
) -> None:
    """In one sentence, and nothing has changed."""
    before = store.count_commits()
    assert said in store.run(*arguments, expect=code)
    assert store.count_commits() == before


def test_links_stand_in_both_tickets_and_leave_both(store: ThreeTickets) -> None:
    """In one commit each."""
    before = store.count_commits()
    store.run("link", "0019", "0028", "0037", "--type", "parent")
    assert store.ticket(SECOND).links == (Link(type="parent", number=THIRD),)
    assert store.ticket(THIRD).links == (Link(type="child", number=FIRST), Link(type="child", number=SECOND))
    store.run("unlink", "0019", "0037")
    assert (store.ticket(FIRST).links, store.ticket(THIRD).links) == ((), (Link(type="child", number=SECOND),))
    assert store.count_commits() == before + 2
    store.check()


def test_what_is_so_already_makes_no_commit(store: ThreeTickets) -> None:
    """And says so."""
    store.run("tag", "0019", "belt")
    before = store.count_commits()
    assert "unchanged" in store.run("tag", "0019", "belt")
    assert store.count_commits() == before


def test_who_watches_is_shown(store: ThreeTickets) -> None:
    """Each agent for himself."""
    store.run("watch", "0019")
    store.run("watch", "0019", by="bert")
    store.run("watch", "0019", "--remove")
    assert store.json("show", "0019")["ticket"]["watchers"] == ["bert"]
    assert "watched by bert" in store.run("show", "0019")


def test_minutes_are_told_in_the_history(store: ThreeTickets) -> None:
    """Of a change, or of looking whether one was needed."""
    store.run("priority", "0019", "high", "--minutes", "5")
    store.run("priority", "0019", "high", "--minutes", "2")
    assert store.json("show", "0019")["ticket"]["minutes"] == 7
    store.check()


def test_junk_can_be_found_and_taken_back(store: ThreeTickets) -> None:
    """It is out of the list, not out of the store."""
    store.run("junk", "0019")
    assert [ticket["number"] for ticket in store.json("list")["tickets"]] == [SECOND, THIRD]
    assert [ticket["number"] for ticket in store.json("list", "--state", "removed", "--tag", "junk")["tickets"]] == [
        FIRST
    ]
    store.run("reopen", "0019")
    assert (store.ticket(FIRST).state, store.ticket(FIRST).tags) == (State.OPEN, ())
