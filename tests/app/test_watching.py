import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mdtickets.app.watching import Unwatched, Watch
from mdtickets.store.delivery import deliver, make_maildir
from mdtickets.store.durable import Disk
from tests.app.daemons import ENVIRONMENT

SOON = 0.2  # seconds in which a mail has to be filed, so a hint has to be there well before


class Hints:
    """Counts hints, and waits for the next."""

    def __init__(self) -> None:
        self._came = threading.Semaphore(0)

    def __call__(self) -> None:
        self._came.release()

    def within(self, seconds: float) -> bool:
        """Whether one came, or comes so soon."""
        return self._came.acquire(timeout=seconds)

    def forget(self) -> None:
        """Forget those that came."""
        time.sleep(0.05)
        while self._came.acquire(blocking=False):
            pass


@pytest.fixture
def hints() -> Hints:
    return Hints()


@pytest.fixture
def watch(hints: Hints) -> Iterator[Watch]:
    watch = Watch(hints)
    yield watch
    watch.stop()


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    make_maildir(Disk(), tmp_path / "mail")
    return tmp_path / "mail"


def put(maildir: Path, name: str = "1700000000.a.h") -> None:
    deliver(Disk(), maildir, b"x", unique=name)


def test_a_delivery_is_hinted_at(watch: Watch, hints: Hints, maildir: Path) -> None:
    """A mail renamed into new/ is told at once."""
    assert watch.keep([maildir]) == []
    put(maildir)
    assert hints.within(SOON)


def test_a_linked_maildir_is_watched_where_it_is(watch: Watch, hints: Hints, maildir: Path, tmp_path: Path) -> None:
    """The configured Maildir may be a symbolic link."""
    (tmp_path / "link").symlink_to(maildir)
    assert watch.keep([tmp_path / "link"]) == []
    put(maildir)
    assert hints.within(SOON)


def test_what_leaves_is_no_hint(watch: Watch, hints: Hints, maildir: Path) -> None:
    """Our own retiring of a mail does not make us look again."""
    put(maildir)
    watch.keep([maildir])
    (maildir / "new" / "1700000000.a.h").rename(maildir / "cur" / "1700000000.a.h:2,S")
    assert not hints.within(0.1)


def test_a_mail_after_one_that_left_is_hinted_at_in_time(watch: Watch, hints: Hints, maildir: Path) -> None:
    """Watchdog would hold events back behind a move out of the folder."""
    put(maildir, "1")
    watch.keep([maildir])
    (maildir / "new" / "1").rename(maildir / "cur" / "1:2,S")
    put(maildir, "2")
    assert hints.within(SOON)


def test_a_folder_made_anew_is_watched_again(watch: Watch, hints: Hints, maildir: Path) -> None:
    """A Maildir that was deleted and made again, even under the same inode, is found at the next look."""
    watch.keep([maildir])
    shutil.rmtree(maildir)
    assert hints.within(1)
    make_maildir(Disk(), maildir)
    assert watch.keep([maildir]) == []
    hints.forget()
    put(maildir)
    assert hints.within(SOON)


def test_a_folder_that_was_replaced_is_watched_instead(watch: Watch, hints: Hints, maildir: Path) -> None:
    """A Maildir that was renamed away is not the configured one any more."""
    watch.keep([maildir])
    maildir.rename(maildir.with_name("old"))
    make_maildir(Disk(), maildir)
    watch.keep([maildir])
    hints.forget()
    put(maildir)
    assert hints.within(SOON)


def test_a_mailbox_that_is_no_longer_configured_is_forgotten(watch: Watch, hints: Hints, maildir: Path) -> None:
    """After a reload only the Maildirs of the new settings are watched."""
    watch.keep([maildir])
    assert watch.keep([]) == []
    put(maildir)
    assert not hints.within(0.1)


def test_a_missing_folder_is_looked_at(watch: Watch, maildir: Path) -> None:
    """Until a Maildir is there, looking finds it."""
    missing = maildir.parent / "later"
    assert watch.keep([missing]) == [Unwatched(folder=missing / "new", reason="it is not there")]
    assert not watch.looks_different()
    make_maildir(Disk(), missing)
    assert watch.looks_different()
    put(missing)
    assert watch.looks_different()
    assert not watch.looks_different()
    assert watch.keep([missing]) == []
    assert not watch.looks_different()


def test_a_machine_without_watches_left_is_looked_at(maildir: Path) -> None:
    """When the kernel gives no inotify instance, the folder is looked at and the reason told."""
    script = f"""
import errno, os
from pathlib import Path
from mdtickets.app.watching import Watch
watch = Watch(print)
try:
    while True:
        os.dup(0)
except OSError as error:
    assert error.errno == errno.EMFILE
[unwatched] = watch.keep([Path({str(maildir)!r})])
os.closerange(10, 10_000)
print(unwatched.reason)
Path({str(maildir / "new" / "1700000000.a.h")!r}).touch()
print(watch.looks_different())
"""
    limited = ["sh", "-c", f'ulimit -n 64; exec {sys.executable} -c "$0"', script]
    done = subprocess.run(limited, capture_output=True, text=True, check=False, env={**os.environ, **ENVIRONMENT})
    assert done.stdout.splitlines() == [
        "the limit of open files or fs.inotify.max_user_instances is reached",
        "True",
    ]


def test_a_watch_can_be_stopped_twice(watch: Watch, maildir: Path) -> None:
    """Stopping is safe at any time."""
    watch.keep([maildir])
    watch.stop()
    watch.stop()
