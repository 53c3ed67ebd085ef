"""What is due by the clock, in a store."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mdtickets.app.acting import act
from mdtickets.app.session import Session
from mdtickets.app.timed import work_off
from mdtickets.domain.agent import reopen, take, wait_until
from mdtickets.domain.event import What
from mdtickets.domain.model import State
from tests.app.daemons import run
from tests.app.desk_world import FIRST, SECOND, anna, files_of, is_locked, make_desk, ticket_of
from tests.world import NOW, git, open_world

IN_TWO_HOURS = NOW + timedelta(hours=2)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A store with two tickets, open; the clock is that of the world."""
    session = open_world(make_desk(tmp_path))
    yield session
    session.close()


def _later(session: Session, now: datetime = TOMORROW) -> list[tuple[str, str]]:
    """What is done at that time: number and event."""
    session.clock = lambda: now
    report = work_off(session)
    assert report.postponed == ""
    return [(number, event.what) for number, event in report.done]


def _pending(session: Session, number: str, then: str = "") -> None:
    act(session, anna(session), [number], lambda found: wait_until(found, IN_TWO_HOURS, then)).finish()


def test_what_is_due_happens_once_and_is_committed(session: Session) -> None:
    """A reminder and a closing in one commit; a minute later there is nothing to do."""
    _pending(session, FIRST)
    _pending(session, SECOND, "close")
    assert _later(session, NOW + timedelta(hours=1)) == []
    assert _later(session) == [(FIRST, What.REMINDED), (SECOND, What.STATE), (SECOND, What.CHANGED)]
    assert _later(session, TOMORROW + timedelta(minutes=1)) == []
    assert ticket_of(session, FIRST).state is State.PENDING_REMINDER
    assert ticket_of(session, SECOND).state is State.CLOSED_SUCCESSFUL
    assert git(session.layout.root, "status", "--porcelain") == ""


def test_what_an_agent_changed_counts(session: Session) -> None:
    """Opened before its time came, it is not closed."""
    _pending(session, FIRST, "close")
    act(session, anna(session), [FIRST], reopen)
    assert _later(session) == []


def test_an_edit_by_hand_counts(session: Session) -> None:
    """The catalog may still have the old time: the file decides."""
    _pending(session, FIRST, "close")
    path = session.layout.ticket(FIRST) / "ticket.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("state: pending auto close+", "state: open"), encoding="utf-8")
    assert _later(session) == []
    assert ticket_of(session, FIRST).state is State.OPEN


def test_a_lock_ends_by_its_time(session: Session) -> None:
    """After the queue's working minutes; the history names who held it."""
    act(session, anna(session), [FIRST], take).finish()
    assert _later(session, NOW + timedelta(minutes=59)) == []
    assert _later(session, NOW + timedelta(minutes=61)) == [(FIRST, What.UNLOCKED)]
    assert not is_locked(session, FIRST)
    event = files_of(session, FIRST).events[-1]
    assert (event.by, event.details["from"], event.details["reason"]) == ("mdtickets", "anna", "timeout")


def test_an_auto_close_gives_the_lock_free(session: Session) -> None:
    """Who waits for the customer need not hold the ticket (OTRS)."""
    _pending(session, FIRST, "close")
    act(session, anna(session), [FIRST], take)
    _later(session, IN_TWO_HOURS)
    assert not is_locked(session, FIRST)


def test_nothing_due_costs_no_lock(session: Session) -> None:
    """The daemon asks each minute; filing must not wait for it."""
    with session.filing():
        assert _later(session) == []


def test_a_clone_without_a_system_id_leaves_it_to_others(session: Session, tmp_path: Path) -> None:
    """A reminder comes from one machine."""
    _pending(session, FIRST)
    (session.layout.local_settings).write_text("", encoding="utf-8")
    clone = open_world(tmp_path / "store", now=TOMORROW)
    assert work_off(clone).done == ()
    clone.close()


def test_the_daemon_does_it(tmp_path: Path) -> None:
    """`daemon --once` files, does what is due, sends."""
    root = make_desk(tmp_path)
    session = open_world(root, now=LONG_AGO)
    act(session, anna(session), [FIRST], lambda found: wait_until(found, LONG_AGO + timedelta(days=1), "close"))
    ended = run(root, "daemon", "--once")
    assert (ended.returncode, ticket_of(session, FIRST).state) == (0, State.CLOSED_SUCCESSFUL)
    assert f"{FIRST} state" in ended.stderr
    session.close()
