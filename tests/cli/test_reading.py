"""The reading commands, from the command line to what a program or a pipe gets."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import time_machine

from mdtickets.cli.run import run
from mdtickets.store.layout import Layout
from tests.cli.desk_store import INVOICE, NOW, RECORDER, REMOTE, make_store
from tests.conftest import Golden

T = [
    "number",
    "title",
    "state",
    "state_type",
    "queue",
    "priority",
    "owner",
    "responsible",
    "customer",
    "company",
    "tags",
    "problem",
    "lock",
    "created_at",
    "updated_at",
    "pending_until",
    "closed_at",
    "due_at",
    "articles",
    "minutes",
    "possible_duplicates",
    "undelivered",
]
_CUSTOMER = [
    "customer_name",
    "company_name",
    "customer_tickets",
    "customer_minutes",
    "customer_notes",
    "customer_budgets",
]
A = [
    "article",
    "path",
    "kind",
    "sender_type",
    "visible",
    "from",
    "to",
    "cc",
    "subject",
    "date",
    "received_at",
    "message_id",
    "in_reply_to",
    "references",
    "sha256",
    "automatic",
    "unverified",
    "defects",
    "new_text",
    "body",
    "attachments",
    "delivery",
    "minutes",
    "number",
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Layout]:
    """The store of the example firm, at a fixed time."""
    with time_machine.travel(NOW, tick=False):
        yield make_store(tmp_path / "store")


class Program:
    """The program in this process: what it printed, and how it ended."""

    def __init__(self, layout: Layout, capsys: pytest.CaptureFixture[str]) -> None:
        self._root = str(layout.root)
        self._capsys = capsys
        self.errors = ""

    def text(self, *arguments: str, code: int = 0) -> str:
        """Standard output; what stands on stderr is kept in `errors`."""
        assert run(["-C", self._root, *arguments]) == code
        out, self.errors = self._capsys.readouterr()
        return out

    def json(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        """The object on standard output."""
        found: dict[str, Any] = json.loads(self.text(*arguments, "--json", code=code))
        return found


@pytest.fixture
def mdtickets(store: Layout, capsys: pytest.CaptureFixture[str]) -> Program:
    """The program on that store."""
    return Program(store, capsys)


def test_list_in_a_pipe_is_data_on_stdout_and_remarks_on_stderr(mdtickets: Program, golden: Golden) -> None:
    """`mdtickets list | cut -f1` works; the person at the terminal still reads what there is to know."""
    golden("cli-list", mdtickets.text("list"))
    assert mdtickets.errors == (
        '3 of 3 open tickets in 2 queues (Sales 1, Support 2)\ntransport is "maildir": nothing leaves this machine\n'
    )


def test_list_json_has_every_key_in_order(mdtickets: Program) -> None:
    """What interface.md promises, key by key."""
    found = mdtickets.json("list")
    assert (list(found), found["total"]) == (["format", "total", "tickets"], 3)
    assert [list(ticket) for ticket in found["tickets"]] == [T, T, T]


def test_show_json_has_every_key_in_order(mdtickets: Program) -> None:
    """A ticket is T with its path, links and articles; an article is A."""
    ticket = mdtickets.json("show", "0042")["ticket"]
    assert list(ticket) == [*T, "path", "links", "watchers", "merged_into", *_CUSTOMER]
    assert [list(article) for article in ticket["articles"]] == [A] * 5


def test_show_json_tells_what_became_of_an_answer(mdtickets: Program) -> None:
    """`delivery` is the history joined with the outbox."""
    articles = mdtickets.json("show", INVOICE)["ticket"]["articles"]
    failed = {"state": "failed", "at": "2026-11-25T04:00:00Z", "detail": "550 5.1.1 no such user"}
    assert [article["delivery"] for article in articles] == [None, failed]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["noise"], [RECORDER]),
        (["LEE"], [RECORDER]),  # the customer's name, whatever the case
        (["0057"], [INVOICE]),
        (["rechnung", "schulze"], [INVOICE]),
        (["rechnung", "lee"], []),
        (["--queue", "Support"], [RECORDER, REMOTE]),
        (["--owner", "anna"], [RECORDER]),
        (["--customer", "schulze-ag"], [INVOICE]),
        (["--tag", "tape"], [RECORDER]),
        (["--state", "pending reminder"], [INVOICE]),
        (["--state", "all", "--sort", "title"], [REMOTE, INVOICE, RECORDER]),
        (["--sort", "title", "--reverse", "--limit", "1"], [RECORDER]),
    ],
)
def test_list_finds_what_was_asked_for(mdtickets: Program, arguments: list[str], expected: list[str]) -> None:
    """Words, options, order."""
    assert [ticket["number"] for ticket in mdtickets.json("list", *arguments)["tickets"]] == expected


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--queue", "Suport"], '--queue: "Suport" is none. Did you mean "Support"?'),
        (["--owner", "ana"], '--owner: "ana" is none. Did you mean "anna"?'),
        (["--customer", "kim-le"], '--customer: "kim-le" is none. Did you mean "kim-lee"?'),
        (["--state", "opne"], '--state: "opne" is none. Did you mean "open"?'),
        (["--sort", "titel"], '--sort: "titel" is none. Did you mean "title"?'),
        (["--columns", "numbr"], '--columns: "numbr" is none. Did you mean "number"?'),
        (["--tag", "belt"], '--tag: "belt" is none. Choose of: tape.'),
    ],
)
def test_a_word_that_means_nothing_is_answered_with_the_nearest(
    mdtickets: Program, arguments: list[str], sentence: str
) -> None:
    """An empty list because of a typing error would be a lie."""
    assert mdtickets.text("list", *arguments, code=2) == ""
    assert mdtickets.errors == f"mdtickets: {sentence}\n"


def test_an_agent_without_tickets_is_no_mistake(mdtickets: Program) -> None:
    """The settings know agents and queues that no ticket has yet."""
    assert mdtickets.json("list", "--owner", "bert", "--queue", "Support")["total"] == 0


def test_list_sorts_by_lock_though_the_catalog_knows_none(store: Layout, mdtickets: Program) -> None:
    """`--sort` takes every key of a ticket; whoever is being answered stands first."""
    lock = {"agent": "anna", "host": "desk-3", "since": "2026-11-25T08:46:00Z", "until": "2026-11-25T09:46:00Z"}
    (store.ticket(REMOTE) / "lock").write_text(json.dumps(lock), encoding="utf-8")
    tickets = mdtickets.json("list", "--sort", "lock", "--limit", "2")["tickets"]
    assert [ticket["number"] for ticket in tickets] == [REMOTE, INVOICE]
    assert [ticket["lock"] for ticket in tickets] == [{**lock, "reason": ""}, None]


def test_chosen_columns_are_printed_in_their_order(mdtickets: Program) -> None:
    """A script takes what it needs."""
    assert mdtickets.text("list", "noise", "--columns", "queue,number,minutes") == f"Support\t{RECORDER}\t20\n"


def test_a_broken_ticket_is_listed_with_file_and_line(store: Layout, mdtickets: Program) -> None:
    """One broken file hides neither itself nor the others; the exit code is 0."""
    path = store.ticket(INVOICE) / "ticket.md"
    path.write_text(path.read_text(encoding="utf-8").replace("title:", "title: ["), encoding="utf-8")
    text = mdtickets.text("list")
    assert "! tickets/2026/11/24/2026112410000578/ticket.md:" in text
    assert len(text.splitlines()) == 3


def test_an_edit_by_hand_is_noticed_without_being_told(store: Layout, mdtickets: Program) -> None:
    """The list shows what the file says now."""
    mdtickets.text("list")
    path = store.ticket(REMOTE) / "ticket.md"
    path.write_text(path.read_text(encoding="utf-8").replace("Fernbedienung", "Zapper"), encoding="utf-8")
    assert "Zapper ohne Funktion" in mdtickets.text("list")


def test_a_deleted_catalog_is_made_anew(store: Layout, mdtickets: Program) -> None:
    """What is derived may go at any time."""
    before = mdtickets.text("list")
    for path in store.private.glob("catalog.sqlite*"):
        path.unlink()
    assert mdtickets.text("list") == before


def test_show_remembers_what_a_dot_means(mdtickets: Program) -> None:
    """`why .` is about the ticket on the screen."""
    mdtickets.text("show", "0042")
    assert mdtickets.json("why", ".")["number"] == RECORDER


def test_show_reads_numbers_from_a_list(mdtickets: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`mdtickets list --columns number | mdtickets show - --json`: one object a line."""
    numbers = tmp_path / "numbers"
    numbers.write_text(f"{RECORDER}\n{INVOICE}\n", encoding="utf-8")
    with numbers.open(encoding="utf-8") as lines:
        monkeypatch.setattr("sys.stdin", lines)
        shown = mdtickets.text("show", "-", "--json")
    assert [json.loads(line)["ticket"]["number"] for line in shown.splitlines()] == [RECORDER, INVOICE]


