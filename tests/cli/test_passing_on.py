"""`forward`, `bounce` and `resend`: mails of a ticket on their way to somebody else, or once more."""

import email
import email.policy
import io
import sys
from collections.abc import Iterator
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path

import pytest

from mdtickets.app.filing import file_waiting
from tests.cli.editors import Terminal, use_editor
from tests.cli.one_ticket import OneTicket, copies, make_one_ticket
from tests.world import mail, open_world, put_mail

WORKSHOP = "workshop@example.com"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_one_ticket(tmp_path_factory.mktemp("template"))


@pytest.fixture
def store(
    template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[OneTicket]:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    yield from copies(template, tmp_path, capsys)


def _raw(store: OneTicket, what: str) -> bytes:
    article = [event for event in store.events if event.what == what][-1].article
    return (store.layout.ticket(store.number) / str(article)).read_bytes()


def _sent(store: OneTicket, what: str) -> EmailMessage:
    return email.message_from_bytes(_raw(store, what), policy=email.policy.default)


def test_a_forwarded_mail_is_attached_whole(store: OneTicket) -> None:
    """Byte for byte, behind the agent's words; the ticket stays as it is."""
    original = _raw(store, "new")
    store.run("forward", "0001", "--to", WORKSHOP, "-m", "Do you know this one?")
    sent = _sent(store, "forwarded")
    text = sent.get_body(("plain",))
    assert text is not None
    assert (sent["To"], text.get_content()) == (WORKSHOP, "Do you know this one?\n")
    assert b'\nContent-Disposition: attachment; filename="mail.eml"\n\n' + original in _raw(store, "forwarded")
    assert store.json("show", "0001")["ticket"]["state"] == "new"
    store.check()


def test_a_mail_forwarded_inline_is_text(store: OneTicket) -> None:
    """Who wrote, about what, and what; under a subject that brings the answer to this ticket."""
    store.run("forward", "0001", "--to", WORKSHOP, "-m", "See below.", "--inline")
    sent = _sent(store, "forwarded")
    assert sent["Subject"] == f"Fwd: [Ticket#{store.number}] Recorder eats tapes"
    assert "See below.\n\n-------- Forwarded message --------\nFrom: Kim Lee" in sent.get_content()
    assert "ERR-4711" in sent.get_content()


def test_the_answer_to_a_forwarded_mail_comes_to_the_ticket(store: OneTicket) -> None:
    """Its References name a Message-ID of ours, which nobody can guess."""
    store.run("forward", "0001", "--to", WORKSHOP)
    message_id = _sent(store, "forwarded")["Message-ID"]
    head = f"In-Reply-To: {message_id}\n"
    put_mail(store.place, 9, mail("Aw: something", sender=f"Workshop <{WORKSHOP}>", headers=head))
    with closing(open_world(store.root)) as session:
        file_waiting(session)
    follow_up = [event for event in store.events if event.what == "follow_up"][-1]
    assert "unverified" not in follow_up.details


def test_a_mail_is_sent_on_as_it_came(store: OneTicket) -> None:
    """The Resent fields in front, then the very bytes; the envelope's sender is ours."""
    original = _raw(store, "new")
    store.run("bounce", "0001", "--to", WORKSHOP)
    raw = _raw(store, "resent")
    assert raw.endswith(original)
    head = raw.removesuffix(original).decode().splitlines()
    assert [line.partition(":")[0] for line in head] == ["Resent-Date", "Resent-From", "Resent-To", "Resent-Message-ID"]
    store.check()


def test_an_answer_is_sent_again_to_who_got_it(store: OneTicket) -> None:
    """The same mail, so that who has it already sees it once."""
    store.run("reply", "0001", "-m", "Hold Eject.")
    store.run("resend", "0001")
    assert _raw(store, "resent").endswith(_raw(store, "answered"))
    assert [event for event in store.events if event.what == "queued"][-1].details["to"] == "kim@lee.example"
    store.check()


def test_what_is_not_ours_is_not_sent_again(store: OneTicket) -> None:
    """It names the command that passes a mail on."""
    assert "bounce" in store.run("resend", "0001", "--article", "1", expect=1)
    assert "no such mail" in store.run("resend", "0001", expect=1)


@pytest.mark.parametrize("command", ["forward", "bounce"])
def test_somebody_must_get_it(store: OneTicket, command: str) -> None:
    """Without --to nothing happens."""
    assert "no recipient" in store.run(command, "0001", expect=1)


@pytest.mark.parametrize("command", ["forward", "bounce"])
def test_a_dry_run_prints_the_bytes(store: OneTicket, command: str) -> None:
    """Nothing is filed."""
    assert f"To: {WORKSHOP}" in store.run(command, "0001", "--to", WORKSHOP, "--dry-run")
    assert [event.what for event in store.events] == ["new", "auto_reply", "queued"]


def test_the_words_of_a_forward_are_written_in_the_editor(
    store: OneTicket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To whom stands on top; the draft outlives the editor, goes with the mail, and is never sent twice."""
    use_editor(
        monkeypatch, tmp_path, f'sed -i \'s/^To:$/To: {WORKSHOP}/\' "$1"; echo Yours? >>"$1"; exit 9', stdin=Terminal()
    )
    assert "--resume" in store.run("forward", "0001", "--inline", expect=69)
    assert [one["number"] for one in store.json("drafts")["drafts"]] == [f"forward-{store.number}"]
    assert "have a draft" in store.run("forward", "0001", expect=1)
    use_editor(monkeypatch, tmp_path, f'cp "$1" {tmp_path}/kept', stdin=Terminal())
    store.run("forward", "0001", "--resume")
    sent = _sent(store, "forwarded")
    assert sent["To"] == WORKSHOP
    assert "Forwarded message" in sent.get_content()
    assert sent.get_content().endswith("Yours?\n")
    assert "You have no drafts" in store.run("drafts")
    (tmp_path / "kept").replace(store.root / ".mdtickets" / "drafts" / f"forward-{store.number}-anna.md")
    assert "sent already" in store.run("forward", "0001", "--resume", expect=1)
    assert "You have no drafts" in store.run("drafts", "--remove", "forward-0001")


def test_nobody_writes_into_what_a_colleague_holds(
    store: OneTicket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is refused before the editor opens."""
    use_editor(monkeypatch, tmp_path, f"touch {tmp_path}/opened", stdin=Terminal())
    store.run("take", "0001", by="bert")
    assert "locked by bert" in store.run("forward", "0001", "--to", WORKSHOP, expect=1)
    assert not (tmp_path / "opened").exists()
    assert "You have no drafts" in store.run("drafts")


def test_a_forward_without_words_and_recipients_is_given_up(
    store: OneTicket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An editor that is left as it was opened."""
    use_editor(monkeypatch, tmp_path, "true", stdin=Terminal())
    assert "Nothing was written" in store.run("forward", "0001", expect=1)
    assert "You have no drafts" in store.run("drafts")
