"""`search`: the best first, with a few words around what was looked for, for people and for programs."""

import shutil
from pathlib import Path

import pytest

from mdtickets.store.layout import Layout
from tests.cli.three_tickets import FIRST, SECOND, THIRD, ThreeTickets, make_three_tickets
from tests.world import git


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three tickets: notes on the first, the second is closed."""
    return make_three_tickets(tmp_path_factory.mktemp("three"))


@pytest.fixture
def store(template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> ThreeTickets:
    """A copy of the template with some words in it."""
    shutil.copytree(template, tmp_path / "world", symlinks=True)
    store = ThreeTickets(tmp_path / "world", capsys)
    store.run(
        "note", FIRST, "-m", "The drive belt of batch 7 slips; the customer heard a noise. ERR-4799 on the display."
    )
    store.run("close", SECOND)
    return store


def found(store: ThreeTickets, *arguments: str) -> list[str]:
    return [ticket["number"] for ticket in store.json("search", *arguments)["tickets"]]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("belts", [FIRST]),
        ('"drive belt"', [FIRST]),
        ('"belt drive"', []),
        ("ERR-4799", [FIRST]),
        ("note:noise", [FIRST]),
        ("subject:noise", []),
        ("invoice", [SECOND]),
        ("invoice is:open", []),
        ("batch -noise", []),
        ("belt OR invoice is:closed", [FIRST, SECOND]),
        ("0028", [SECOND]),
        ("NOT belt NOT invoice", [THIRD]),
        ("is:closed", [SECOND]),
    ],
)
def test_search_looks_at_all_states(store: ThreeTickets, query: str, numbers: list[str]) -> None:
    """Text and fields are joined; the closed ones count, too."""
    assert sorted(found(store, query)) == numbers


def test_list_asks_the_same_of_open_tickets(store: ThreeTickets) -> None:
    """`list WORD` and `search WORD` differ in states and order alone."""
    assert [ticket["number"] for ticket in store.json("list", "belts")["tickets"]] == [FIRST]
    assert store.json("list", "invoice")["total"] == 0
    assert store.json("list", "invoice", "is:closed")["total"] == 1


def test_a_program_gets_score_snippet_and_article(store: ThreeTickets) -> None:
    """T with what belongs to the best article."""
    ticket = store.json("search", "belt")["tickets"][0]
    path = store.root / ticket["path"]
    assert ticket["score"] > 0
    assert "The drive belt of batch 7 slips" in ticket["snippet"]
    assert (ticket["article"], path.name.endswith("-note.md"), path.is_file()) == (3, True, True)


def test_files_are_paths_that_other_programs_can_open(store: ThreeTickets) -> None:
    """One a line, and nothing else."""
    path = Path(store.run("search", "--files", "noise").strip())
    assert "heard a noise" in path.read_text(encoding="utf-8")
    paths = [Path(line) for line in store.run("search", "--files", "is:closed").splitlines()]
    assert {path.parent.name for path in paths} == {SECOND}


def test_a_word_that_nobody_wrote_is_corrected(store: ThreeTickets) -> None:
    """Nothing is found; what was probably meant is told."""
    told = store.run("search", "nois*", "recoder")
    assert "nothing was found" in told
    assert "Did you mean: nois* recorder" in told
    assert store.json("search", "recoder")["suggestion"] == "recorder"


def test_sorting_by_a_key_keeps_the_snippets(store: ThreeTickets) -> None:
    """The order is that of the key, the article still the best one."""
    tickets = store.json("search", "recorder OR remote OR invoice", "--sort", "number")["tickets"]
    assert [ticket["number"] for ticket in tickets] == [FIRST, SECOND, THIRD]
    assert all(ticket["article"] for ticket in tickets)


def test_pages_follow_each_other(store: ThreeTickets) -> None:
    """The same order, part by part."""
    whole = found(store, "recorder OR remote OR invoice OR noise")
    pages = [
        found(store, "recorder OR remote OR invoice OR noise", "--limit", "1", "--offset", str(n)) for n in range(3)
    ]
    assert [page[0] for page in pages] == whole


def test_an_index_that_is_gone_is_made_again(store: ThreeTickets) -> None:
    """It is derived, so nobody has to say so."""
    before = found(store, "belt")
    shutil.rmtree(Layout(store.root).private / "index")
    assert found(store, "belt") == before == [FIRST]


def test_an_edit_by_hand_is_found(store: ThreeTickets) -> None:
    """As is one that git brought."""
    ticket = store.layout.ticket(THIRD) / "ticket.md"
    ticket.write_text(ticket.read_text(encoding="utf-8") + "A capacitor is burnt.\n", encoding="utf-8")
    git(store.root, "-c", "user.name=Anna", "-c", "user.email=a@b.example", "commit", "-qam", "by hand")
    assert found(store, "capacitors") == [THIRD]
