"""Agents are told by mail, hooks run."""

import json
import shutil
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from mdtickets.app.acting import act
from mdtickets.app.hooks import run_hooks
from mdtickets.app.notifying import queue_notifications, telling
from mdtickets.app.sending import send_due
from mdtickets.app.session import Session
from mdtickets.domain.agent import assign
from mdtickets.store.announcements import find_announcements, read_announcement
from mdtickets.store.outbox import Outbox
from tests.app.desk_world import FIRST, anna, file_now, make_desk
from tests.stops import stop_at
from tests.world import SETTINGS, mail, open_world, put_mail

_BERT = """
[agent.bert]
name = "Bert"
email = "bert@mustermann-video.example"
queues = ["Support"]
notify = ["new", "follow_up", "assigned"]
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A store with two tickets, in which Bert hears of everything from now on."""
    root = make_desk(tmp_path)
    (root / "mdtickets.toml").write_text(SETTINGS + _BERT, encoding="utf-8")
    return root


def _queued(session: Session) -> list[tuple[str, tuple[str, ...]]]:
    """The subjects and recipients of the notifications that wait."""
    entries = [entry for entry in Outbox(session.layout, session.disk).entries() if entry.message]
    mails = [message_from_bytes(entry.message.encode(), policy=policy.default) for entry in entries]
    return sorted((mail["Subject"], entry.envelope_to) for mail, entry in zip(mails, entries, strict=True))


def test_an_assignment_is_told_to_the_new_owner(root: Path) -> None:
    """With all the marks of automatic mail, from nobody, at most once."""
    session = open_world(root)
    act(session, anna(session), [FIRST], lambda found: assign(found, "bert"))
    assert [event.what for _number, event in queue_notifications(session).events] == ["changed"]
    assert queue_notifications(session).events == []
    subject = f"[Ticket#{FIRST}] assigned to you by Anna Beispiel: First"
    assert _queued(session) == [(subject, ("bert@mustermann-video.example",))]
    [entry] = [entry for entry in Outbox(session.layout, session.disk).entries() if entry.message]
    mail_ = message_from_bytes(entry.message.encode(), policy=policy.default)
    assert (entry.envelope_from, mail_["Auto-Submitted"], mail_["X-Loop"]) == (
        "",
        "auto-generated",
        "support@mustermann-video.example",
    )
    session.close()


def test_a_new_ticket_is_told_to_who_has_its_queue_and_sent(root: Path, tmp_path: Path) -> None:
    """It leaves like every mail of ours; no history speaks of it, and its entry is gone then."""
    put_mail(tmp_path, 40, mail("Third", sender="Pat <pat@pat.example>"))
    file_now(root)
    session = open_world(root)
    queue_notifications(session)
    assert ("bert@mustermann-video.example",) in [result.to for result in send_due(session).sent]
    assert Outbox(session.layout, session.disk).entries() == ()
    assert "bert@" not in (session.layout.ticket("2026112410000037") / "history.jsonl").read_text(encoding="utf-8")
    session.close()


def test_a_notification_that_comes_back_opens_nothing(root: Path, tmp_path: Path) -> None:
    """Bert's vacation note, or a forward to the team's own address: filed as automatic, never told of again."""
    session = open_world(root)
    act(session, anna(session), [FIRST], lambda found: assign(found, "bert"))
    queue_notifications(session)
    [entry] = [entry for entry in Outbox(session.layout, session.disk).entries() if entry.message]
    put_mail(tmp_path, 50, entry.message)
    file_now(root)
    assert len(list((root / "tickets").glob("*/*/*/*"))) == 2
    queue_notifications(session)
    assert len(_queued(session)) == 1
    session.close()


def test_nothing_is_announced_when_nobody_wants_to_hear(tmp_path: Path) -> None:
    """It costs nothing then."""
    root = make_desk(tmp_path)
    assert not (root / ".mdtickets" / "announcements").exists()


def _steps(root: Path, before_step: Callable[[str, str], None] | None = None) -> None:
    session = open_world(root, before_step)
    with telling(session):
        send_due(session)
    session.close()


def _stop_at(root: Path, count: int) -> bool:
    """Tell and send in a process that ends before that operation; whether it got so far."""
    return stop_at(count, lambda before_step: _steps(root, before_step))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_one_mail_leaves_wherever_it_stops(root: Path, tmp_path: Path) -> None:
    """Never two, never none."""
    session = open_world(root)
    send_due(session)
    act(session, anna(session), [FIRST], lambda found: assign(found, "bert")).finish()
    session.close()
    stops = 0
    while True:
        place = tmp_path / f"stop{stops}"
        shutil.copytree(root, place / "store", symlinks=True)
        if not _stop_at(place / "store", stops):
            break
        _steps(place / "store")
        sent = (place / "store" / ".mdtickets" / "outgoing").rglob("*@*")
        assert sum(b"To: Bert" in path.read_bytes() for path in sent) == 1, f"stop {stops}"
        shutil.rmtree(place)
        stops += 1
    assert stops > 10


_HOOK = """#!/bin/sh
cat > got.json
echo done
exit {code}
"""


