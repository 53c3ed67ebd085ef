"""Sending what waits: at most once without a person, whatever stops in between."""

import fcntl
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from mdtickets.app.sending import next_due_at, retry, send_due
from mdtickets.domain.delivery import DeliveryState
from mdtickets.domain.model import ArticleKind
from mdtickets.domain.settings import FiledMode, Mailbox, Sending, Tls, Transport
from mdtickets.errors import NotFoundError, RefusedError, TryAgainError
from mdtickets.store.durable import Disk
from mdtickets.store.outbox import OutboxEntry
from mdtickets.store.outgoing import Outgoing
from tests.app.sending_store import KIM, NOON, SendingStore, Sendmail, make_sendmail, make_store
from tests.mail.servers import CLOSE, ScriptedServer, scripted
from tests.store.git_store import git

MAX = "max@mueller.example"


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store, made once: git takes its time."""
    return make_store(tmp_path_factory.mktemp("template") / "store").root


@pytest.fixture
def store(template: Path, tmp_path: Path) -> SendingStore:
    shutil.copytree(template, tmp_path / "store", symlinks=True)
    return SendingStore(tmp_path / "store")


@pytest.fixture
def sendmail(store: SendingStore, tmp_path: Path) -> Sendmail:
    """The store sends by a program that accepts everything."""
    made = make_sendmail(tmp_path / "bin")
    store.sending = made.sending
    return made


def smtp_to(server: ScriptedServer) -> Sending:
    return Sending(transport=Transport.SMTP, host="127.0.0.1", port=server.port, tls=Tls.NONE, timeout=1)


# ── sent ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_mail_lands_in_the_maildir_under_its_own_name(store: SendingStore) -> None:
    """The embedded transport: delivered, in the history, out of the outbox, committed."""
    entry = store.put_ticket(1)
    report = send_due(store.session())
    assert [result.number for result in report.sent] == [entry.number]
    assert (store.outgoing, store.places()) == ([entry.message_id], {})
    assert store.told(entry) == ["queued", "sent"]
    assert store.details(entry) == "put into .mdtickets/outgoing"
    assert "sent" in git(store.root, "show", "--format=", "HEAD", "--", "tickets")


def test_delivered_bytes_are_the_articles(store: SendingStore) -> None:
    """What leaves is what the ticket keeps, byte for byte."""
    entry = store.put_ticket(1)
    send_due(store.session())
    article = store.layout.ticket(entry.number) / entry.article
    delivered = store.root / ".mdtickets" / "outgoing" / "new" / entry.message_id
    assert delivered.read_bytes() == article.read_bytes()


def test_nothing_to_send_changes_nothing(store: SendingStore) -> None:
    """An empty outbox makes no Maildir and no commit."""
    head = git(store.root, "rev-parse", "HEAD")
    assert send_due(store.session()).results == ()
    assert git(store.root, "rev-parse", "HEAD") == head
    assert not (store.root / ".mdtickets" / "outgoing").exists()


def test_sendmail_gets_the_envelope(store: SendingStore, sendmail: Sendmail) -> None:
    """Null path for an acknowledgement, the queue's address for an answer, recipients behind `--`."""
    store.put_ticket(1)
    store.put_ticket(2, kind=ArticleKind.AGENT, to=(KIM, MAX))
    send_due(store.session())
    assert sorted(sendmail.calls) == [
        f"-oi -f <> -- {KIM}",
        f"-oi -f support@mustermann-video.example -- {KIM} {MAX}",
    ]
    assert b"\r" not in sendmail.mails


def test_smtp_run_uses_one_connection(store: SendingStore) -> None:
    """Three mails, one conversation, the server's words in the history."""
    entries = [store.put_ticket(counter) for counter in (1, 2, 3)]
    with scripted() as server:
        store.sending = smtp_to(server)
        send_due(store.session())
    assert (server.connections, len(server.mails)) == (1, 3)
    assert [store.details(entry) for entry in entries] == ["250 2.0.0 Ok: queued as 4711"] * 3


def test_only_the_named_tickets_are_sent(store: SendingStore) -> None:
    """`only` leaves the others where they are."""
    one, other = store.put_ticket(1), store.put_ticket(2)
    send_due(store.session(), only=[one.number])
    assert (store.outgoing, store.places()) == ([one.message_id], {other.number: "queued"})


