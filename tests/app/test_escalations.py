"""Targets in a store: the catalog knows when a ticket is due, the clock tells of it once."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from mdtickets.app import holidays_library
from mdtickets.app.acting import act
from mdtickets.app.freshness import refresh, scan
from mdtickets.app.notifying import queue_notifications
from mdtickets.app.session import Session
from mdtickets.app.timed import work_off
from mdtickets.domain.agent import close, reopen, take, wait_until
from mdtickets.domain.event import What
from mdtickets.store.listing import due_tickets
from mdtickets.store.outbox import Outbox
from mdtickets.store.ticket_lock import find_lock
from tests.app.desk_world import FIRST, SECOND, anna, file_now, make_desk
from tests.stops import stop_at
from tests.world import NOW, SETTINGS, check_whole, git, mail, open_world, put_mail

MINUTE = timedelta(minutes=1)
TARGET = "\n[[target]]\nfirst_response = 120\nsolution = 300\n"
BERT = """
[agent.bert]
name = "Bert"
email = "bert@mustermann-video.example"
queues = ["Support"]
notify = ["warning", "escalation"]
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A store with two tickets, and targets since then."""
    root = make_desk(tmp_path)
    (root / "mdtickets.toml").write_text(SETTINGS + TARGET + BERT, encoding="utf-8")
    git(root, "-c", "user.name=Anna", "-c", "user.email=anna@mustermann-video.example", "commit", "-qam", "Targets")
    return root


@pytest.fixture
def session(root: Path) -> Iterator[Session]:
    """The store, its catalog up to date."""
    with closing(open_world(root)) as session:
        with session.filing():
            refresh(session)
        yield session


def _due_at(session: Session, number: str = FIRST) -> str | None:
    [(found,)] = session.catalog.query("SELECT due_at FROM ticket WHERE number = ?", (number,))
    return str(found) if found else None


def _told(session: Session, minutes: int) -> list[tuple[str, str, object]]:
    """What the clock tells so many minutes after filing: number, word, target."""
    session.clock = lambda: NOW + minutes * MINUTE
    return [(number, event.what, event.details.get("target")) for number, event in work_off(session).done]


def test_other_settings_give_other_times(session: Session) -> None:
    """The tickets were filed before there were targets."""
    assert _due_at(session) == "2026-11-24T11:00:01Z"
    settings = session.layout.settings
    settings.write_text(settings.read_text(encoding="utf-8").replace("= 120", "= 90"), encoding="utf-8")
    with closing(open_world(session.layout.root)) as later, later.filing():
        refresh(later)
        assert _due_at(later) == "2026-11-24T10:30:01Z"
        # a daemon that has not read the new settings leaves it so


def test_a_change_gives_other_times(session: Session) -> None:
    """Waiting for the customer stops the clock, closing ends it, opening again begins it anew."""
    noon = NOW + 30 * MINUTE
    session.clock = lambda: noon
    act(session, anna(session), [FIRST], lambda found: wait_until(found, noon + timedelta(days=3), "")).finish()
    assert _due_at(session) is None
    act(session, anna(session), [FIRST], close).finish()
    assert _due_at(session) is None
    act(session, anna(session), [FIRST], reopen).finish()
    assert _due_at(session) == "2026-11-24T12:45:00Z"


def test_new_mail_is_due_as_it_is_filed(root: Path, tmp_path: Path) -> None:
    """And the catalog that followed along says what one made anew says."""
    put_mail(tmp_path, 40, mail("Third", sender="Pat <pat@pat.example>"))
    file_now(root)
    with closing(open_world(root)) as session:
        assert _due_at(session, "2026112410000037") == "2026-11-24T11:00:40Z"
    check_whole(tmp_path)


def test_each_is_told_once(session: Session) -> None:
    """A warning and an escalation, in the history and committed."""
    assert _told(session, 21) == []
    assert _told(session, 22) == [(FIRST, What.WARNED, "first_response"), (SECOND, What.WARNED, "first_response")]
    assert _told(session, 23) == []
    assert due_tickets(session.catalog, NOW + 45 * MINUTE) == []
    assert _told(session, 46) == [(FIRST, What.ESCALATED, "first_response"), (SECOND, What.ESCALATED, "first_response")]
    assert _told(session, 47) == []
    assert git(session.layout.root, "status", "--porcelain") == ""


def test_the_team_is_told(session: Session) -> None:
    """Who has the queue, with the target and when it is due on the team's clock."""
    _told(session, 22)
    queue_notifications(session)
    entries = [entry for entry in Outbox(session.layout, session.disk).entries() if entry.message]
    [first, _second] = [message_from_bytes(entry.message.encode(), policy=policy.default) for entry in entries]
    assert "first response soon due: " in first["Subject"]
    assert "2026-11-24 12:00" in str(first.get_content())


