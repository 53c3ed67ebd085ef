"""Making the store a git repository, and keeping it fast: little and often, never in the user's way."""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from mdtickets.store.git_files import GitDirectory, find_git_directory
from mdtickets.store.git_process import Git

# Housekeeping is ours, so no command of the user's stops for git's. The rest is measured in the notes on git at scale.
SETTINGS: Final = (
    ("index.version", "4"),
    ("core.untrackedCache", "true"),
    ("core.fsync", "committed,loose-object"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
)

# Git keeps every byte as it is; two clones' histories are united line by line.
ATTRIBUTES: Final = """\
* -text
history.jsonl merge=union
ticket.md merge=mdtickets
"""

# This machine's own, agents' locks, and files that are still being written.
IGNORED: Final = """\
/.mdtickets/
/tickets/*/*/*/*/lock
.tmp-*
"""

_MOST_LOOSE = 5000
_MOST_PACKS = 20
_FAN_OUT = 256
_LEFT_BEHIND = timedelta(days=1)
_LONGEST = 3600.0  # seconds for one repack


def initialise(root: Path, shared: str | None = None) -> None:
    """Make the directory a git repository with the branch `main` and a store's settings; one that is stays what it is.

    `shared` is git's core.sharedRepository: "group" lets several users of a group work in it. Raises GitError.
    """
    git = Git(root)
    options = ("--initial-branch=main",) + ((f"--shared={shared}",) if shared else ())
    git.run("init", "--quiet", *options)
    configure(root)


def configure(root: Path) -> None:
    """Give the repository a store's settings (again). Raises GitError."""
    git = Git(root)
    for key, value in SETTINGS:
        git.run("config", key, value)


def wrong_settings(root: Path) -> tuple[str, ...]:
    """The keys in which the repository's own settings differ from a store's. Raises GitError."""
    lines = Git(root).run("config", "--local", "-z", "--list").decode(errors="replace").split("\0")
    found = {key: value for key, _, value in (line.partition("\n") for line in lines)}
    return tuple(key for key, value in SETTINGS if found.get(key.lower()) != value)


def keep(git: Git, now: datetime) -> tuple[str, ...]:
    """Do what is due: what was done, in words. Raises GitError.

    Loose objects and small packs are put together by size (geometric), which rewrites little. The commit graph with
    changed paths makes `git log -- TICKET` ten times faster.
    """
    directory = find_git_directory(git.root)
    if directory is None:
        return ()
    objects = directory.common / "objects"
    return (*_repack(git, objects), *_write_graph(git, directory), *_sweep(directory, now))


def needs_repack(root: Path) -> bool:
    """Whether there are so many loose objects or packs that git gets slow. Reads two directories."""
    directory = find_git_directory(root)
    return directory is not None and _is_scattered(directory.common / "objects")


def _repack(git: Git, objects: Path) -> Iterable[str]:
    if not _is_scattered(objects):
        return
    begun = time.monotonic()
    Git(git.root, _LONGEST).run("repack", "-d", "-l", "-q", "--geometric=2", "--write-midx")
    yield f"repacked in {time.monotonic() - begun:.1f} s"


def _is_scattered(objects: Path) -> bool:
    # one of 256 equal shares is counted, as git gc does
    loose = _FAN_OUT * _count(objects / "17", "*")
    return loose > _MOST_LOOSE or _count(objects / "pack", "*.pack") > _MOST_PACKS


def _count(directory: Path, pattern: str) -> int:
    return sum(1 for _ in directory.glob(pattern))


def _write_graph(git: Git, directory: GitDirectory) -> Iterable[str]:
    if directory.read_ref("HEAD"):
        git.run("commit-graph", "write", "--reachable", "--changed-paths", "--split", "--no-progress")
        yield "commit graph written"


def _sweep(directory: GitDirectory, now: datetime) -> Iterable[str]:
    """Whatever is a day old is nobody's any more."""
    oldest = (now - _LEFT_BEHIND).timestamp()
    for path in list(directory.leftovers()):
        try:
            if path.stat().st_mtime < oldest:
                path.unlink()
                yield f"{path.name} removed"
        except FileNotFoundError:
            continue