def test_results_are_told_as_they_come(store: SendingStore, sendmail: Sendmail) -> None:
    """`on_result` hears of each mail."""
    store.put_ticket(1)
    heard: list[str] = []
    send_due(store.session(), on_result=lambda result: heard.append(result.detail))
    assert heard == [f"accepted by {sendmail.sending.sendmail}"]


def test_run_ends_after_the_mail_in_hand(store: SendingStore, sendmail: Sendmail) -> None:
    """A daemon that is stopped does not send the whole queue first, and what it sent is written down."""
    entries = [store.put_ticket(counter) for counter in (1, 2, 3)]
    send_due(store.session(), stop=lambda: len(sendmail.calls) == 1)
    assert len(sendmail.calls) == 1
    assert sorted(store.told(entry)[-1] for entry in entries) == ["queued", "queued", "sent"]


# ── not sent ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_refusal_for_good_is_failed_at_once(store: SendingStore) -> None:
    """5xx: never tried again, the server's words in history and outbox."""
    entry = store.put_ticket(1)
    with scripted(RCPT="550 5.1.1 no Kim here") as server:
        store.sending = smtp_to(server)
        report = send_due(store.session())
        store.clock.advance(days=1)
        send_due(store.session())
    assert [result.number for result in report.failed] == [entry.number]
    assert (store.told(entry), store.places()) == (["queued", "failed"], {entry.number: "failed"})
    assert store.details(entry) == f"550 5.1.1 no Kim here ({KIM})"
    assert server.connections == 1


def test_refusal_for_now_is_tried_again_later(store: SendingStore) -> None:
    """4xx: queued again, twice as long each time, the history not troubled."""
    entry = store.put_ticket(1)
    pauses = []
    with scripted(MAIL="451 come back") as server:
        store.sending = smtp_to(server)
        for _ in range(3):
            (result,) = send_due(store.session()).postponed
            assert result.not_before
            pauses.append(result.not_before - store.clock.now)
            assert next_due_at(store.session()) == result.not_before
            store.clock.now = result.not_before
    assert pauses == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert (store.told(entry), store.outbox.entries()[0].attempts) == (["queued"], 3)


def test_mail_is_not_tried_before_its_time(store: SendingStore, sendmail: Sendmail) -> None:
    """`not_before` holds."""
    store.outbox.move(store.put_ticket(1), DeliveryState.QUEUED, not_before=NOON + timedelta(minutes=1))
    send_due(store.session())
    assert sendmail.calls == []


def test_mail_is_given_up_after_five_days(store: SendingStore, sendmail: Sendmail) -> None:
    """Then it is failed, with the last words and the reason."""
    sendmail.end_with(75, "no network")
    entry = store.put_ticket(1)
    store.clock.advance(days=5)
    send_due(store.session())
    program = sendmail.sending.sendmail
    assert (store.places(), store.details(entry)) == (
        {entry.number: "failed"},
        f"given up: {program} ended with 75: no network",
    )


@pytest.mark.parametrize(
    ("code", "state"), [(65, "failed"), (67, "failed"), (68, "failed"), (1, "queued"), (78, "queued")]
)
def test_exit_codes_of_sendmail(store: SendingStore, sendmail: Sendmail, code: int, state: str) -> None:
    """sysexits: what is wrong with the mail fails it, what is wrong with the program does not."""
    sendmail.end_with(code)
    entry = store.put_ticket(1)
    send_due(store.session())
    assert store.places() == {entry.number: state}


def test_missing_sendmail_fails_nothing(store: SendingStore, tmp_path: Path) -> None:
    """The mail waits until the settings are mended, and says why."""
    entry = store.put_ticket(1)
    store.sending = Sending(transport=Transport.SENDMAIL, sendmail=str(tmp_path / "nothing"))
    (result,) = send_due(store.session()).postponed
    assert (result.number, result.detail) == (entry.number, f"{tmp_path}/nothing: No such file or directory")


@pytest.mark.parametrize("end", ["kill -9 $$", "sleep 20"])
def test_sendmail_that_is_killed_or_hangs_leaves_the_mail_unknown(
    store: SendingStore, sendmail: Sendmail, end: str
) -> None:
    """It may have passed the mail on before."""
    sendmail.end_with(0, also=end)
    store.sending = replace(sendmail.sending, timeout=0)
    if "kill" in end:
        store.sending = sendmail.sending
    entry = store.put_ticket(1)
    send_due(store.session())
    assert (store.places(), store.told(entry)) == ({entry.number: "unknown"}, ["queued", "unknown"])


