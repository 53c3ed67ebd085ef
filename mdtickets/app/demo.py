"""`demo`: a store of a small firm with a week of history, its waiting mail filed and acknowledged."""

import itertools
import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

import mdtickets
from mdtickets.app.config import load_settings
from mdtickets.app.initialize import check_git, make_store
from mdtickets.app.repository import repository_of
from mdtickets.app.retelling import retell
from mdtickets.app.session import Clock, Session, system_clock
from mdtickets.app.sweeping import Swept, shorten_named, sweep
from mdtickets.errors import NotFoundError, RefusedError
from mdtickets.store.durable import Disk, read_chunks
from mdtickets.store.git import Committed
from mdtickets.store.git_upkeep import IGNORED
from mdtickets.store.layout import Layout
from mdtickets.store.listing import numbers_like
from mdtickets.store.maildir import deliver, mail_folder, make_maildir, unique_name

DIRECTORY = "mdtickets-demo"

_EXAMPLE = "example-store"
_MAIL = "mail"
_FEWEST_DIGITS = 4
_PACKAGE = Path(mdtickets.__file__).parent


class Demo(Struct, frozen=True, kw_only=True):
    """What was made: where, how much history it has, and what became of the mail that waited."""

    root: Path
    name: str  # of the firm
    commits: int  # of its history, without those of the mail filed now
    waiting: int
    swept: Swept
    part: str  # of the number of a ticket that got mail: enough to name it
    shortened: Mapping[str, str]  # the tickets that a mail may be about as well, by number


def make_demo(directory: Path, *, clock: Clock = system_clock) -> Demo:
    """Copy the example store, give it its git history, file and acknowledge what waits in its Maildirs.

    Raises RefusedError when the directory is not empty, UnavailableError without git, OSError when it cannot be written.
    """
    check_git()
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise RefusedError(f"{directory} is there already.", f"Another place: mdtickets demo {_free_name(directory)}")
    source, layout, disk = find_example_store(), Layout(directory.absolute()), Disk()
    _copy(disk, source, layout.root)
    disk.write(layout.root / ".gitignore", f"{IGNORED}/{_MAIL}/\n".encode())
    commits = retell(layout, load_settings(layout).agents)
    make_store(layout, disk=disk, clock=lambda: commits[0].at)
    session = Session(layout=layout, settings=load_settings(layout), disk=disk, clock=clock)
    outcome = repository_of(session).commit(commits)
    waiting = _deliver(session, source / _MAIL)
    swept = sweep(session)
    return Demo(
        root=directory,
        name=session.settings.name,
        commits=outcome.count + 1 if isinstance(outcome, Committed) else 0,
        waiting=waiting,
        swept=swept,
        part=min((_ending(session, each.number) for each in swept.filing.filed), key=len, default=""),
        shortened=shorten_named(session, swept.filing),
    )


def _ending(session: Session, number: str) -> str:
    """The fewest last digits of a number that mean no other ticket."""
    endings = (number[-length:] for length in range(_FEWEST_DIGITS, len(number)))
    return next((ending for ending in endings if numbers_like(session.catalog, ending) == [number]), number)


def find_example_store() -> Path:
    """The example store: in the installed package, or beside it in a checkout. Raises NotFoundError."""
    for place in (_PACKAGE / _EXAMPLE, _PACKAGE.parent / _EXAMPLE):
        if place.is_dir():
            return place
    raise NotFoundError(
        "The example store was not installed with the program.", "Install it again, or run in a checkout."
    )


def _free_name(directory: Path) -> Path:
    names = (directory.with_name(f"{directory.name}-{number}") for number in itertools.count(2))
    return next(path for path in names if not path.exists())


def _copy(disk: Disk, source: Path, target: Path) -> None:
    """All of the example but its mail."""
    for path in sorted(source.rglob("*")):
        place = path.relative_to(source)
        if path.is_file() and place.parts[0] != _MAIL:
            disk.make_directory((target / place).parent)
            disk.write(target / place, read_chunks(path))


def _deliver(session: Session, mail: Path) -> int:
    """Put the waiting mail into the store's Maildirs as if it came just now, in its order; how many there are.

    Fresh names, because nobody acknowledges mail that is months old.
    """
    disk, host, moment = session.disk, os.uname().nodename, int(session.now().timestamp()) * 10**9
    for mailbox in session.settings.mailboxes:
        make_maildir(disk, mail_folder(session.layout.resolve(mailbox.maildir), mailbox))
    waiting = sorted(mail.glob("**/new/*"), key=lambda path: (path.name, str(path)))
    for place, path in enumerate(waiting):
        maildir = session.layout.root / _MAIL / path.parent.parent.relative_to(mail)
        unique = unique_name(now_ns=moment + place * 1000, process=os.getpid(), counter=place, host=host)
        deliver(disk, maildir, read_chunks(path), unique=unique)
    return len(waiting)
