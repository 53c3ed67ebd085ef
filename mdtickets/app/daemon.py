"""The daemon: looks when it is told to and when it is time, files, and has the answers sent.

    watchdog ──hint──┐
    SIGHUP, SIGTERM ─┼─> wakes ──> main thread: sweep (file); in a quiet moment: commit
    a timer ─────────┤                  └──> mailman's thread: send what is due ──┐
                     └──────────────────────── all sent ─────────────────────────┘

Sending has a thread of its own, because a mail server may take a minute to answer and the next mail must not wait. When
it sends, and when git is started, is said in `pace`.
"""

import logging
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from enum import Enum, auto
from pathlib import Path
from queue import Empty, SimpleQueue
from types import FrameType

from msgspec import Struct
from msgspec.structs import replace

from mdtickets.app.backlog import Backlog
from mdtickets.app.committing import make_commits_put_off
from mdtickets.app.config import load_settings
from mdtickets.app.daemon_state import DaemonState, lock_path, write_state
from mdtickets.app.filing import FilingReport, file_waiting
from mdtickets.app.librarian import Librarian
from mdtickets.app.mailboxes import boxes
from mdtickets.app.mailman import Mailman
from mdtickets.app.notify import ServiceManager
from mdtickets.app.pace import NEVER, Pace
from mdtickets.app.session import Session
from mdtickets.app.timed import work_off
from mdtickets.app.trouble import Trouble, sentence_of
from mdtickets.app.watching import Watch
from mdtickets.domain.plain import plain_line
from mdtickets.errors import MdticketsError, RefusedError, TryAgainError
from mdtickets.store import lockfile
from mdtickets.store.maildir import make_maildir, remove_abandoned

log = logging.getLogger("mdtickets")

SWEEP_EVERY = 30.0  # seconds between two looks without a hint
LOOK_EVERY = 2.0  # seconds, where the kernel tells nothing
TIMED_EVERY = 60.0  # seconds between two looks for what is due: reminders, closings, locks
_TIDY_EVERY = 6 * 60 * 60.0  # seconds
_ABANDONED_AFTER = timedelta(hours=36)  # by the Maildir convention
# `deliver` and `status` hold the lock for a moment to see whether somebody else does
_LOCK_PATIENCE = 0.5
_WORTH_A_WORD = 100  # mails in one sweep, from which on the service manager hears how far it is
_READY_PATIENCE = 5.0  # seconds, for the one message without which a service manager gives up


class Wake(Enum):
    """Why the daemon gets up."""

    MAIL = auto()
    SENT = auto()
    RELOAD = auto()
    STOP = auto()


class Rhythm(Struct, frozen=True, kw_only=True):
    """How often, in seconds."""

    sweep: float = SWEEP_EVERY
    look: float = LOOK_EVERY
    timed: float = TIMED_EVERY


def run_daemon(session: Session, environment: Mapping[str, str], rhythm: Rhythm | None = None) -> None:
    """Work until SIGTERM or SIGINT. Raises RefusedError when a daemon works on this store already."""
    with the_only_one(session), ExitStack() as stack:
        daemon = Daemon(session, ServiceManager.of(environment), rhythm or Rhythm())
        stack.enter_context(_signals(daemon.wake))
        daemon.run()


def run_once(session: Session) -> None:
    """File and send what is there, then end. Raises RefusedError when a daemon works on this store already."""
    with the_only_one(session):
        Daemon(session, ServiceManager(), Rhythm()).once()


@contextmanager
def the_only_one(session: Session) -> Iterator[None]:
    """Be the daemon of this store while the block runs. Raises RefusedError, naming the one that is."""
    session.disk.make_directory(session.layout.run)
    path = lock_path(session.layout)
    with ExitStack() as stack:
        try:
            stack.enter_context(lockfile.hold(path, wait=_LOCK_PATIENCE))
        except TryAgainError as error:
            who = lockfile.holder(path) or "another process"
            raise RefusedError(f"A daemon works on this store already: {who}.") from error
        yield