def test_lost_answer_leaves_the_mail_unknown_for_ever(store: SendingStore) -> None:
    """The server took the whole mail and said nothing: no run sends it again."""
    entry = store.put_ticket(1)
    with scripted(DOT=CLOSE) as server:
        store.sending = smtp_to(server)
        report = send_due(store.session())
        store.clock.advance(days=1)
        again = send_due(store.session())
    assert [result.number for result in report.unknown] == [entry.number]
    assert (again.results, len(server.mails)) == ((), 1)
    assert (store.told(entry), store.places()) == (["queued", "unknown"], {entry.number: "unknown"})


def test_server_that_is_away_is_not_asked_for_every_mail(store: SendingStore) -> None:
    """After three failures in a row the rest waits untried, and no mail fails for it."""
    for counter in range(1, 7):
        store.put_ticket(counter)
    with scripted(CONNECT="421 too busy") as server:
        store.sending = smtp_to(server)
        report = send_due(store.session())
    assert (server.connections, len(report.postponed)) == (3, 6)
    assert sorted(entry.attempts for entry in store.outbox.entries()) == [0, 0, 0, 1, 1, 1]


def test_mail_that_kills_the_connection_does_not_hold_up_the_others(store: SendingStore) -> None:
    """One poisonous mail at the head: those behind it leave in the same run."""
    poison, other = store.put_ticket(1, to=("poison@lee.example",)), store.put_ticket(2)
    with scripted(**{"RCPT TO:<poison@lee.example>": CLOSE}) as server:
        store.sending = smtp_to(server)
        send_due(store.session())
    assert (store.places(), store.told(other)) == ({poison.number: "queued"}, ["queued", "sent"])


def test_password_that_cannot_be_had_fails_nothing(store: SendingStore) -> None:
    """A wrong setting shows in what waits, not in failed mails."""
    store.put_ticket(1)
    with scripted() as server:
        store.sending = replace(smtp_to(server), user="support", password_command="false")
        (result,) = send_due(store.session()).postponed
    assert (result.detail, server.connections) == ("password_command `false` ended with 1.", 0)


def test_article_that_is_gone_is_no_error(store: SendingStore) -> None:
    """Another branch checked out: the mail waits and says what is missing."""
    entry, other = store.put_ticket(1), store.put_ticket(2)
    (store.layout.ticket(entry.number) / entry.article).unlink()
    (result,) = send_due(store.session()).postponed
    assert result.detail == f"{entry.article}: No such file or directory"
    assert store.outgoing == [other.message_id]


# ── some got it, some not ──────────────────────────────────────────────────────────────────────────────────────────


def test_recipient_refused_for_good_is_told_and_nobody_gets_it_twice(store: SendingStore) -> None:
    """The entry is about the refused one alone; `send --retry` goes only to him."""
    entry = store.put_ticket(1, to=(KIM, MAX), kind=ArticleKind.AGENT)
    with scripted(**{f"RCPT TO:<{MAX}>": "550 no Max"}) as server:
        store.sending = smtp_to(server)
        send_due(store.session())
    assert (store.told(entry), store.outbox.entries()[0].envelope_to) == (["queued", "sent", "failed"], (MAX,))
    with scripted() as server:
        store.sending = smtp_to(server)
        retry(store.session(), entry.number)
        send_due(store.session())
    assert [command for command in server.commands if command.startswith("RCPT")] == [f"RCPT TO:<{MAX}>"]
    assert (store.told(entry)[-2:], store.places()) == (["retried", "sent"], {})


def test_recipient_refused_for_now_is_tried_again_alone(store: SendingStore) -> None:
    """Greylisting of one of two recipients: the other one gets it once."""
    store.put_ticket(1, to=(KIM, MAX), kind=ArticleKind.AGENT)
    with scripted(**{f"RCPT TO:<{MAX}>": "450 grey"}) as server:
        store.sending = smtp_to(server)
        send_due(store.session())
    store.clock.advance(minutes=1)
    with scripted() as again:
        store.sending = smtp_to(again)
        send_due(store.session())
    assert (len(server.mails), len(again.mails), store.places()) == (1, 1, {})
    assert [command for command in again.commands if command.startswith("RCPT")] == [f"RCPT TO:<{MAX}>"]


# ── what must be there before ──────────────────────────────────────────────────────────────────────────────────────


