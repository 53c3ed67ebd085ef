"""The health of a store, and how it is told."""

from functools import partial
from pathlib import Path

import pytest

from mdtickets.app.daemon_state import DaemonState, lock_path, write_state
from mdtickets.app.freshness import scan
from mdtickets.app.health import check_health
from mdtickets.app.session import Session
from mdtickets.app.zone import zone_of
from mdtickets.render.health import format_health, health_as_json
from mdtickets.render.terminal import Screen
from mdtickets.store import lockfile
from mdtickets.store.indexing import rebuild
from tests.cli.desk_store import INVOICE, NOW, RECORDER, open_committed
from tests.conftest import Golden
from tests.render.build import NARROW, TERMINAL
from tests.store.git_store import git


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """The store of the example firm, committed and open."""
    return open_committed(tmp_path / "store")


def shown(session: Session, screen: Screen = TERMINAL) -> str:
    """The screen of `status`."""
    return format_health(check_health(session), NOW, partial(zone_of, session), screen)


def test_json_has_the_keys_that_scripts_rely_on(session: Session) -> None:
    """Every key is there when all is well."""
    assert health_as_json(check_health(session)) == {
        "waiting": 0,
        "outbox": {"queued": 0, "sending": 0, "sent": 0, "failed": 0, "unknown": 0},
        "uncommitted": 0,
        "daemon": {"running": False, "pid": None, "host": None, "since": None, "last_sweep_at": None},
        "index": {"state": "missing", "behind": 3},
        "problems": [],
    }


def test_a_running_daemon_is_told_with_its_last_sweep(session: Session) -> None:
    """Who watches, since when, and when it last looked."""
    state = DaemonState(pid=4711, host="mail1", since=NOW, last_sweep_at=NOW, last_error="No space left on device")
    write_state(session.layout, session.disk, state)
    with lockfile.hold(lock_path(session.layout)):
        text = shown(session)
    assert "daemon     running since Wed 25 Nov, 10:00, pid 4711 on mail1; last sweep 0 s ago" in text
    assert "! No space left on device" in text


def test_waiting_mail_is_counted_by_maildir(session: Session) -> None:
    """A Maildir that nobody files shows."""
    (session.layout.root.parent / "mail" / "new" / "1764000000.1.host").touch()
    assert "mail       1 waiting in ../mail" in shown(session)
    assert health_as_json(check_health(session))["waiting"] == 1


def test_a_maildir_that_is_not_there_is_a_problem(session: Session) -> None:
    """A typing error in the settings does not look like an empty mailbox."""
    (session.layout.root.parent / "mail" / "new").rmdir()
    assert "! ../mail is no Maildir" in shown(session)


def test_edits_that_are_not_committed_are_counted(session: Session) -> None:
    """Work that only this disk has shows, from the next look on."""
    card = session.layout.card("kim-lee")
    card.write_text(card.read_text(encoding="utf-8") + "Friendly.\n", encoding="utf-8")
    assert "not committed" not in shown(session)
    scan(session)
    assert "1 file of yours not committed (customers/kim-lee.md); nothing of ours" in shown(session)


def test_what_was_committed_since_the_last_look_is_not_counted(session: Session) -> None:
    """What the last look found is asked for again."""
    card = session.layout.card("kim-lee")
    card.write_text(card.read_text(encoding="utf-8") + "Friendly.\n", encoding="utf-8")
    settings = session.layout.settings
    settings.write_text(settings.read_text(encoding="utf-8") + "# ours\n", encoding="utf-8")
    scan(session)
    git(session.layout.root, "-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-qm", "x", "customers")
    assert "1 file of yours not committed (mdtickets.toml)" in shown(session)


def test_broken_files_are_named_with_their_line(session: Session) -> None:
    """Whoever broke it finds it."""
    path = session.layout.ticket(INVOICE) / "ticket.md"
    path.write_text(path.read_text(encoding="utf-8").replace("pending reminder", "asleep"), encoding="utf-8")
    history = session.layout.ticket(RECORDER) / "history.jsonl"
    history.write_text("nonsense\n" + history.read_text(encoding="utf-8"), encoding="utf-8")
    rebuild(session.layout, session.catalog)
    problems = health_as_json(check_health(session))["problems"]
    assert [(Path(problem["path"]).name, problem["line"]) for problem in problems] == [
        ("history.jsonl", 1),
        ("ticket.md", 4),
    ]


def test_a_healthy_store_is_a_short_screen(session: Session, golden: Golden) -> None:
    """All is well in seven lines."""
    text = shown(session, NARROW)
    lines = [line for line in text.splitlines() if not line.startswith("store")]
    golden("status", "\n".join(lines) + "\n")
