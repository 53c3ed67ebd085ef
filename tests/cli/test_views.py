"""Views, groups, the columns of the settings, and the list that follows what happens."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.three_tickets import FIRST, SECOND, THIRD, ThreeTickets, make_three_tickets

ROOT = Path(__file__).parents[2]


@pytest.fixture
def three(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> ThreeTickets:
    """Three tickets: the first is anna's, the second closed, and nobody has answered the third."""
    store = ThreeTickets(make_three_tickets(tmp_path), capsys)
    store.run("set", FIRST, "owner=anna", "tags=belt", "priority=high")
    store.run("close", SECOND)
    return store


def save_view(store: ThreeTickets, name: str, text: str) -> None:
    """A view of the team's own."""
    place = store.root / "views"
    place.mkdir(exist_ok=True)
    (place / f"{name}.toml").write_text(text, encoding="utf-8")


def counts(store: ThreeTickets, by: str = "anna") -> dict[str, int | None]:
    return {view["name"]: view["count"] for view in store.json("views", by=by)["views"]}


def test_every_view_is_counted_in_one_call(three: ThreeTickets) -> None:
    """The built-in ones are there from the start."""
    assert counts(three) == {
        "mine": 1,
        "unanswered": 2,
        "escalating": 0,
        "unlocked": 2,
        "by-queue": 2,
        "waiting": 0,
        "bounced": 0,
        "duplicates": 0,
    }
    assert counts(three, by="bert")["mine"] == 0


def test_a_view_of_the_teams_own_is_a_file(three: ThreeTickets) -> None:
    """Its columns, its order; what stands behind it narrows it."""
    text = 'query = "state:all"\ncolumns = ["number"]\nsort = "number"\nreverse = true\n'
    save_view(three, "all", text)
    assert three.run("list", "--view", "all").split()[:3] == [THIRD, SECOND, FIRST]
    assert three.run("list", "--view", "all", "--reverse").split()[:3] == [FIRST, SECOND, THIRD]
    assert three.run("list", "--view", "all", "tag:belt").split()[:1] == [FIRST]
    assert counts(three)["all"] == 3


def test_a_view_with_text_in_it_is_counted(three: ThreeTickets) -> None:
    """By the full text."""
    save_view(three, "tapes", 'query = "recorder"\n')
    assert counts(three)["tapes"] == 1


def test_a_teams_view_takes_the_place_of_a_built_in_one(three: ThreeTickets) -> None:
    """Same name, other query."""
    save_view(three, "mine", 'query = "state:all"\n')
    assert counts(three)["mine"] == 3


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('qeury = "x"\n', 'Did you mean "query"?'),
        ('sort = "number"\n', "it has no query"),
        ('query = "x"\ncolumns = "number"\n', "must be a list"),
        ('query = "x"\nreverse = "yes"\n', "must be true or false"),
        ("query = \n", "views/bad.toml"),
    ],
)
def test_a_broken_view_is_named_and_does_not_stop_the_others(three: ThreeTickets, text: str, problem: str) -> None:
    """File and mistake in the list of views; refused when it is asked for."""
    save_view(three, "bad", text)
    views = {view["name"]: view for view in three.json("views")["views"]}
    assert problem in views["bad"]["problem"]
    assert views["unanswered"]["count"] == 2
    assert problem in three.run("list", "--view", "bad", expect=78)


def test_a_query_that_means_nothing_is_told_with_its_view(three: ThreeTickets) -> None:
    """The count is unknown, the reason is there."""
    save_view(three, "bad", 'query = "ownre:anna"\n')
    bad = next(view for view in three.json("views")["views"] if view["name"] == "bad")
    assert (bad["count"], 'Did you mean "owner"?' in bad["problem"]) == (None, True)
    assert "^^^^^" in three.run("list", "--view", "bad", expect=2)


def test_a_view_that_is_not_there_is_refused_with_the_nearest(three: ThreeTickets) -> None:
    """As every wrong word."""
    assert 'Did you mean "mine"?' in three.run("list", "--view", "minee", expect=1)


def test_groups_are_counted_beyond_the_page(three: ThreeTickets) -> None:
    """The tickets of one group stand together; each group tells how many it has."""
    found = three.json("list", "--state", "all", "--group", "priority", "--limit", "1")
    assert [ticket["number"] for ticket in found["tickets"]] in ([SECOND], [THIRD])
    assert found["groups"] == [{"group": "3 normal", "count": 2}, {"group": "4 high", "count": 1}]
    assert "--group" in three.run("list", "--group", "prioritty", expect=2)


@pytest.mark.parametrize("key", ["tags", "customer_name", "created_at", "undelivered", "owner"])
def test_any_key_groups(three: ThreeTickets, key: str) -> None:
    """Every ticket is counted once."""
    found = three.json("list", "--group", key, "belt OR is:open")
    assert sum(group["count"] for group in found["groups"]) == found["total"] == 2


def test_the_settings_say_the_usual_columns(three: ThreeTickets) -> None:
    """Without --columns; a wrong name is refused."""
    three.run("config", "set", "list_columns", "number,owner")
    assert three.run("list", "is:mine").splitlines()[0] == f"{FIRST}\tanna"
    three.run("config", "set", "--local", "list_columns", "owner")
    assert three.run("list", "is:mine").splitlines()[0] == "anna"
    three.run("config", "set", "--local", "list_columns", "ownr")
    assert 'Did you mean "owner"?' in three.run("list", "is:mine", expect=2)


def test_a_list_that_watches_shows_what_happens(three: ThreeTickets) -> None:
    """In a pipe each list follows the last one; Ctrl-C ends it well."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "mdtickets", "-C", str(three.root), "list", "--watch", "--columns", "number"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as watching:
        assert watching.stdout
        shown = [watching.stdout.readline().strip() for _line in range(2)]
        three.run("close", THIRD)
        while (line := watching.stdout.readline()) and "1 of 1" not in line:
            continue
        watching.send_signal(signal.SIGINT)
        watching.communicate(timeout=20)
    assert sorted(shown) == [FIRST, THIRD]
    assert (watching.returncode, "1 of 1 open ticket" in line) == (0, True)