def test_answer_waits_for_its_mail_to_be_filed(store: SendingStore) -> None:
    """As long as the source lies in its Maildir, nothing leaves, and nothing is due."""
    source = store.root.parent / "mail" / "new" / "1732443301.M1P2.mx"
    source.parent.mkdir(parents=True)
    source.touch()
    entry = store.put_ticket(1, after=str(source))
    assert (send_due(store.session()).results, next_due_at(store.session())) == ((), None)
    source.unlink()
    assert next_due_at(store.session()) == NOON
    send_due(store.session())
    assert store.outgoing == [entry.message_id]


def test_maildir_of_the_source_is_synced_before_the_answer_leaves(store: SendingStore, sendmail: Sendmail) -> None:
    """A power cut must not bring back a mail whose answer has left."""
    new = store.root.parent / "mail" / "new"
    new.mkdir(parents=True)
    store.put_ticket(1, after="../mail/new/1732443301.M1P2.mx")
    synced: list[int] = []

    def before_step(operation: str, path: str) -> None:
        if operation == "sync" and path == str(new):
            synced.append(len(sendmail.calls))

    send_due(store.session(before_step))
    assert (synced, len(sendmail.calls)) == ([0], 1)


def test_source_that_stays_in_cur_does_not_hold_its_answer(store: SendingStore) -> None:
    """With filed = "cur" a mail found in cur/ stays there: it says nothing about being filed."""
    source = store.root.parent / "mail" / "cur" / "1732443301.M1P2.mx:2,S"
    source.parent.mkdir(parents=True)
    source.touch()
    entry = store.put_ticket(1, after=str(source))
    session = store.session()
    mailbox = Mailbox(maildir=str(store.root.parent / "mail"), filed=FiledMode.CUR)
    send_due(session.with_settings(replace(session.settings, mailboxes=(mailbox,))))
    assert store.outgoing == [entry.message_id]


def test_mail_that_its_history_does_not_name_stays(store: SendingStore) -> None:
    """An answer whose command crashed before it was complete was never given."""
    entry = store.put_ticket(1)
    history = store.layout.ticket(entry.number) / "history.jsonl"
    history.write_text(history.read_text().splitlines(keepends=True)[0])
    (result,) = send_due(store.session()).postponed
    assert (store.outgoing, result.detail) == ([], "its ticket's history does not name it")


def test_outbox_from_a_backup_sends_nothing_again(store: SendingStore, sendmail: Sendmail) -> None:
    """What the history says is sent, failed or unknown is not sent because an old outbox says queued."""
    sent, unknown = store.put_ticket(1), store.put_ticket(2)
    shutil.copytree(store.layout.outbox, store.root.parent / "backup")
    send_due(store.session(), only=[sent.number])
    sendmail.end_with(0, also="kill -9 $$")
    send_due(store.session(), only=[unknown.number])
    shutil.copytree(store.root.parent / "backup", store.layout.outbox, dirs_exist_ok=True)
    (store.outbox.path_of(unknown.message_id, DeliveryState.UNKNOWN)).unlink()
    calls = len(sendmail.calls)
    send_due(store.session())
    assert (len(sendmail.calls), store.places()) == (calls, {unknown.number: "unknown"})


# ── crashes ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_interrupted_mail_is_unknown_at_the_next_start(store: SendingStore, sendmail: Sendmail) -> None:
    """Found in `sending` when nobody sends: only a person can know."""
    entry = store.put_ticket(1)
    store.interrupt(entry)
    report = send_due(store.session())
    assert ([result.number for result in report.unknown], sendmail.calls) == ([entry.number], [])
    assert (store.places(), store.told(entry)) == ({entry.number: "unknown"}, ["queued", "unknown"])


def test_interrupted_mail_found_in_the_maildir_was_sent(store: SendingStore) -> None:
    """Whatever its flags: the Maildir knows."""
    entry = store.put_ticket(1)
    outgoing = Outgoing(Disk(), store.root / ".mdtickets" / "outgoing")
    outgoing.stage([(entry.message_id, b"x")])
    outgoing.deliver([entry.message_id])
    folder = store.root / ".mdtickets" / "outgoing"
    (folder / "new" / entry.message_id).rename(folder / "cur" / f"{entry.message_id}:2,RS")
    store.interrupt(entry)
    send_due(store.session())
    assert (store.places(), store.told(entry)) == ({}, ["queued", "sent"])
    assert len(store.outgoing) == 1