def test_show_raw_is_byte_for_byte(store: Layout, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """What was received goes to the pipe, escapes and all."""
    assert run(["-C", str(store.root), "show", REMOTE, "--raw"]) == 0
    article = next(store.ticket(REMOTE).glob("*-customer.eml"))
    assert capfdbinary.readouterr().out == article.read_bytes()


def test_log_is_the_history_in_its_order(mdtickets: Program, golden: Golden) -> None:
    """Who did what when, to which article."""
    golden("cli-log", mdtickets.text("log", "0042"))


def test_log_json_has_the_fixed_keys_first(mdtickets: Program) -> None:
    """An event's own keys follow those that all have."""
    found = mdtickets.json("log", "0042")
    assert list(found) == ["format", "number", "events"]
    assert {tuple(event)[:6] for event in found["events"]} == {("at", "by", "what", "article", "why", "minutes")}


def test_why_gives_the_reason_of_each_decision(mdtickets: Program, golden: Golden) -> None:
    """Beside the article it was about."""
    golden("cli-why", mdtickets.text("why", "0042"))


def test_why_json_has_only_events_with_reasons(mdtickets: Program) -> None:
    """Rules and reasons, as the interface names them."""
    events = mdtickets.json("why", "0042")["events"]
    assert [reason["rule"] for event in events for reason in event["why"]] == [
        "new ticket",
        "acknowledged",
        "follow-up",
        "reopened",
    ]


def test_attachments_are_data_in_a_pipe(mdtickets: Program) -> None:
    """Article, name, type, bytes."""
    assert mdtickets.text("attachments", "0042") == "1\t../photo.jpg\timage/jpeg\t10\n"


def test_saving_prints_where(mdtickets: Program, tmp_path: Path) -> None:
    """The paths go to the next program."""
    target = tmp_path / "downloads"
    assert mdtickets.text("attachments", "0042", "--save", str(target)) == f"{target / 'photo.jpg'}\n"


def test_status_changes_nothing_and_says_that_mail_stays_here(mdtickets: Program) -> None:
    """The sentence that nobody may miss."""
    assert 'transport is "maildir": nothing leaves this machine' in mdtickets.text("status")


def test_the_bare_name_shows_what_waits(mdtickets: Program, golden: Golden) -> None:
    """What waits longest, who is on it, what went wrong, what to do next."""
    golden("cli-desk", mdtickets.text())


def test_an_agent_sees_what_is_his_or_nobodys(store: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    """Trouble is everybody's."""
    assert run(["-C", str(store.root), "--as", "anna"]) == 0
    first, _blank, *lines = capsys.readouterr().out.splitlines()
    assert first == "Mustermann Video  ·  anna  ·  1 waits for you, 1 unlocked, 1 not delivered"
    assert [line.split("\t")[0].strip() for line in lines[:3]] == ["…0057", "…0042", "…0061"]


def test_an_unknown_agent_is_refused_with_the_nearest(store: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    """`--as` takes the key of the settings."""
    assert run(["-C", str(store.root), "--as", "ann"]) == 2
    assert capsys.readouterr().err == 'mdtickets: --as: "ann" is none. Did you mean "anna"?\n'


def test_numbers_are_completed_from_the_catalog(
    store: Layout, mdtickets: Program, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """TAB after the first digits of a number."""
    mdtickets.text("list")
    monkeypatch.setenv("_MDTICKETS_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", f"mdtickets -C {store.root} show 20261124100005")
    monkeypatch.setenv("COMP_CWORD", "4")
    with pytest.raises(SystemExit):
        run([])
    assert capsys.readouterr().out == f"{INVOICE}\n"


def test_a_catalog_that_cannot_be_used_is_one_sentence(store: Layout, mdtickets: Program) -> None:
    """A directory where the file should be is told, not traced."""
    store.catalog.mkdir()
    mdtickets.text("list", code=73)
    assert mdtickets.errors == f"mdtickets: {store.catalog}: Is a directory.\n"


def test_a_catalog_that_was_tampered_with_is_one_sentence(store: Layout, mdtickets: Program) -> None:
    """SQLite's own complaint stands in a sentence of ours."""
    mdtickets.text("list")
    with closing(sqlite3.connect(store.catalog)) as connection:
        connection.execute("DROP TABLE ticket")
    mdtickets.text("list", code=73)
    assert "cannot be used: no such table: ticket" in mdtickets.errors
