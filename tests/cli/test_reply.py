"""`reply`: by option, from standard input, in the editor; what it refuses, asks, stores and sends."""

import email
import email.policy
import io
import sys
from collections.abc import Iterator
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pexpect
import pytest

from mdtickets.app.filing import file_waiting
from tests.cli.editors import use_editor
from tests.cli.one_ticket import OneTicket, copies, make_one_ticket
from tests.machine import needs_terminals
from tests.mail.servers import scripted
from tests.world import git, mail, open_world, put_mail

KIM = "kim@lee.example"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_one_ticket(tmp_path_factory.mktemp("template"))


@pytest.fixture
def store(
    template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[OneTicket]:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    yield from copies(template, tmp_path, capsys)


def _sent(store: OneTicket) -> EmailMessage:
    """The last answer, as any mail program reads it."""
    article = [event for event in store.events if event.what == "answered"][-1].article
    raw = (store.layout.ticket(store.number) / str(article)).read_bytes()
    return email.message_from_bytes(raw, policy=email.policy.default)


def _words(store: OneTicket) -> list[str]:
    return [event.what for event in store.events]


def _new_mail(store: OneTicket, body: str = "It also smells.") -> None:
    head = "In-Reply-To: <recordereatstapes@lee.example>\n"
    put_mail(
        store.place,
        500,
        mail("Re: Recorder eats tapes", headers=f"Message-ID: <second@lee.example>\n{head}", body=body),
    )
    with closing(open_world(store.root)) as session:
        file_waiting(session)


def _set(store: OneTicket, *arguments: str) -> None:
    store.run("config", "set", *arguments)


# --- without an editor


def test_an_answer_goes_to_the_customer_and_closes_the_ticket(store: OneTicket) -> None:
    """One command: article, state, owner, minutes, mail; committed."""
    shown = store.run("reply", "0001", "-m", "Hold Eject.", "-m", "For ten seconds.", "--minutes", "5")
    ticket = store.json("show", "0001")["ticket"]
    told = {key: ticket[key] for key in ("state", "owner", "minutes", "lock")}
    assert told == {"state": "closed successful", "owner": "anna", "minutes": 5, "lock": None}
    article = ticket["articles"][-1]
    assert (article["kind"], article["delivery"]["state"]) == ("agent", "sent")
    assert f"queued to {KIM} (closed successful, 5 min)" in shown
    assert "Anna Beispiel" in git(store.root, "log", "-2", "--format=%an %s")
    store.check()


def test_the_mail_threads_and_quotes_what_is_new(store: OneTicket) -> None:
    """Subject with the number, In-Reply-To, References, an attribution line, the customer's words quoted."""
    store.run("reply", "0001", "-m", "Hold Eject.")
    sent = _sent(store)
    assert f"Re: [Ticket#{store.number}] Recorder eats tapes" == sent["Subject"]
    assert (sent["In-Reply-To"], sent["References"]) == ("<recordereatstapes@lee.example>",) * 2
    assert sent.get_content() == "Hold Eject.\n\nOn 24 Nov 2026 at 10:00, Kim Lee wrote:\n> It stops with ERR-4711.\n"
    assert sent["From"] == "Mustermann Video <support@mustermann-video.example>"


def test_what_was_stored_is_what_was_sent(store: OneTicket) -> None:
    """The article and the mail in the transport's Maildir have the same bytes."""
    store.run("reply", "0001", "-m", "Hold Eject.")
    article = store.json("show", "0001")["ticket"]["articles"][-1]
    stored = (store.root / article["path"]).read_bytes()
    outgoing = [path.read_bytes() for path in (store.root / ".mdtickets" / "outgoing" / "new").iterdir()]
    assert stored in outgoing


def test_it_leaves_by_smtp(store: OneTicket) -> None:
    """The server gets one mail with the queue's address as its envelope's sender."""
    with scripted() as server:
        for key, value in (("host", "127.0.0.1"), ("port", str(server.port)), ("tls", "none"), ("transport", "smtp")):
            _set(store, f"sending.{key}", value)
        shown = store.run("reply", "0001", "-m", "Hold Eject.")
        answers = [text for text in server.mails if b"Hold Eject" in text]
    assert len(answers) == 1
    assert "MAIL FROM:<support@mustermann-video.example>" in " ".join(server.commands)
    assert "queued as 4711" in shown


def test_a_server_that_refuses_is_told(store: OneTicket) -> None:
    """The answer is filed; that it did not leave is said, with exit code 1."""
    with scripted(RCPT="550 5.1.1 No such user") as server:
        for key, value in (("host", "127.0.0.1"), ("port", str(server.port)), ("tls", "none"), ("transport", "smtp")):
            _set(store, f"sending.{key}", value)
        shown = store.run("reply", "0001", "-m", "Hold Eject.", expect=1)
    assert "No such user" in shown
    assert _words(store).count("answered") == 1


def test_everybody_in_the_conversation_gets_it_but_ourselves(store: OneTicket) -> None:
    """Cc of the customer's mail stays; --only-sender leaves it out."""
    text = mail("Second", sender="Max Müller <max@mueller.example>", headers="Cc: Eva <eva@mueller.example>\n")
    put_mail(store.place, 2, text)
    with closing(open_world(store.root)) as session:
        file_waiting(session)
    everybody = store.run("reply", "0002", "-m", "Ja.", "--dry-run")
    alone = store.run("reply", "0002", "-m", "Ja.", "--dry-run", "--only-sender")
    assert "Cc: Eva <eva@mueller.example>" in everybody
    assert "eva@mueller.example" not in alone
    assert "support@" not in everybody.partition("\nTo: ")[2].partition("\nSubject:")[0]


def test_named_recipients_get_it_instead(store: OneTicket) -> None:
    """--to replaces the customer; Bcc is in the envelope alone."""
    store.run("reply", "0001", "-m", "Hold Eject.", "--to", "Lee <k@home.example>", "--bcc", "boss@home.example")
    queued = [event for event in store.events if event.what == "queued"][-1]
    assert queued.details["to"] == ["k@home.example", "boss@home.example"]
    assert (_sent(store)["To"], _sent(store)["Bcc"]) == ("Lee <k@home.example>", None)


def test_standard_input_is_the_text(store: OneTicket, monkeypatch: pytest.MonkeyPatch) -> None:
    """For scripts and pipes."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("From a pipe.\n"))
    store.run("reply", "0001")
    assert _sent(store).get_content().startswith("From a pipe.\n\nOn ")


def test_open_and_pending_say_what_becomes_of_it(store: OneTicket) -> None:
    """The customer is answered, and somebody still has to act."""
    store.run("reply", "0001", "-m", "One.", "--open")
    assert store.json("show", "0001")["ticket"]["state"] == "open"
    store.run("reply", "0001", "-m", "Two.", "--pending", "3d")
    ticket = store.json("show", "0001")["ticket"]
    assert (ticket["state"], ticket["pending_until"] is not None) == ("pending reminder", True)
    store.check()


def test_the_date_that_was_understood_is_told(store: OneTicket) -> None:
    """And one that was not is refused as everywhere."""
    assert "pending reminder, until" in store.run("reply", "0001", "-m", "Wait.", "--pending", "3d")
    assert "no date that I understand" in store.run("reply", "0001", "-m", "Wait.", "--pending", "bald", expect=1)


def test_the_ticket_shown_last_is_answered(store: OneTicket) -> None:
    """When no number is given."""
    assert "No ticket was shown yet" in store.run("reply", "-m", "Done.", expect=1)
    store.run("show", "0001")
    assert store.number in store.run("reply", "-m", "Done.")


def test_a_queue_can_keep_its_tickets_open(store: OneTicket) -> None:
    """`after_reply = "open"`; --close overrides it."""
    _set(store, "queue.Support.after_reply", "open")
    store.run("reply", "0001", "-m", "One.")
    assert store.json("show", "0001")["ticket"]["state"] == "open"
    store.run("reply", "0001", "-m", "Two.", "--close")
    assert store.json("show", "0001")["ticket"]["state"] == "closed successful"


def test_dry_run_prints_the_bytes_and_changes_nothing(store: OneTicket) -> None:
    """Not even a draft or a lock is left."""
    before = git(store.root, "rev-parse", "HEAD")
    shown = store.run("reply", "0001", "-m", "Hold Eject.", "--dry-run")
    assert shown.startswith("From: Mustermann Video")
    assert (before, ["new", "auto_reply", "queued"]) == (git(store.root, "rev-parse", "HEAD"), _words(store))


def test_the_result_as_json(store: OneTicket) -> None:
    """One object: number, article, to whom, what became of it."""
    found = store.json("reply", "0001", "-m", "Hold Eject.")
    assert (store.number, [KIM], "sent") == (found["number"], found["to"], found["delivery"]["state"])


# --- what it refuses


def test_an_empty_answer_is_refused(store: OneTicket) -> None:
    """Nothing is stored and nothing sent."""
    assert "says nothing" in store.run("reply", "0001", "-m", "  ", expect=1)
    assert "answered" not in _words(store)


def test_a_ticket_that_a_colleague_holds_is_refused(store: OneTicket) -> None:
    """It names him."""
    store.run("take", "0001", by="bert")
    assert "is locked by bert" in store.run("reply", "0001", "-m", "Hold Eject.", expect=1)
    assert "answered" not in _words(store)


def test_a_forgotten_attachment_is_asked_for(store: OneTicket) -> None:
    """Nobody is there to answer, so it is refused; --yes sends it and says so."""
    assert '"attached"' in store.run("reply", "0001", "-m", "The manual is attached.", expect=1)
    assert "nothing is attached" in store.run("reply", "0001", "-m", "The manual is attached.", "--yes")


def test_a_stranger_who_wrote_into_the_ticket_is_not_answered_unasked(store: OneTicket) -> None:
    """An unverified sender does not belong to the ticket."""
    put_mail(store.place, 3, mail(f"Ticket#{store.number} me too", sender="Eve <eve@elsewhere.example>"))
    with closing(open_world(store.root)) as session:
        file_waiting(session)
    shown = store.run("reply", "0001", "-m", "Hello.", "--article", "3", expect=1)
    assert "eve@elsewhere.example does not belong to this ticket" in shown
    assert f"To: Kim Lee <{KIM}>" in store.run("reply", "0001", "-m", "Hello.", "--dry-run")


# --- what goes with it


def test_files_go_with_it_under_their_names(store: OneTicket, tmp_path: Path) -> None:
    """Type by name, the name by RFC 2231, the bytes as they are."""
    (tmp_path / "Anleitung für VR-200.pdf").write_bytes(bytes(range(256)))
    (tmp_path / "log.txt.gz").write_bytes(b"\x1f\x8b")
    files = [str(tmp_path / name) for name in ("Anleitung für VR-200.pdf", "log.txt.gz")]
    store.run("reply", "0001", "-m", "Attached.", "--attach", files[0], "--attach", files[1])
    found = [
        (part.get_filename(), part.get_content_type(), part.get_content()) for part in _sent(store).iter_attachments()
    ]
    assert [
        ("Anleitung für VR-200.pdf", "application/pdf", bytes(range(256))),
        ("log.txt.gz", "application/octet-stream", b"\x1f\x8b"),
    ] == found
    shown = store.json("show", "0001")["ticket"]["articles"][-1]["attachments"]
    assert [one["name"] for one in shown] == ["Anleitung für VR-200.pdf", "log.txt.gz"]


def test_a_file_that_is_not_there_is_told_before_anything_happens(store: OneTicket) -> None:
    """Exit code 65, nothing stored."""
    assert "cannot be attached" in store.run("reply", "0001", "-m", "See it.", "--attach", "/nowhere/x.pdf", expect=65)
    assert "answered" not in _words(store)


def test_salutation_template_and_signatures_stand_around_it(store: OneTicket) -> None:
    """In the customer's language; strangers' words are printed, never run."""
    templates = store.root / "templates"
    (templates / "answer").mkdir(parents=True)
    (templates / "salutation.en.md").write_text("Dear {{ name }},\n", encoding="utf-8")
    (templates / "answer" / "eject.en.md").write_text("---\ntitle: Stuck\n---\nHold Eject.\n", encoding="utf-8")
    (templates / "signature.md").write_text("Regards, {{ agent }}\n{{ team }}\n", encoding="utf-8")
    _set(store, "queue.Support.signature", "signature.md")
    assert "eject" in store.run("reply", "-T")
    store.run("reply", "0001", "--template", "eject", "--yes")
    assert (
        _sent(store)
        .get_content()
        .startswith("Dear Kim Lee,\n\nHold Eject.\n\nRegards, Anna Beispiel\nMustermann Video\n\nOn ")
    )
    assert "There are: eject." in store.run("reply", "0001", "--template", "exject", "--yes", expect=1)


def test_markdown_leaves_as_text_and_html(store: OneTicket) -> None:
    """Where the queue says so; HTML that somebody wrote is text in it."""
    _set(store, "queue.Support.markdown", "true")
    store.run("reply", "0001", "-m", "Hold **Eject** <b>now</b>.")
    sent = _sent(store)
    plain, html = sent.get_body(("plain",)), sent.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "Hold **Eject**" in plain.get_content()
    assert "<strong>Eject</strong> &lt;b&gt;now&lt;/b&gt;" in html.get_content()


# --- in the editor


def test_the_editor_gets_headers_quotation_and_room_to_write(
    store: OneTicket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As mutt has it; while it runs the ticket is locked and the draft lies on the disk."""
    use_editor(
        monkeypatch,
        tmp_path,
        f'cp "$1" {tmp_path}/seen; cp {store.layout.ticket(store.number)}/lock {tmp_path}/; exit 0',
    )
    shown = store.run("reply", "0001", expect=1)
    lines = (tmp_path / "seen").read_text(encoding="utf-8").splitlines()
    assert [f"To: Kim Lee <{KIM}>", "Cc:", "Bcc:"] == lines[:3]
    assert lines[5] == "X-Customer: Kim Lee <kim@lee.example> (1 ticket)"
    assert lines[7:] == ["", "", "On 24 Nov 2026 at 10:00, Kim Lee wrote:", "> It stops with ERR-4711."]
    assert '"anna"' in (tmp_path / "lock").read_text(encoding="utf-8")
    assert "Nothing was written" in shown
    assert (
        list((store.root / ".mdtickets" / "drafts").iterdir()),
        store.json("show", "0001")["ticket"]["lock"],
    ) == ([], None)


def test_what_was_written_in_the_editor_leaves(
    store: OneTicket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Changed headers count; the draft is gone afterwards."""
    script = r"""sed -i -e 's/^Cc:/Cc: boss@lee.example/' -e 's/^Subject: .*/Subject: Eject/' -e '0,/^$/s/^$/\nHold Eject./' "$1" """
    use_editor(monkeypatch, tmp_path, script)
    store.run("reply", "0001", "--yes")
    sent = _sent(store)
    assert (sent["Cc"], sent["Subject"]) == ("boss@lee.example", "Eject")
    assert sent.get_content().startswith("Hold Eject.\n")
    assert list((store.root / ".mdtickets" / "drafts").iterdir()) == []
    store.check()


def test_a_draft_survives_its_editor(store: OneTicket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is listed, not overwritten, resumed, sent."""
    use_editor(monkeypatch, tmp_path, 'echo "Half an answer." >>"$1"; exit 9')
    assert "--resume" in store.run("reply", "0001", expect=69)
    assert [store.number] == [one["number"] for one in store.json("drafts")["drafts"]]
    assert "You have a draft" in store.run("reply", "0001", expect=1)
    use_editor(monkeypatch, tmp_path, 'echo "The other half." >>"$1"')
    store.run("reply", "0001", "--resume")
    assert "Half an answer.\nThe other half.\n" in _sent(store).get_content()
    assert "You have no drafts" in store.run("drafts")


def test_a_draft_can_be_dropped(store: OneTicket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its ticket's number."""
    use_editor(monkeypatch, tmp_path, "exit 9")
    store.run("reply", "0001", expect=69)
    told = store.run("drafts", "--remove", "0001")
    assert "You have no drafts" in told
    assert f"mdtickets unlock {store.number}" in told
    assert "no draft" in store.run("drafts", "--remove", "0001", expect=1)


def test_headers_that_make_no_sense_keep_the_draft(
    store: OneTicket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line is named."""
    use_editor(monkeypatch, tmp_path, 'sed -i -e \'s/^To: .*/To: nobody at all/\' "$1"; echo x >>"$1"')
    shown = store.run("reply", "0001", expect=65)
    assert "Line 1 of the draft" in shown
    assert len(store.json("drafts")["drafts"]) == 1


def test_an_answer_of_a_colleague_meanwhile_is_refused(
    store: OneTicket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bert stole the ticket and answered while Anna wrote; --again sends hers as well."""
    root = store.root
    bert = f"{sys.executable} -m mdtickets -C {root} --as bert"
    script = f'echo "Hold Eject." >>"$1"; {bert} steal 0001 --reason urgent >/dev/null; {bert} reply 0001 -m "Done." >/dev/null'
    use_editor(monkeypatch, tmp_path, script)
    shown = store.run("reply", "0001", expect=1)
    assert "bert answered" in shown
    assert _words(store).count("answered") == 1
    store.run("reply", "0001", "--resume", "--again", "--yes")
    assert _words(store).count("answered") == 2


def test_a_mail_that_came_meanwhile_is_shown(store: OneTicket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With nobody to ask it is refused and the draft kept; with --yes it goes on and says so."""
    use_editor(monkeypatch, tmp_path, "exit 9")
    store.run("reply", "0001", expect=69)
    _new_mail(store)
    use_editor(monkeypatch, tmp_path, 'echo "Hold Eject." >>"$1"')
    shown = store.run("reply", "0001", "--resume", expect=1)
    assert "It also smells." in shown
    assert "answered" not in _words(store)
    assert "It also smells." in store.run("reply", "0001", "--resume", "--yes")
    assert _words(store).count("answered") == 1


def test_a_draft_that_was_sent_is_not_sent_again(
    store: OneTicket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash between the answer and the end of its draft leaves the draft; it knows."""
    use_editor(monkeypatch, tmp_path, f'echo "Hold Eject." >>"$1"; cp "$1" {tmp_path}/kept')
    store.run("reply", "0001")
    draft = store.root / ".mdtickets" / "drafts" / f"{store.number}-anna.md"
    (tmp_path / "kept").replace(draft)
    assert "was sent" in store.run("reply", "0001", "--resume", "--yes", expect=1)
    assert _words(store).count("answered") == 1


def test_a_copy_of_what_was_sent_goes_to_the_sent_folder(store: OneTicket) -> None:
    """Answers only, read, once; a folder that cannot be made keeps nothing from leaving."""
    _set(store, "sending.sent", "../mail/.Sent")
    store.run("reply", "0001", "-m", "Hold Eject.")
    [copy] = (store.place / "mail" / ".Sent" / "cur").iterdir()
    assert (copy.read_bytes().count(b"Hold Eject."), copy.name.endswith(":2,S")) == (1, True)
    _set(store, "sending.sent", "/proc/nowhere")
    assert "sent " in store.run("reply", "0001", "-m", "And wait.")


@needs_terminals
def test_a_terminal_is_asked_before_anything_leaves(
    store: OneTicket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`e` goes back into the editor, the minutes are asked for, Enter sends."""
    _set(store, "queue.Support.time_required", "true")
    use_editor(monkeypatch, tmp_path, 'echo "Hold Eject." >>"$1"')
    arguments = ["-m", "mdtickets", "-C", str(store.root), "--as", "anna", "reply", "0001"]
    program: Any = pexpect.spawn(sys.executable, arguments, encoding="utf-8", timeout=30)
    program.expect_exact(f"Send it to {KIM}? [Y/n/e]")
    program.sendline("e")
    program.expect_exact(f"Send it to {KIM}? [Y/n/e]")
    program.sendline("")
    program.expect_exact("Minutes spent?")
    program.sendline("7")
    program.expect_exact("queued to")
    program.expect(pexpect.EOF)
    assert [event.minutes for event in store.events if event.what == "answered"] == [7]
    assert _sent(store).get_content().endswith("Hold Eject.\nHold Eject.\n")