def test_interrupted_mail_that_somebody_took_from_the_maildir_is_unknown(store: SendingStore) -> None:
    """Neither delivered nor made ready: it may have been carried on."""
    store.interrupt(store.put_ticket(1))
    assert len(send_due(store.session()).unknown) == 1
    assert store.outgoing == []


def test_queued_mail_that_lies_in_the_maildir_is_not_put_there_again(store: SendingStore) -> None:
    """Never twice, even when a person says retry."""
    entry = store.put_ticket(1)
    send_due(store.session())
    retry(store.session(), store.put_ticket(2, queue=False).number)
    store.outbox.add(entry)
    history = store.layout.ticket(entry.number) / "history.jsonl"
    history.write_text("".join(history.read_text().splitlines(keepends=True)[:2]))
    send_due(store.session())
    assert store.outgoing.count(entry.message_id) == 1


class Crash(BaseException):
    """The machine stops; after this it does nothing any more."""


class Stopper:
    """Stops before the nth step and at every one after it."""

    def __init__(self, step: int) -> None:
        self.left = step

    def __call__(self, _operation: str, _path: str) -> None:
        if self.left == 0:
            raise Crash
        self.left -= 1


class Steps:
    """Notes every step."""

    def __init__(self) -> None:
        self.operations: list[str] = []

    def __call__(self, operation: str, _path: str) -> None:
        self.operations.append(operation)


def crashes(store: SendingStore, tmp_path: Path) -> Iterator[SendingStore]:
    """The store after a run that was stopped before its first step, its second, … and so on."""
    for step in range(1000):
        shutil.copytree(store.root, tmp_path / f"crash{step}", symlinks=True)
        copy = replace(store, root=tmp_path / f"crash{step}")
        try:
            send_due(copy.session(Stopper(step)))
        except Crash:
            yield copy
        else:
            return


def test_crash_at_every_step_delivers_once_into_the_maildir(store: SendingStore, tmp_path: Path) -> None:
    """Whatever step it stops at, the next run ends as if it had never stopped: nothing twice, nothing in doubt."""
    entries = [store.put_ticket(counter) for counter in (1, 2)]
    store.commit()
    stops = 0
    for crashed in crashes(store, tmp_path):
        stops += 1
        send_due(crashed.session())
        assert (crashed.outgoing, crashed.places()) == ([entry.message_id for entry in entries], {})
        assert [crashed.told(entry) for entry in entries] == [["queued", "sent"]] * 2
    assert stops == 34


def test_crash_at_every_step_sends_at_most_once(store: SendingStore, sendmail: Sendmail, tmp_path: Path) -> None:
    """With a courier that remembers nothing: each mail is sent once, or unknown and sent at most once; never twice."""
    entries = [store.put_ticket(counter, to=(f"kim{counter}@lee.example",)) for counter in (1, 2)]
    store.commit()
    stops = doubts = 0
    for crashed in crashes(store, tmp_path):
        stops += 1
        send_due(crashed.session())
        calls = [call.split()[-1] for call in sendmail.calls]
        (sendmail.directory / "calls").unlink()
        for entry in entries:
            state = crashed.told(entry)[-1]
            doubts += state == "unknown"
            assert state in {"sent", "unknown"}
            assert calls.count(entry.envelope_to[0]) == 1 or (state == "unknown" and entry.envelope_to[0] not in calls)
            assert crashed.places().get(entry.number, "sent") == state
    # in doubt is what was claimed and has no answer yet: before the sync of the claim, and before the note of the answer
    # (for the first mail also before the directory of that note is made)
    assert (stops, doubts) == (24, 5)


