"""`compose` and `call`: tickets that agents begin, and calls on tickets that are there."""

import email
import email.policy
import io
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mdtickets.app.filing import file_waiting
from mdtickets.domain.event import Event
from mdtickets.store.tickets import load_ticket
from tests.cli.editors import Terminal, use_editor
from tests.cli.one_ticket import OneTicket, copies, make_one_ticket
from tests.world import mail, open_world, put_mail

_FIRST = ("compose", "--to", "Max Müller <max@mueller.example>", "--subject", "Ihr Recorder")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_one_ticket(tmp_path_factory.mktemp("template"))


@pytest.fixture
def store(
    template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[OneTicket]:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    yield from copies(template, tmp_path, capsys)


def _events(store: OneTicket, number: str) -> tuple[Event, ...]:
    return load_ticket(store.layout, number).events


def test_a_first_mail_opens_a_ticket_and_leaves(store: OneTicket) -> None:
    """Closed until he answers, his card made, the number in the subject."""
    made = store.json(*_FIRST, "-m", "Er ist fertig.", "--minutes", "3")
    ticket = store.json("show", made["number"])["ticket"]
    told = {key: ticket[key] for key in ("title", "state", "owner", "customer", "minutes", "queue")}
    assert told == {
        "title": "Ihr Recorder",
        "state": "closed successful",
        "owner": "anna",
        "customer": "max-mueller",
        "minutes": 3,
        "queue": "Support",
    }
    [article] = ticket["articles"]
    sent = email.message_from_bytes((store.root / article["path"]).read_bytes(), policy=email.policy.default)
    assert sent["Subject"] == f"[Ticket#{made['number']}] Ihr Recorder"
    assert (article["kind"], article["delivery"]["state"]) == ("agent", "sent")
    store.check()


def test_his_answer_comes_to_the_ticket(store: OneTicket) -> None:
    """It reopens it."""
    made = store.json(*_FIRST, "-m", "Er ist fertig.")
    head = f"In-Reply-To: <{made['message_id']}>\n"
    put_mail(store.place, 9, mail("Re: Ihr Recorder", sender="Max Müller <max@mueller.example>", headers=head))
    with closing(open_world(store.root)) as session:
        file_waiting(session)
    assert [event.what for event in _events(store, made["number"])][-2:] == ["follow_up", "state"]


def test_a_dry_run_gives_no_number_away(store: OneTicket) -> None:
    """The bytes, and nothing else."""
    assert "To: =?utf-8?q?Max_M=C3=BCller?= <max@mueller.example>" in store.run(*_FIRST, "-m", "Fertig.", "--dry-run")
    assert len(list(store.root.glob("tickets/*/*/*/*"))) == 1


def test_nobody_and_nothing_are_refused(store: OneTicket) -> None:
    """No recipient, no words, no such queue."""
    assert "no recipient" in store.run("compose", "--subject", "x", "-m", "y", expect=1)
    assert "no subject" in store.run("compose", "--to", "kim@lee.example", "-m", "y", expect=1)
    assert "no mail address" in store.run("compose", "--to", "kim", "--subject", "x", "-m", "y", expect=2)
    assert "says nothing" in store.run(*_FIRST, "-m", " ", expect=1)
    assert "Choose of: Support, Sales" in store.run(*_FIRST, "-m", "x", "--queue", "Slaes", expect=1)


def test_a_first_mail_can_be_written_in_the_editor(
    store: OneTicket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It survives the editor, is resumed, sent once."""
    use_editor(monkeypatch, tmp_path, 'echo "Er ist fertig." >>"$1"; exit 9')
    assert "--resume" in store.run(*_FIRST, expect=69)
    assert [one["number"] for one in store.json("drafts")["drafts"]] == ["new"]
    use_editor(monkeypatch, tmp_path, f'cp "$1" {tmp_path}/kept')
    store.run("compose", "--resume")
    assert "You have no drafts" in store.run("drafts")
    (tmp_path / "kept").replace(store.root / ".mdtickets" / "drafts" / "new-anna.md")
    assert "sent already" in store.run("compose", "--resume", expect=1)
    assert len(list(store.root.glob("tickets/*/*/*/*"))) == 2


def test_a_call_is_noted_on_its_ticket(store: OneTicket) -> None:
    """Who called, what was said, how long; the ticket stays as it is."""
    store.run("call", "0001", "--in", "-m", "She asks when.", "--minutes", "4")
    ticket = store.json("show", "0001")["ticket"]
    article = ticket["articles"][-1]
    assert (ticket["state"], article["kind"], article["new_text"]) == ("new", "call", "She asks when.")
    assert (article["visible"], article["minutes"], store.events[-1].details["direction"]) == (False, 4, "in")
    store.check()


def test_a_call_can_close_its_ticket(store: OneTicket) -> None:
    """Unless a colleague holds it."""
    store.run("take", "0001", by="bert")
    assert "locked by bert" in store.run("call", "0001", "--in", "-m", "Works again.", "--close", expect=1)
    store.run("unlock", "0001", by="bert")
    store.run("call", "0001", "--in", "-m", "Works again.", "--close")
    assert store.json("show", "0001")["ticket"]["state"] == "closed successful"
    store.check()


def test_a_call_opens_a_ticket(store: OneTicket) -> None:
    """Of a customer whose card is there, or of a new one."""
    first = store.json("call", "--in", "--customer", "kim-lee", "-m", "Remote broken.\nSince Monday.")["number"]
    second = store.json("call", "--out", "--customer", "max@mueller.example", "-s", "Ready", "-m", "Told him.")[
        "number"
    ]
    tickets = [store.json("show", number)["ticket"] for number in (first, second)]
    assert [(one["title"], one["state"], one["customer"], one["owner"]) for one in tickets] == [
        ("Remote broken.", "open", "kim-lee", "anna"),
        ("Ready", "open", "max", "anna"),
    ]
    store.check()


def test_a_call_says_who_called_and_what_was_said(store: OneTicket) -> None:
    """Else it is no note of a call."""
    assert "--in or --out" in store.run("call", "0001", "-m", "Hm.", expect=2)
    assert "-m TEXT" in store.run("call", "0001", "--in", expect=2)
    assert "no card nobody" in store.run("call", "--in", "--customer", "nobody", "-m", "Hm.", expect=1)


def test_a_call_is_written_in_the_editor(store: OneTicket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a dead editor left is there the next time."""
    monkeypatch.setattr(sys, "stdin", Terminal())
    use_editor(monkeypatch, tmp_path, 'echo "She asks when." >>"$1"; exit 9')
    store.run("call", "0001", "--in", expect=69)
    assert "She asks when." in store.run("drafts")
    assert [one["number"] for one in store.json("drafts")["drafts"]] == [f"call-{store.number}"]
    use_editor(monkeypatch, tmp_path, 'echo "On Friday, I said." >>"$1"')
    store.run("call", "0001", "--in")
    article = store.json("show", "0001")["ticket"]["articles"][-1]
    assert (article["kind"], article["new_text"]) == ("call", "She asks when.\nOn Friday, I said.")
    assert not list((store.root / ".mdtickets" / "notes").iterdir())
    use_editor(monkeypatch, tmp_path, "true")
    assert "Nothing was written" in store.run("call", "0001", "--in", expect=1)


def test_a_new_call_has_its_customer_and_subject_on_top(
    store: OneTicket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Filled in by options or by hand; a customer who is not there can be mended."""
    monkeypatch.setattr(sys, "stdin", Terminal())
    use_editor(monkeypatch, tmp_path, 'sed -i \'s/^Subject:$/Subject: Remote/\' "$1"; echo Broken. >>"$1"')
    assert "no card kim" in store.run("call", "--in", "--customer", "kim", expect=1)
    use_editor(monkeypatch, tmp_path, "sed -i 's/^Customer: kim$/Customer: kim-lee/' \"$1\"")
    number = store.json("call", "--in")["number"]
    ticket = store.json("show", number)["ticket"]
    assert (ticket["title"], ticket["customer"], ticket["articles"][0]["new_text"]) == ("Remote", "kim-lee", "Broken.")


def test_a_dry_run_of_a_call_changes_nothing(store: OneTicket) -> None:
    """It tells what would be done."""
    assert "would be call" in store.run("call", "0001", "--in", "-m", "Hm.", "--dry-run")
    assert "would be opened" in store.run("call", "--in", "-m", "Hm.", "--dry-run")
    assert (len(store.events), len(list(store.root.glob("tickets/*/*/*/*")))) == (3, 1)
