"""The daemon's librarian: the full text follows by itself, and filing never waits for it."""

import os
import shutil
import signal
from pathlib import Path

import pytest

from mdtickets.app.librarian import Librarian
from mdtickets.app.session import Session
from mdtickets.domain.query import Word
from mdtickets.store.delivery import deliver
from mdtickets.store.durable import Disk
from mdtickets.store.index import UnusableIndexError, open_index
from mdtickets.store.index_state import IndexState, directory_of, state_of
from tests.app.daemons import Daemon, wait_until
from tests.machine import needs_proc
from tests.world import mail, make_world, open_world

_NUMBER = 1_795_510_000


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_world(tmp_path)


def _state(session: Session) -> IndexState:
    return state_of(session.layout, session.catalog)


def _is_found(session: Session, word: str) -> bool:
    try:
        index = open_index(session.layout)
        try:
            return bool(index.tickets(Word(word)))
        finally:
            index.close()
    except UnusableIndexError:
        return False


def _deliver(root: Path, which: int, body: str) -> None:
    data = mail(f"Mail {which}", sender=f"Kim <kim{which}@lee.example>", body=body).encode()
    deliver(Disk(), root.parent / "mail", data, unique=f"{_NUMBER + which}.M1P1Q{which}.mail1")


@pytest.mark.slow
def test_the_full_text_follows_the_daemon(root: Path) -> None:
    """What is filed is found a moment later; an index that somebody removes is made again; it ends with the daemon."""
    daemon = Daemon(root)
    session = open_world(root)
    try:
        daemon.start()
        _deliver(root, 1, "Der Toner ist leer.")
        wait_until(lambda: _is_found(session, "toner"), "the first mail is found")
        shutil.rmtree(directory_of(session.layout), ignore_errors=True)  # it may be written to just now
        _deliver(root, 2, "Das Kabel fehlt.")
        wait_until(lambda: _is_found(session, "kabel") and _is_found(session, "toner"), "both mails are found")
        wait_until(lambda: _state(session).state == "up to date", "it is up to date")
        daemon.signal(signal.SIGKILL)
        daemon.wait()
        daemon.close()
        daemon.start()
        _deliver(root, 3, "Der Deckel klemmt.")
        wait_until(lambda: _is_found(session, "deckel"), "the next daemon goes on")
        assert daemon.stop() == 0
    finally:
        daemon.close()
        session.close()


@needs_proc
def test_it_yields_to_the_daemon(root: Path) -> None:
    """It shares the daemon's session, where nice counts; Ctrl-C in the terminal is not for it."""
    before = _children()
    librarian = Librarian(root)
    librarian.start()
    librarian.wake()
    try:
        (pid,) = _children() - before
        assert os.getsid(pid) == os.getsid(0)
        assert os.getpgid(pid) == pid
    finally:
        librarian.stop()


def _children() -> set[int]:
    """The processes that we have started."""
    states = [path.read_text(encoding="utf-8", errors="replace") for path in Path("/proc").glob("[0-9]*/stat")]
    return {int(state.split()[0]) for state in states if state.rpartition(")")[2].split()[1] == str(os.getpid())}