def test_second_sender_waits_or_is_told_who_sends(store: SendingStore) -> None:
    """Two processes never send at the same time."""
    store.layout.run.mkdir(parents=True, exist_ok=True)
    with (store.layout.run / "outbox.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(TryAgainError, match=r"outbox\.lock is held by"):
            send_due(store.session(), wait=0)


def test_ctrl_c_writes_down_what_was_sent(store: SendingStore, sendmail: Sendmail) -> None:
    """The mail in hand is in doubt, the ones before are not."""
    for counter in (1, 2, 3):
        store.put_ticket(counter)

    def press(_result: object) -> None:
        if len(sendmail.calls) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send_due(store.session(), on_result=press)
    assert sorted(store.places().values()) == ["queued"]


# ── a person decides ───────────────────────────────────────────────────────────────────────────────────────────────


def unknown_mail(store: SendingStore) -> OutboxEntry:
    entry = store.put_ticket(1)
    store.interrupt(entry)
    send_due(store.session())
    return entry


def test_retry_sends_an_unknown_mail_under_the_same_message_id(store: SendingStore, sendmail: Sendmail) -> None:
    """The decision is in the history with who made it; the Message-ID stays."""
    entry = unknown_mail(store)
    store.clock.advance(days=6)
    (queued,) = retry(store.session(), entry.number, by="anna")
    assert (queued.message_id, queued.attempts, store.places()) == (entry.message_id, 0, {entry.number: "queued"})
    send_due(store.session())
    assert (store.told(entry), len(sendmail.calls)) == (["queued", "unknown", "retried", "sent"], 1)


def test_retry_of_a_waiting_mail_makes_it_due_now(store: SendingStore, sendmail: Sendmail) -> None:
    """A person who has mended the server need not wait for the back-off."""
    entry = store.outbox.move(
        store.put_ticket(1), DeliveryState.QUEUED, not_before=NOON + timedelta(hours=4), attempts=9
    )
    retry(store.session(), entry.number)
    send_due(store.session())
    assert len(sendmail.calls) == 1


def test_retry_first_finds_out_what_was_interrupted(store: SendingStore, sendmail: Sendmail) -> None:
    """A mail found in hand is unknown before it is queued again."""
    entry = store.interrupt(store.put_ticket(1))
    retry(store.session(), entry.number)
    assert store.told(entry) == ["queued", "unknown", "retried"]


def test_crash_in_retry_does_not_send_by_itself(store: SendingStore, sendmail: Sendmail, tmp_path: Path) -> None:
    """Stopped at any step, the mail is still unknown, or queued with the decision in its history."""
    entry = unknown_mail(store)
    store.commit()
    ends = set()
    for step in range(1000):
        shutil.copytree(store.root, tmp_path / f"crash{step}", symlinks=True)
        copy = replace(store, root=tmp_path / f"crash{step}")
        try:
            retry(copy.session(Stopper(step)), entry.number)
        except Crash:
            send_due(copy.session())
            ends.add((copy.told(entry)[-1], *copy.places().values()))
        else:
            break
    assert ends == {("unknown", "unknown"), ("retried", "unknown"), ("sent",)}


def test_lost_outbox_sends_nothing_by_itself(store: SendingStore, sendmail: Sendmail) -> None:
    """Deleting .mdtickets never sends anything."""
    store.put_ticket(1)
    store.commit()
    shutil.rmtree(store.layout.private)
    assert (send_due(store.session()).results, sendmail.calls) == ((), [])


@pytest.mark.parametrize(
    ("kind", "sender"), [(ArticleKind.ACK, "<>"), (ArticleKind.AGENT, "support@mustermann-video.example")]
)
def test_retry_queues_again_from_the_history(
    store: SendingStore, sendmail: Sendmail, kind: ArticleKind, sender: str
) -> None:
    """What an outbox that is gone had queued leaves when a person says so, with the right envelope."""
    entry = store.put_ticket(1, kind=kind, queue=False, to=(KIM, MAX))
    retry(store.session(), entry.number)
    send_due(store.session())
    assert sendmail.calls == [f"-oi -f {sender} -- {KIM} {MAX}"]
    assert store.told(entry) == ["queued", "retried", "sent"]


def test_retry_refuses_what_another_machine_sends(store: SendingStore) -> None:
    """Only there is it known whether it left."""
    entry = store.put_ticket(1, queue=False, machine="20")
    with pytest.raises(RefusedError, match="queued on machine 20"):
        retry(store.session(), entry.number)


def test_retry_of_what_was_sent_is_refused(store: SendingStore) -> None:
    """A mail that left needs a new answer, not a retry."""
    entry = store.put_ticket(1)
    send_due(store.session())
    with pytest.raises(NotFoundError):
        retry(store.session(), entry.number)


# ── cost ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_queue_of_acknowledgements_costs_a_handful_of_syncs(store: SendingStore) -> None:
    """Sixty mails into the Maildir take as many syncs as six (the first of all also makes the Maildir)."""
    counts = []
    for counters in ([1], range(2, 8), range(10, 70)):
        for counter in counters:
            store.put_ticket(counter)
        store.commit()
        steps = Steps()
        send_due(store.session(steps, quick=True))
        counts.append(steps.operations.count("sync"))
    assert counts[1] == counts[2] <= 8
