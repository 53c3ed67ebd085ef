"""What git knows of changes behind our back: pulls and rebases by commit, hand edits by status.

Nothing here writes, not even git's index, so it may run beside anything.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime

from msgspec import Struct

from mdtickets.store.git_process import Git

# What mdtickets reads; anything else in the repository is the user's own business.
_WATCHED = ("tickets", "customers", "templates", "filters", "mdtickets.toml")
_UNTOUCHED = " "
_UNTRACKED = "?"


class Change(Struct, frozen=True, kw_only=True):
    """A path that differs from the last commit; the letters are those of `git status --porcelain` ("?", "M", …)."""

    path: str
    index: str  # against the last commit
    work_tree: str  # against the index

    @property
    def is_staged(self) -> bool:
        """Whether the user (or a commit of ours that is half made) has put it into the index."""
        return self.index not in {_UNTOUCHED, _UNTRACKED}

    @property
    def is_untracked(self) -> bool:
        """Whether git does not know the file."""
        return self.index == _UNTRACKED


def changed_paths(git: Git, old: str, new: str) -> list[str] | None:
    """The paths that differ between two commits; None when one of them is not there (history was rewritten)."""
    answer = git.ask("diff-tree", "-r", "-z", "--name-only", "--no-renames", f"{old}^{{tree}}", f"{new}^{{tree}}")
    return None if answer.status else [os.fsdecode(path) for path in answer.output.split(b"\0")[:-1]]


def find_changes(git: Git, *paths: str) -> list[Change]:
    """What is not committed, file by file, within these paths (none: whatever mdtickets reads)."""
    output = git.run(
        *("--no-optional-locks", "status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all"),
        *("--", *(paths or _WATCHED)),
    )
    return list(_parse_status(output))


def last_commit_at(git: Git) -> datetime | None:
    """When the last commit was made; None before the first."""
    answer = git.ask("log", "-1", "--format=%ct", "HEAD")
    return None if answer.status else datetime.fromtimestamp(int(answer.output), UTC)


def size_bytes(git: Git) -> int:
    """What the history takes on the disk."""
    lines = git.run("count-objects", "-v").decode().splitlines()
    figures = dict(line.split(": ", 1) for line in lines)
    return 1024 * (int(figures["size"]) + int(figures["size-pack"]))


def find_identity(git: Git) -> tuple[str, str] | None:
    """The name and address of the git user; None when the configuration names nobody."""
    answer = git.ask("config", "-z", "--get-regexp", r"^user\.(name|email)$")
    entries = (entry.partition("\n") for entry in os.fsdecode(answer.output).split("\0") if entry)
    found = {key: value for key, _, value in entries}
    name, email = found.get("user.name", ""), found.get("user.email", "")
    return (name or email.partition("@")[0], email) if email or name else None


def _parse_status(output: bytes) -> Iterator[Change]:
    for entry in output.split(b"\0")[:-1]:
        text = os.fsdecode(entry)
        yield Change(path=text[3:], index=text[0], work_tree=text[1])