@pytest.mark.parametrize("step", range(0, 24, 3))
def test_a_crash_tells_nothing_twice(root: Path, step: int) -> None:
    """Wherever it stops: the next round finishes it."""
    later = NOW + 60 * MINUTE
    with closing(open_world(root, now=later)) as session, session.filing():
        refresh(session)
    stop_at(step, lambda before_step: work_off(open_world(root, before_step, now=later)))
    with closing(open_world(root, now=later)) as session:
        work_off(session)
        history = (session.layout.ticket(FIRST) / "history.jsonl").read_text(encoding="utf-8")
        assert history.count('"escalated"') == 1


def test_a_date_set_by_hand_is_told_without_targets(tmp_path: Path) -> None:
    """What was agreed on with the customer."""
    root = make_desk(tmp_path)
    path = open_world(root).layout.ticket(FIRST) / "ticket.md"
    text = path.read_text(encoding="utf-8").replace("\nqueue:", "\ndue_at: 2026-11-24T12:00:00Z\nqueue:")
    path.write_text(text, encoding="utf-8")
    with closing(open_world(root)) as session:
        with session.filing():
            scan(session)
        assert _due_at(session) == "2026-11-24T12:00:00Z"
        assert _told(session, 104) == []
        assert _told(session, 105) == [(FIRST, What.ESCALATED, "agreed")]
        assert _told(session, 106) == []


def test_a_queue_that_is_gone_has_the_default_calendar(session: Session) -> None:
    """Its tickets are due all the same."""
    text = session.layout.settings.read_text(encoding="utf-8")
    gone = text.replace("[queue.Support]", "[queue.Help]").replace('queue = "Support"', 'queue = "Help"')
    session.layout.settings.write_text(gone.replace("= 120", "= 90"), encoding="utf-8")
    with closing(open_world(session.layout.root)) as later, later.filing():
        refresh(later)
        assert _due_at(later) == "2026-11-24T10:30:01Z"


def test_a_store_without_targets_reckons_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Filing a mail costs no look at a calendar."""
    root = make_desk(tmp_path)
    with closing(open_world(root)) as session:
        put_mail(tmp_path, 41, mail("Fourth", sender="Pat <pat@pat.example>"))
        file_now(root)
        assert session._calendars is None


@pytest.mark.parametrize("is_known", [True, False])
def test_a_lock_lasts_by_the_calendar_of_its_queue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_known: bool
) -> None:
    """An hour from a quarter past eleven is over the next morning; unknown holidays keep nobody from his work."""
    root = make_desk(tmp_path)
    calendar = '\n[calendar.default]\ntue = "08:00-12:00"\ncountry = "DE"\n'
    (root / "mdtickets.toml").write_text(SETTINGS + calendar, encoding="utf-8")
    with closing(open_world(root)) as session:
        if not is_known:
            monkeypatch.setattr(holidays_library, "_PROCESS", "mdtickets.no_such_module")
        act(session, anna(session), [FIRST], take).finish()
        lock = find_lock(session.layout, FIRST)
        assert lock
        assert lock.until == NOW.replace(day=25, hour=7, minute=15)
