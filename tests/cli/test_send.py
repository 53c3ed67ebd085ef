"""`send`: what it prints, and the exit codes that scripts read."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from mdtickets.cli.run import run
from mdtickets.domain.delivery import DeliveryState
from tests.app.sending_store import KIM, SUPPORT, SendingStore, Sendmail, make_sendmail, make_store

_SETTINGS = f"""\
format = 1
name = "Mustermann Video"
timezone = "UTC"

[queue.Support]
address = "{SUPPORT}"

[agent.anna]
name = "Anna Beispiel"
email = "anna@mustermann-video.example"
"""

Send = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with settings, made once."""
    store = make_store(tmp_path_factory.mktemp("template") / "store")
    (store.root / "mdtickets.toml").write_text(_SETTINGS, encoding="utf-8")
    store.layout.private.mkdir(exist_ok=True)
    store.layout.local_settings.write_text('system_id = "10"\n', encoding="utf-8")
    store.commit()
    return store.root


@pytest.fixture
def store(template: Path, tmp_path: Path) -> SendingStore:
    shutil.copytree(template, tmp_path / "store", symlinks=True)
    return SendingStore(tmp_path / "store")


@pytest.fixture
def sendmail(store: SendingStore, tmp_path: Path) -> Sendmail:
    """The store sends by a program, as its local settings say."""
    made = make_sendmail(tmp_path / "bin")
    with store.layout.local_settings.open("a", encoding="utf-8") as local:
        local.write(f'[sending]\ntransport = "sendmail"\nsendmail = "{made.sending.sendmail}"\n')
    return made


@pytest.fixture
def send(store: SendingStore, capsys: pytest.CaptureFixture[str]) -> Send:
    """Run the command; its exit code, what it printed, what it said beside."""

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(["-C", str(store.root), "--as", "anna", "send", *arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def test_mails_are_told_one_by_one_and_summed_up(store: SendingStore, send: Send) -> None:
    """Embedded transport: the sum says that nothing left the machine."""
    entry = store.put_ticket(1)
    store.commit()
    assert send() == (
        0,
        f"sent     {entry.number}  to {KIM}: put into .mdtickets/outgoing\n",
        "1 sent.\nThe mails lie in .mdtickets/outgoing: none left this machine.\n",
    )


def test_nothing_to_send_is_said(send: Send) -> None:
    """And it is no failure."""
    assert send() == (0, "", "Nothing to send.\n")


def test_failed_mail_is_exit_code_1_with_the_way_to_send_it_again(
    store: SendingStore, sendmail: Sendmail, send: Send
) -> None:
    """The words of the program, and the next command."""
    sendmail.end_with(67, "no Kim here")
    entry = store.put_ticket(1)
    code, out, err = send()
    assert (code, err) == (1, f"1 failed.\nTo send again: mdtickets send --retry {entry.number}\n")
    assert out == f"failed   {entry.number}  to {KIM}: {sendmail.sending.sendmail} ended with 67: no Kim here\n"


def test_mail_for_later_is_exit_code_75(store: SendingStore, sendmail: Sendmail, send: Send) -> None:
    """Nothing is lost; the time of the next attempt is told."""
    sendmail.end_with(75)
    store.put_ticket(1)
    code, out, err = send()
    assert (code, err) == (75, "1 to be tried again.\n")
    assert "ended with 75 (again " in out


def test_unknown_mail_is_explained(store: SendingStore, sendmail: Sendmail, send: Send) -> None:
    """A person must decide, and is told so."""
    store.interrupt(store.put_ticket(1))
    code, _out, err = send()
    assert (code, err.splitlines()[:2]) == (
        1,
        ["1 unknown.", "Unknown: it may have left or not, so it is not sent again unless you say so."],
    )


def test_retry_is_recorded_with_the_agent(store: SendingStore, sendmail: Sendmail, send: Send) -> None:
    """A part of the number is enough; the history says who decided."""
    entry = store.put_ticket(1)
    store.outbox.move(entry, DeliveryState.UNKNOWN)
    code, _out, _err = send("--retry", "0001")
    history = (store.layout.ticket(entry.number) / "history.jsonl").read_text(encoding="utf-8").splitlines()
    assert (code, json.loads(history[-2])["by"], json.loads(history[-1])["what"]) == (0, "anna", "sent")


def test_retry_of_nothing_is_refused(store: SendingStore, send: Send) -> None:
    """A ticket without such mail is told."""
    entry = store.put_ticket(1, queue=False)
    (store.layout.ticket(entry.number) / "history.jsonl").write_text("", encoding="utf-8")
    code, _out, err = send("--retry", entry.number)
    assert (code, err) == (
        1,
        f"mdtickets: Nothing of {entry.number} waits to be sent, failed or is unknown.\n",
    )


def test_json_has_the_mails_by_what_became_of_them(store: SendingStore, sendmail: Sendmail, send: Send) -> None:
    """One object, all lists there."""
    entry = store.put_ticket(1)
    _code, out, _err = send("--json")
    assert json.loads(out) == {
        "format": 1,
        "sent": [
            {
                "number": entry.number,
                "article": entry.article,
                "message_id": entry.message_id,
                "to": [KIM],
                "detail": f"accepted by {sendmail.sending.sendmail}",
                "not_before": None,
            }
        ],
        "postponed": [],
        "failed": [],
        "unknown": [],
    }


def test_test_mail_leaves_and_the_answer_is_shown(sendmail: Sendmail, send: Send) -> None:
    """A mail outside any ticket, from the team's address, marked as automatic."""
    code, out, _err = send("--test", "anna@mustermann-video.example")
    program = sendmail.sending.sendmail
    assert (code, out) == (0, f"Accepted by sendmail for anna@mustermann-video.example: accepted by {program}\n")
    assert sendmail.calls == [f"-oi -f {SUPPORT} -- anna@mustermann-video.example"]
    assert b"\nAuto-Submitted: auto-generated\n" in sendmail.mails


def test_test_mail_that_is_refused_is_told(sendmail: Sendmail, send: Send) -> None:
    """With the words of the other side and an exit code."""
    sendmail.end_with(78, "not configured")
    code, out, _err = send("--test", KIM, "--json")
    found = json.loads(out)
    assert (code, found["state"], found["detail"]) == (
        75,
        "queued",
        f"{sendmail.sending.sendmail} ended with 78: not configured",
    )


def test_test_mail_in_the_embedded_transport_says_that_it_stays(send: Send) -> None:
    """Nobody must take this for a working way out."""
    code, out, _err = send("--test", KIM)
    assert (code, out) == (
        0,
        "Put into .mdtickets/outgoing: no mail left this machine (config set sending.transport smtp).\n",
    )


def test_test_mail_to_no_address_is_a_mistake(send: Send) -> None:
    """Exit code 2, as for any wrong argument."""
    assert send("--test", "anna")[0] == 2