def _hook(root: Path, text: str, *, trusted: bool = True) -> Session:
    hook = root / "hooks" / "changed"
    hook.parent.mkdir()
    hook.write_text(text, encoding="utf-8")
    hook.chmod(0o755)
    if trusted:
        local = root / ".mdtickets" / "local.toml"
        local.write_text(local.read_text(encoding="utf-8") + 'hooks = "trusted"\n', encoding="utf-8")
    session = open_world(root)
    act(session, anna(session), [FIRST], lambda found: assign(found, "anna"))
    return session


def test_a_hook_gets_its_event_and_is_logged(tmp_path: Path) -> None:
    """The event of `log` with number and path; how it ended stands in the log, a failure too."""
    session = _hook(make_desk(tmp_path), _HOOK.format(code=3))
    with telling(session):
        assert not (session.layout.root / "got.json").exists()
    got = json.loads((session.layout.root / "got.json").read_text(encoding="utf-8"))
    assert (got["what"], got["number"], got["by"]) == ("changed", FIRST, "anna")
    assert got["path"] == f"tickets/2026/11/24/{FIRST}"
    told = (session.layout.run / "hooks.log").read_text(encoding="utf-8")
    assert told == f"2026-11-24T10:15:00Z changed {FIRST}: exit 3\n  done\n"
    session.close()


def test_a_hook_that_hangs_is_stopped(tmp_path: Path) -> None:
    """With its children, after its time."""
    session = _hook(make_desk(tmp_path), "#!/bin/sh\nsleep 100 &\nsleep 100\n")
    from_files = [pair for path in find_announcements(session.layout) for pair in read_announcement(path)]
    run_hooks(session, from_files * 2, limit=0.2)
    told = (session.layout.run / "hooks.log").read_text(encoding="utf-8").splitlines()
    assert [line.partition(": ")[2] for line in told] == ["stopped after 0.2 s", "not run: it hung before"]
    session.close()


def test_a_hook_that_never_stops_talking_fills_nothing(tmp_path: Path) -> None:
    """The log keeps the beginning."""
    session = _hook(make_desk(tmp_path), "#!/bin/sh\nhead -c 3000000 /dev/zero | tr '\\0' x\n")
    with telling(session):
        pass
    assert len((session.layout.run / "hooks.log").read_bytes()) < 5000
    session.close()


def test_a_clone_runs_nothing_until_it_is_trusted(tmp_path: Path) -> None:
    """Programs that came with somebody's store are somebody's programs."""
    session = _hook(make_desk(tmp_path), _HOOK.format(code=0), trusted=False)
    with telling(session):
        pass
    assert not (session.layout.root / "got.json").exists()
    session.close()


_TELL = """#!/bin/sh
cat > told.json
echo "$1"
exit 4
"""


def _told_by_command(root: Path, *, trusted: bool, command: str = "./tell 'to bert'") -> Session:
    """A store in which Bert is told by a program of his, after a ticket became his."""
    program = root / "tell"
    program.write_text(_TELL, encoding="utf-8")
    program.chmod(0o755)
    with (root / "mdtickets.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'notify_command = "{command}"\n')
    if trusted:
        with (root / ".mdtickets" / "local.toml").open("a", encoding="utf-8") as local:
            local.write('hooks = "trusted"\n')
    session = open_world(root)
    act(session, anna(session), [FIRST], lambda found: assign(found, "bert"))
    with telling(session):
        pass
    return session


def test_an_agent_is_told_by_his_own_program(root: Path) -> None:
    """It gets one JSON object; no mail is queued; that it failed stands in the log and hurts nobody."""
    session = _told_by_command(root, trusted=True)
    told = json.loads((root / "told.json").read_text(encoding="utf-8"))
    assert (told["agent"], told["occasion"], told["number"], told["event"]["by"]) == ("bert", "assigned", FIRST, "anna")
    assert told["subject"] == f"[Ticket#{FIRST}] assigned to you by Anna Beispiel: First"
    log = (session.layout.run / "hooks.log").read_text(encoding="utf-8")
    assert log == f"2026-11-24T10:15:00Z assigned {FIRST} for bert: exit 4\n  to bert\n"
    assert _queued(session) == []
    session.close()


def test_a_program_that_came_with_a_clone_does_not_run(root: Path) -> None:
    """Until this machine's user trusts it, a mail tells the agent."""
    session = _told_by_command(root, trusted=False)
    assert not (root / "told.json").exists()
    assert [to for _subject, to in _queued(session)] == [("bert@mustermann-video.example",)]
    session.close()


@pytest.mark.parametrize("command", ["no-such-program", "'never closed"])
def test_a_program_that_cannot_be_run_is_logged(root: Path, command: str) -> None:
    """Nobody is kept from anything by it."""
    session = _told_by_command(root, trusted=True, command=command)
    log = (session.layout.run / "hooks.log").read_text(encoding="utf-8")
    assert log == f"2026-11-24T10:15:00Z assigned {FIRST} for bert: cannot be run: No such file or directory\n"
    session.close()
