"""`stats`: figures as tables, bars, CSV and JSON, and sentences where there are none."""

import csv
import io
from contextlib import closing
from pathlib import Path

import pytest

from mdtickets.app.statistics import Wanted, count
from mdtickets.cli.run import run
from mdtickets.domain.measures import MEASURES, Group
from tests.cli.three_tickets import FIRST, SECOND, THIRD, ThreeTickets, make_three_tickets
from tests.world import make_world, open_world

DOCUMENT = Path(__file__).parents[2] / "mdtickets" / "docs" / "statistics.md"


@pytest.fixture
def tickets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> ThreeTickets:
    """Three new tickets in Support, of 24 November 2026."""
    return ThreeTickets(make_three_tickets(tmp_path), capsys)


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, where nothing is changed."""
    return make_three_tickets(tmp_path_factory.mktemp("still"))


def _rows(tickets: ThreeTickets, *words: str) -> list[tuple[str, float]]:
    return [(row["group"], row["value"]) for row in tickets.json("stats", *words)["rows"]]


def test_every_measure_is_documented() -> None:
    """Each measure and each group stands in the chapter on statistics."""
    text = DOCUMENT.read_text(encoding="utf-8")
    assert not [name for name in MEASURES if f"| `{name}` |" not in text]
    assert not [group for group in Group if f"`{group}`" not in text]


def test_every_measure_by_every_group_answers(tickets: ThreeTickets) -> None:
    """Whatever makes sense has an answer; before the first ticket, an empty one."""
    tickets.run("time", FIRST, "20", "--activity", "phone")
    tickets.run("close", FIRST)
    with closing(open_world(tickets.root)) as session:
        for name, measure in MEASURES.items():
            for group in measure.groups:
                assert count(session, Wanted(measure=name, by=(group,))).question.by == (group,)
            before = count(session, Wanted(measure=name, at="2026-11-23")).rows
            assert all(row.value in {0, None} for row in before), name


def test_the_past_is_asked_for_like_the_present(tickets: ThreeTickets) -> None:
    """A ticket closed today was open when yesterday ended."""
    tickets.run("close", SECOND)
    assert _rows(tickets, "open", "--by", "queue") == [("Support", 2)]
    assert _rows(tickets, "open", "--by", "queue", "--at", "2026-11-24") == [("Support", 3)]


def test_two_groups_make_a_matrix(tickets: ThreeTickets) -> None:
    """Every pair that there is has its row."""
    tickets.run("close", THIRD)
    found = tickets.json("stats", "tickets", "--by", "state", "--by", "queue")
    assert (found["by"], found["and_by"]) == ("state", "queue")
    assert [(row["group"], row["subgroup"], row["value"]) for row in found["rows"]] == [
        ("new", "Support", 2),
        ("closed successful", "Support", 1),
    ]


def test_only_the_tickets_of_a_query_are_counted(tickets: ThreeTickets) -> None:
    """`--where` takes a query, with words too, and means tickets in any state."""
    tickets.run("close", FIRST)
    assert _rows(tickets, "created", "--where", "subject:recorder") == [("", 1)]
    assert _rows(tickets, "created", "--where", f"number:{SECOND} OR number:{THIRD}") == [("", 2)]


def test_lengths_have_six_figures(tickets: ThreeTickets) -> None:
    """Count, mean, median, 90th percentile, least, greatest; unknown working minutes are null."""
    tickets.run("close", FIRST)
    (row,) = tickets.json("stats", "solution")["rows"]
    assert row["count"] == 1
    assert row["value"] == row["mean"] == row["median"] == row["p90"] == row["min"] == row["max"]


def test_names_stand_beside_slugs_and_numbers(tickets: ThreeTickets) -> None:
    """A customer's row tells the name on the card, a ticket's its title."""
    by_customer = tickets.json("stats", "created", "--by", "customer")["rows"]
    assert [(row["group"], row["name"], row["value"]) for row in by_customer] == [("kim-lee", "Kim Lee", 3)]
    by_ticket = tickets.json("stats", "articles", "--by", "ticket")["rows"]
    assert {row["name"] for row in by_ticket} == {
        "Recorder eats tapes",
        "Invoice is missing",
        "Remote control is dead",
    }


def test_csv_has_the_same_rows(tickets: ThreeTickets) -> None:
    """A heading, then the rows of --json."""
    tickets.run("tag", FIRST, "=1+1")
    shown = tickets.run("stats", "created", "--by", "tag", "--csv")
    found = list(csv.DictReader(io.StringIO(shown)))
    assert found == [{"group": "", "value": "2"}, {"group": "'=1+1", "value": "1"}]


def test_bars_are_as_long_as_their_values(tickets: ThreeTickets) -> None:
    """The most fills the room, a third of it a third."""
    tickets.run("move", FIRST, "Sales")
    lines = tickets.run("stats", "open", "--by", "queue", "--plot").splitlines()
    assert [line.count("█") for line in lines[:2]] == [60, 30]


def test_rows_can_be_sorted_and_cut(tickets: ThreeTickets) -> None:
    """By group or value, either way round, at most so many."""
    tickets.run("move", FIRST, "Sales")
    assert _rows(tickets, "open", "--by", "queue", "--sort", "group") == [("Sales", 1), ("Support", 2)]
    assert _rows(tickets, "open", "--by", "queue", "--reverse", "--limit", "1") == [("Sales", 1)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("creatd",), 'Did you mean "created"?'),
        (("created", "--by", "custmer"), 'Did you mean "customer"?'),
        (("open", "--by", "hour"), "open by hour makes no sense."),
        (("created", "--by", "queue", "--by", "state", "--by", "agent"), "two groups at most"),
        (("open", "--by", "day", "--by", "month"), "one of them is enough"),
        (("created", "--since", "whenever"), '"whenever" is no time'),
        (("created", "--since", "2026-03", "--until", "2026-01"), "--since is not before --until"),
        (("open", "--since", "2026-03"), "counted at one moment"),
        (("open", "--at", "2999-01-01"), "still to come"),
        (("created", "--sort", "size"), "--sort"),
        (("created", "--csv", "--json"), "Choose one of"),
        (("created", "--where", "state:opn"), "opn"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_sentence(
    still: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    """Exit code 2, and the nearest right word where there is one."""
    assert said in ThreeTickets(still, capsys).run("stats", *words, expect=2)


def test_a_store_without_tickets_has_empty_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing to count is an answer."""
    root = make_world(tmp_path)
    with closing(open_world(root)) as session:
        for name, measure in MEASURES.items():
            for by in ((), *((group,) for group in measure.groups)):
                assert all(row.value in {0, None} for row in count(session, Wanted(measure=name, by=by)).rows)
    assert run(["-C", str(root), "stats", "created", "--by", "queue"]) == 0
    assert capsys.readouterr().err == "no tickets created\n"


def test_a_time_before_the_first_ticket_is_empty(tickets: ThreeTickets) -> None:
    """No tickets, and no backlog of them."""
    assert _rows(tickets, "created", "--by", "month", "--since", "2001", "--until", "2001") == []
    assert {value for _, value in _rows(tickets, "open", "--by", "month", "--since", "2001", "--until", "2001")} == {0}
    assert tickets.run("stats", "created", "--by", "month", "--until", "2001").startswith("no tickets created")


def test_measures_are_listed_for_people_and_programs(tickets: ThreeTickets) -> None:
    """`stats` alone says what there is."""
    assert "first_response" in tickets.run("stats")
    assert [each["measure"] for each in tickets.json("stats")["measures"]] == list(MEASURES)