class Daemon:
    """One run of the daemon, from its lock to its end. `wake` may be called by any thread and by signal handlers."""

    def __init__(self, session: Session, manager: ServiceManager, rhythm: Rhythm) -> None:
        self._backlog = Backlog()
        self._session = replace(session, backlog=self._backlog)
        self._manager = manager
        self._rhythm = rhythm
        # put() of this queue is the one way to wake a thread that a signal handler may use
        self._wakes: SimpleQueue[Wake] = SimpleQueue()
        self._stopping = False
        self._watch = Watch(lambda: self.wake(Wake.MAIL))
        self._mailman = Mailman(_another(self._session), lambda: self.wake(Wake.SENT))
        self._librarian = Librarian(session.layout.root)
        self._pace = Pace()
        self._trouble = Trouble("filing")
        self._unwatched: dict[Path, str] = {}
        self._state = DaemonState(pid=os.getpid(), host=os.uname().nodename, since=session.now())
        self._sweep_at = self._tidy_at = self._alive_at = self._timed_at = 0.0
        self._retry_at = NEVER

    def wake(self, wake: Wake) -> None:
        """Get up for this reason, now or after the slice in hand."""
        if wake is Wake.STOP:
            self._stopping = True
        self._wakes.put(wake)

    def run(self) -> None:
        """Sweep at once, then on every hint and every timer, until told to stop."""
        make_maildir(self._session.disk, self._session.layout.spool)
        self._keep_watches()
        self._mailman.start()
        self._librarian.start()
        log.info("started; mailboxes: %s", self._mailboxes())
        self._manager.tell("READY=1", "STATUS=watching", patience=_READY_PATIENCE)
        try:
            wakes = {Wake.MAIL}
            while not self._stopping:
                self._turn(wakes)
                wakes = self._sleep()
        finally:
            self._end()

    def once(self) -> None:
        """One sweep, what is due by the clock, one round of sending after it, and the commits of all that."""
        self._sweep()
        self._work_off()
        self._mailman.send()
        self._commit()
        self._write_state()
        self._session.close()

    def _turn(self, wakes: set[Wake]) -> None:
        self._sign_of_life()
        if Wake.RELOAD in wakes:
            self._reload()
        now = time.monotonic()
        if now >= self._sweep_at:
            self._keep_watches()
        looked = bool(self._unwatched) and self._watch.looks_different()
        if wakes - {Wake.SENT} or looked or now >= min(self._sweep_at, self._retry_at):
            self._sweep()
            self._tidy(now)
        if now >= self._timed_at and not self._stopping:
            self._work_off()
        self._hand_on(wakes)

    def _hand_on(self, wakes: set[Wake]) -> None:
        """What is filed to the mailman, what he sent with it to git, each when it is time."""
        now = time.monotonic()
        if Wake.SENT in wakes and self._backlog.batches:
            self._pace.sent(now)
        if now >= self._pace.send_at:
            self._mailman.wake()
            self._pace.handed_over(now)
            self._write_state()
        elif now >= self._pace.commit_at:
            self._commit()

    def _sleep(self) -> set[Wake]:
        """Until something happens or is due. Returns what woke us: nothing when it was the time."""
        until = min(
            *(self._sweep_at, self._retry_at, self._timed_at, self._pace.send_at, self._pace.commit_at),
            self._alive_at if self._manager.alive_every else NEVER,
        )
        if self._unwatched:
            until = min(until, time.monotonic() + self._rhythm.look)
        wakes: set[Wake] = set()
        with suppress(Empty):
            wakes.add(self._wakes.get(timeout=max(0.0, until - time.monotonic())))
            while True:
                wakes.add(self._wakes.get_nowait())
        return wakes

    def _sweep(self) -> None:
        try:
            report = file_waiting(self._session, on_progress=self._on_progress, stop=lambda: self._stopping)
        except Exception as error:  # noqa: BLE001  # whatever the machine or a bug does: the next mail must be filed
            self._trouble.meet(sentence_of(error), error)
        else:
            self._tell(report)
        now = time.monotonic()
        self._retry_at = now + self._trouble.wait if self._trouble.wait else NEVER
        self._sweep_at = now + self._rhythm.sweep
        self._pace.filed(now)

    def _commit(self) -> None:
        self._pace.committed()
        try:
            postponed = make_commits_put_off(self._session)
            if postponed:
                self._trouble.meet(_not_committed(postponed))
        except Exception as error:  # noqa: BLE001  # what is filed stays filed, whatever becomes of its commit
            self._trouble.meet(sentence_of(error), error)
        if self._trouble.wait:
            self._retry_at = min(self._retry_at, time.monotonic() + self._trouble.wait)
        self._librarian.wake()

    def _work_off(self) -> None:
        """Reminders, closings, ends of locks. What fails now is due again the next time."""
        try:
            report = work_off(self._session)
        except Exception as error:  # noqa: BLE001  # no ticket may end the daemon that files
            log.warning("timed work: %s", sentence_of(error))
        else:
            for number, event in report.done:
                log.info("%s %s", number, event.what)
            if report.done:
                self._pace.filed(time.monotonic())
        self._timed_at = time.monotonic() + self._rhythm.timed
        self._librarian.wake()

    def _tell(self, report: FilingReport) -> None:
        for filed in report.filed:
            log.info("%s %s (%s)", filed.number, filed.what, plain_line(filed.path))
        if report.failed:
            self._trouble.meet(f"{len(report.failed)} mails stay where they are: {plain_line(report.failed[0].reason)}")
        elif report.postponed:
            self._trouble.meet(_not_committed(report.postponed))
        else:
            self._trouble.end()

    def _on_progress(self, done: int, total: int) -> None:
        self._sign_of_life()
        if done < total:
            self._mailman.wake()
        if total > _WORTH_A_WORD:
            self._manager.tell(f"STATUS=filed {done} of {total}", patience=0.0)

    def _sign_of_life(self) -> None:
        now = time.monotonic()
        if self._manager.alive_every and now >= self._alive_at:
            self._manager.tell("WATCHDOG=1")
            self._alive_at = now + self._manager.alive_every

    def _reload(self) -> None:
        self._manager.tell("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")
        try:
            settings = load_settings(self._session.layout)
        except MdticketsError as error:
            log.warning("the settings stay as they were: %s", error)
        else:
            self._session.settings = settings
            self._mailman.reload(settings)
            self._keep_watches()
            log.info("settings read again; mailboxes: %s", self._mailboxes())
        self._manager.tell("READY=1")

    def _keep_watches(self) -> None:
        found = {each.folder: each.reason for each in self._watch.keep(box.folder for box in boxes(self._session))}
        for folder, reason in found.items() - self._unwatched.items():
            log.warning("%s is looked at every %g s: %s", folder, self._rhythm.look, reason)
        self._unwatched = found

    def _tidy(self, now: float) -> None:
        """Keep our own Maildir clean. What cannot be removed now can be later."""
        if now >= self._tidy_at:
            self._tidy_at = now + _TIDY_EVERY
            with suppress(OSError):
                before = self._session.now() - _ABANDONED_AFTER
                remove_abandoned(self._session.disk, self._session.layout.spool, before=before)

    def _write_state(self) -> None:
        error = self._trouble.sentence or self._mailman.trouble.sentence
        self._state = replace(self._state, last_sweep_at=self._session.now(), last_error=error)
        # a full disk must not end the daemon that waits for room
        with suppress(OSError):
            write_state(self._session.layout, self._session.disk, self._state)

    def _mailboxes(self) -> str:
        return (
            ", ".join(box.label for box in boxes(self._session) if not box.is_spool) or "none, only what is delivered"
        )

    def _end(self) -> None:
        self._manager.tell("STOPPING=1", "STATUS=stopping")
        self._watch.stop()
        self._librarian.stop()
        self._commit()  # before a mail server is waited for
        self._mailman.stop()
        self._commit()
        self._session.close()
        log.info("stopped")


def _another(session: Session) -> Session:
    """The same store for another thread: a catalog belongs to the thread that opened it."""
    return replace(session, _catalog=None)


def _not_committed(reason: str) -> str:
    return f"filed, but not committed yet: {plain_line(reason)}"


@contextmanager
def _signals(wake: Callable[[Wake], None]) -> Iterator[None]:
    """Turn the signals of a service into wakes while the block runs."""
    meaning = {signal.SIGTERM: Wake.STOP, signal.SIGINT: Wake.STOP, signal.SIGHUP: Wake.RELOAD}

    def on_signal(number: int, _frame: FrameType | None) -> None:
        wake(meaning[signal.Signals(number)])

    before = {number: signal.signal(number, on_signal) for number in meaning}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
