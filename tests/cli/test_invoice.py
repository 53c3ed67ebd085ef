"""`invoice`, prices and budgets on cards: what support costs whom."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine

from mdtickets.cli.run import run
from tests.cli.one_ticket import OneTicket, copies, make_one_ticket
from tests.world import git

RATES = """
[[rate]]
amount = "90"

[[rate]]
amount = "45.50"
activity = "travel"
valid_to = 2026-11-15
"""
NOVEMBER = ("--month", "2026-11")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = make_one_ticket(tmp_path_factory.mktemp("template"))
    with (place / "store" / "mdtickets.toml").open("a", encoding="utf-8") as settings:
        settings.write(RATES)
    _commit(place / "store")
    with time_machine.travel("2026-11-24T12:00:00Z", tick=False):
        for words in (
            ("customer", "set", "--new", "lee-sons", "name=Lee & Sons", "domain=lee.example"),
            ("time", "0001", "40", "--day", "2026-11-20", "-m", "=HYPERLINK(1)"),
            ("time", "0001", "20", "--activity", "travel", "--day", "2026-11-02"),
            ("time", "0001", "10", "--activity", "travel", "--day", "2026-10-31"),
        ):
            assert run(["-C", str(place / "store"), "--as", "anna", *words]) == 0
    return place


@pytest.fixture
def store(template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[OneTicket]:
    with time_machine.travel("2026-11-24T13:00:00Z", tick=False):
        yield from copies(template, tmp_path, capsys)


def _commit(root: Path) -> None:
    git(root, "-c", "user.name=Anna", "-c", "user.email=anna@mustermann-video.example", "commit", "-qam", "By hand")


def _amounts(store: OneTicket, who: str, *words: str) -> list[tuple[str, str | None]]:
    return [(line["day"], line["amount"]) for line in store.json("invoice", who, *(words or NOVEMBER))["lines"]]


def test_an_invoice_has_a_line_an_entry(store: OneTicket) -> None:
    """Of the days that are meant, by day, with price and sum; amounts are exact."""
    found = store.json("invoice", "kim@lee.example", *NOVEMBER)
    lines = [tuple(line[key] for key in ("day", "minutes", "rate", "amount", "currency")) for line in found["lines"]]
    assert lines == [("2026-11-02", 20, "45.50", "15.17", "EUR"), ("2026-11-20", 40, "90", "60.00", "EUR")]
    assert found["totals"] == [{"currency": "EUR", "amount": "75.17"}]
    assert "2 entries · 1h · 75.17 EUR" in store.run("invoice", "kim-lee", *NOVEMBER)


def test_a_company_pays_for_its_people(store: OneTicket) -> None:
    """Those whose card or mail domain is its own."""
    assert _amounts(store, "@lee.example") == _amounts(store, "kim-lee")


def test_the_last_month_is_meant(store: OneTicket) -> None:
    """That is when invoices are written."""
    found = store.json("invoice", "lee-sons")
    assert (found["since"], found["until"], found["minutes"]) == ("2026-10-01", "2026-10-31", 10)


def test_days_are_named(store: OneTicket) -> None:
    """Both belong to it."""
    assert [day for day, _ in _amounts(store, "kim-lee", "--since", "2026-11-02", "--until", "20.11.")] == [
        "2026-11-02",
        "2026-11-20",
    ]
    assert "The days are none" in store.run("invoice", "--since", "2026-11-02", "--until", "1.11.", expect=2)
    assert "is no month" in store.run("invoice", "--month", "soon", expect=2)


def test_everybody_has_a_sum(store: OneTicket) -> None:
    """One line for each who pays."""
    assert "Lee & Sons (lee-sons)\t2\t1h\t75.17 EUR" in store.run("invoice", *NOVEMBER)


def test_a_price_on_a_card_counts(store: OneTicket) -> None:
    """That of the company, for all its people, in its currency."""
    store.run("customer", "set", "lee-sons", "rate=60 CHF")
    assert [line["amount"] for line in store.json("invoice", "kim-lee", *NOVEMBER)["lines"]] == ["20.00", "40.00"]
    store.run("customer", "set", "kim-lee", "rate=66")
    assert store.json("invoice", "kim-lee", *NOVEMBER)["totals"] == [{"currency": "EUR", "amount": "66.00"}]


def test_a_correction_is_no_line(store: OneTicket) -> None:
    """The entry has the minutes that are right, and the agent who worked."""
    store.run("time", "0001", "--correct", "1", "10", by="bert")
    [*_, line] = store.json("invoice", "kim-lee", *NOVEMBER)["lines"]
    assert (line["minutes"], line["agent"], line["amount"]) == (10, "anna", "15.00")


def test_what_has_no_rate_is_said(store: OneTicket) -> None:
    """Its cost is unknown: in no total, and not nothing."""
    text = store.layout.settings.read_text(encoding="utf-8").replace('amount = "90"', 'amount = "90"\nagent = "chris"')
    store.layout.settings.write_text(text, encoding="utf-8")
    shown = store.run("invoice", "kim-lee", *NOVEMBER)
    assert "1 entry has no rate (40m are in no total), such as 2026112410000019 on 2026-11-20 by anna." in shown
    assert "\t40\t?\t?\t" in shown


def test_csv_is_for_spreadsheets_and_has_no_formulas(store: OneTicket) -> None:
    """What somebody wrote stays text; numbers stay numbers."""
    rows = list(csv.DictReader(io.StringIO(store.run("invoice", "kim-lee", *NOVEMBER, "--csv"))))
    assert [(row["minutes"], row["amount"], row["text"]) for row in rows] == [
        ("20", "15.17", ""),
        ("40", "60.00", "'=HYPERLINK(1)"),
    ]


def test_an_invoice_of_nothing_is_empty(store: OneTicket) -> None:
    """No line and no total."""
    found = store.json("invoice", "kim-lee", "--month", "2025-01")
    assert (found["lines"], found["totals"], found["minutes"]) == ([], [], 0)
    assert "0 entries · 0m" in store.run("invoice", "kim-lee", "--month", "2025-01")


def test_nobody_is_told_with_the_nearest_name(store: OneTicket) -> None:
    """As everywhere."""
    assert 'Did you mean "lee-sons"?' in store.run("invoice", "lee-son", expect=1)


def test_a_budget_is_shown_and_warned_of(store: OneTicket) -> None:
    """At a glance on the card and on the ticket; whoever enters time hears that it is used up."""
    store.run("customer", "set", "lee-sons", "budget=1.5h per month")
    line = "budget of Lee & Sons: 1h of 1h 30m used this month, 30m left"
    assert line in store.run("customer", "show", "kim-lee")
    assert line in store.run("show", "0001")
    assert "used up" not in store.run("time", "0001", "29", "--day", "2026-11-20")
    assert "used up, 1m over" in store.run("note", "0001", "-m", "More.", "--minutes", "2")
    [budget] = store.json("customer", "show", "lee-sons")["customer"]["budgets"]
    assert (budget["used"], budget["left"], budget["since"]) == (91, -1, "2026-11-01")


def test_terms_that_nobody_can_read_are_reported(store: OneTicket) -> None:
    """The card's other keys count; the cost is unknown, not another one; nothing stops."""
    store.run("customer", "set", "lee-sons", "rate=lots", expect=2)
    card = store.layout.card("lee-sons")
    card.write_text(card.read_text(encoding="utf-8").replace("---\n", "---\nrate: [80]\nbudget: lots\n", 1), "utf-8")
    _commit(store.root)
    problems = store.json("status")["problems"]
    assert [(problem["path"], problem["line"]) for problem in problems] == [
        ("customers/lee-sons.md", line) for line in (2, 3)
    ]
    assert store.run("invoice", "kim-lee", *NOVEMBER).count("\t?\t?\t") == 2
    assert store.json("customer", "show", "lee-sons")["customer"]["budgets"] == []


def test_agents_who_are_gone_cost_what_they_cost(store: OneTicket) -> None:
    """What the history has does not change when the settings do."""
    text = store.layout.settings.read_text(encoding="utf-8")
    store.layout.settings.write_text(text.replace("[agent.anna]", "[agent.dora]"), encoding="utf-8")
    store.run("invoice", "kim-lee", *NOVEMBER, by="")


def test_no_store_is_empty_for_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A new store bills nobody."""
    assert run(["init", str(tmp_path / "store")]) == 0
    capsys.readouterr()
    assert run(["-C", str(tmp_path / "store"), "invoice", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["lines"] == []
