"""Making a store: the files that a team begins with, git, and this machine's own directory.

`initialize` makes a new one; `make_store` completes any directory that has settings into a store, as `demo` needs it.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from mdtickets.app.config import load_settings
from mdtickets.app.first_settings import Person, Wishes, first_settings
from mdtickets.app.repository import repository_of
from mdtickets.app.session import Clock, Session, system_clock
from mdtickets.app.templates import built_in_templates
from mdtickets.domain.delivery import DeliveryState
from mdtickets.domain.settings import Settings
from mdtickets.errors import RefusedError, UnavailableError
from mdtickets.store.durable import Disk, is_shared
from mdtickets.store.git import OURSELVES, Postponed
from mdtickets.store.git_upkeep import ATTRIBUTES, IGNORED, initialise
from mdtickets.store.layout import PRIVATE, SETTINGS_FILE, Layout
from mdtickets.store.maildir import make_maildir
from mdtickets.store.outbox import Outbox
from mdtickets.store.secret import message_id_key

_NOBODY = Settings(name="")
_FIRST_SYSTEM_ID = "10"
_LOCAL = f"""\
# Settings of this machine alone; git does not see them. They override those of mdtickets.toml.

# Part of every ticket number made here. Each clone that files mail needs another one, so that no two of them ever make
# the same number: two digits or more.
system_id = "{_FIRST_SYSTEM_ID}"
"""


class Initialized(Struct, frozen=True, kw_only=True):
    """A new store, and what its maker should know about it."""

    root: Path
    wishes: Wishes
    maildir: Path | None  # of its mailbox; None when it has none yet
    maildir_exists: bool = True
    agent: str = ""  # the key of the first agent
    not_committed: str = ""  # why git does not have the first commit


def initialize(directory: Path, wishes: Wishes, *, clock: Clock = system_clock) -> Initialized:
    """Make a new store in a directory that is new or empty.

    Raises RefusedError when it is not, UsageError for wishes that cannot be, UnavailableError without git.
    """
    root = Path(os.path.abspath(directory))  # noqa: PTH100  # `resolve` would follow a link that is meant to stay one
    wishes.check()
    _check_place(root)
    layout, disk = Layout(root), Disk()
    maildir = _choose_maildir(root, wishes)
    disk.make_directory(root)
    person = _git_user(layout)
    disk.write(layout.settings, first_settings(wishes, maildir or "../mail", person).encode())
    for name, data in built_in_templates().items():
        disk.make_directory(layout.templates)
        disk.write(layout.templates / name, data)
    not_committed = make_store(layout, disk=disk, clock=clock)
    settings = load_settings(layout)
    place = layout.resolve(maildir) if maildir else None
    return Initialized(
        root=root,
        wishes=wishes,
        maildir=place,
        maildir_exists=place is None or _make_mailbox(disk, place),
        agent=next(iter(settings.agents), ""),
        not_committed=not_committed,
    )


def make_store(layout: Layout, *, disk: Disk | None = None, clock: Clock = system_clock) -> str:
    """Make a directory with settings in it a store: git, attributes, this machine's own files, a first commit.

    What is there already stays as it is. The first commit has everything but tickets. Returns why there is none yet,
    "" when there is. Raises SettingsError, GitError, OSError.
    """
    disk = disk or Disk()
    settings = load_settings(layout)
    for path, text in ((layout.root / ".gitattributes", ATTRIBUTES), (layout.root / ".gitignore", IGNORED)):
        if not path.exists():
            disk.write(path, text.encode())
    _make_private(layout, disk)
    session = Session(layout=layout, settings=settings, disk=disk, clock=clock)
    make_maildir(disk, layout.resolve(settings.sending.maildir))
    initialise(layout.root, "group" if is_shared(layout.root) else None)
    tracked = [layout.relative(path) for path in _tracked(layout)]
    files = [layout.root / path for path in tracked]
    disk.sync([*files, *dict.fromkeys(file.parent for file in files)])
    outcome = repository_of(session).commit_paths(tracked, f"Make a store for {settings.name}", at=clock())
    return outcome.reason if isinstance(outcome, Postponed) else ""


def _make_private(layout: Layout, disk: Disk) -> None:
    """`.mdtickets/`: what belongs to this machine alone."""
    for directory in (layout.customers, layout.tickets, layout.private, layout.run):
        disk.make_directory(directory)
    outbox = Outbox(layout, disk)
    for state in DeliveryState:
        if state is not DeliveryState.SENT:
            disk.make_directory(outbox.directory(state))
    make_maildir(disk, layout.spool)
    message_id_key(layout, disk)
    if not layout.local_settings.exists():
        disk.replace_file(layout.local_settings, _LOCAL.encode())


def _tracked(layout: Layout) -> Iterator[Path]:
    """Every file of the store that git is to have from the start. Tickets have commits of their own."""
    for directory, names, files in os.walk(layout.root):
        here = Path(directory)
        if here == layout.root:
            names[:] = [name for name in names if name not in {".git", PRIVATE, layout.tickets.name}]
        names.sort()
        yield from (here / name for name in sorted(files) if not (here / name).is_symlink())


def check_git() -> None:
    """Raises UnavailableError when git is not installed."""
    if shutil.which("git") is None:
        raise UnavailableError("git is not installed, and a store is a git repository.", "Install it: apt install git")


def _check_place(root: Path) -> None:
    check_git()
    if root.exists() and not root.is_dir():
        raise RefusedError(f"{root} is a file.", "Name a directory that is new or empty.")
    if root.is_dir() and any(root.iterdir()):
        raise RefusedError(f"{root} is not empty.", "Name a directory that is new or empty.")
    around = next((above for above in root.parents if (above / SETTINGS_FILE).is_file()), None)
    if around:
        raise RefusedError(f"{root} lies within the store {around}.", "Name a directory outside of it.")


def _choose_maildir(root: Path, wishes: Wishes) -> str:
    """The Maildir as the settings will have it; "" when no mailbox is wished for.

    A relative one is meant from the store, as in the settings. When nothing is there it is meant from here, as any path
    on a command line, unless it begins with "..".
    """
    if not wishes.maildir:
        return "../mail" if wishes.address else ""
    wished = Path(wishes.maildir).expanduser()
    if wished.is_absolute():
        return str(wished)
    is_there = (root / wished).is_dir()
    if not is_there and (wished.is_dir() or wished.parts[:1] != ("..",)):
        return os.path.relpath(wished.absolute(), root)
    return str(wished)


def _make_mailbox(disk: Disk, maildir: Path) -> bool:
    """Make a Maildir that is not there yet. Its parent must be: a typing error is no reason to make a tree."""
    if not maildir.parent.is_dir():
        return False
    make_maildir(disk, maildir)
    return True


def _git_user(layout: Layout) -> Person | None:
    session = Session(layout=layout, settings=_NOBODY)
    name, email = repository_of(session).identity()
    return None if (name, email) == OURSELVES else Person(name=name, email=email)
