"""What the files of a git directory say without starting git: HEAD, refs, and what is going on.

The formats are those of gitrepository-layout(5). A repository whose refs are not files (reftable) says so, and git is
asked instead.
"""

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

_ID_LENGTHS = (40, 64)  # of SHA-1, of SHA-256
_HEX = frozenset("0123456789abcdef")
_SYMBOLIC = "ref: "
_DEPTH = 5  # symbolic refs that git itself follows

# While one of these is there, a commit of ours would end up in the middle of the user's work.
_IN_PROGRESS = (
    ("MERGE_HEAD", "a merge", "git merge"),
    ("rebase-merge", "a rebase", "git rebase"),
    ("rebase-apply", "a rebase", "git rebase"),
    ("CHERRY_PICK_HEAD", "a cherry-pick", "git cherry-pick"),
    ("REVERT_HEAD", "a revert", "git revert"),
    ("sequencer", "a cherry-pick or revert", "git cherry-pick"),
)


class GitDirectory(Struct, frozen=True):
    """A git directory: `own` holds HEAD and the index of this work tree, `common` the refs and objects."""

    own: Path
    common: Path

    @property
    def is_linked(self) -> bool:
        """Whether this is one of several work trees (git worktree add)."""
        return self.own != self.common

    @property
    def index_lock(self) -> Path:
        """The file by which git says that somebody is writing the index."""
        return self.own / "index.lock"

    @property
    def has_ref_files(self) -> bool:
        """Whether refs can be read as files; reftable leaves this HEAD for programs that cannot read it."""
        return _line(self.own / "HEAD") != "ref: refs/heads/.invalid"

    def branch(self) -> str | None:
        """The full name of the branch that is checked out, born or not; None when HEAD is detached."""
        head = _line(self.own / "HEAD") or ""
        return head.removeprefix(_SYMBOLIC) if head.startswith(_SYMBOLIC) else None

    def place(self, name: str) -> Path:
        """The file of a ref, whether it is there or not."""
        per_work_tree = not name.startswith("refs/") or name.startswith(("refs/worktree/", "refs/bisect/"))
        return (self.own if per_work_tree else self.common) / name

    def leftovers(self) -> Iterable[Path]:
        """What a git that failed or was killed leaves: fast-import's reports, and packs without their final name.

        One that is at work has such files too.
        """
        yield from self.own.glob("fast_import_crash_*")
        yield from (self.common / "objects" / "pack").glob("tmp_*")

    def read_ref(self, name: str) -> str | None:
        """The object id that a ref names, or None. A ref file that holds no id (a torn write) gives ""."""
        for _ in range(_DEPTH):
            text = _line(self.place(name))
            if text is None:
                return self._packed(name)
            if not text.startswith(_SYMBOLIC):
                return text if len(text) in _ID_LENGTHS and _HEX.issuperset(text) else ""
            name = text.removeprefix(_SYMBOLIC)
        return None

    def obstacle(self) -> str | None:
        """Why nothing may be committed now, as a sentence with the way out; None when nothing is in the way."""
        for name, what, command in _IN_PROGRESS:
            if os.path.lexists(self.own / name):
                return f"{what} is in progress in the store ({command} --continue or --abort ends it)."
        if self.branch() is None:
            return "HEAD is detached: no branch is checked out in the store (git switch BRANCH)."
        return None

    def describe_index_lock(self) -> str:
        """The sentence about an index.lock that does not go away."""
        try:
            since = datetime.fromtimestamp(os.stat(self.index_lock).st_mtime, UTC)
        except OSError:
            return "another git held the index for too long."
        return (
            f"another git has held the index since {since:%Y-%m-%d %H:%M:%S} UTC; "
            f"if none is running, remove {self.index_lock}."
        )

    def _packed(self, name: str) -> str | None:
        wanted = f" {name}"
        try:
            with open(self.common / "packed-refs", encoding="utf-8", errors="surrogateescape") as file:
                return next((line.split(" ", 1)[0] for line in file if line.rstrip("\n").endswith(wanted)), None)
        except FileNotFoundError:
            return None


def find_git_directory(root: Path) -> GitDirectory | None:
    """The git directory of a work tree: `.git`, or where a `.git` file points to. None when there is none."""
    own = root / ".git"
    if own.is_file():
        text = _line(own) or ""
        if not text.startswith("gitdir: "):
            return None
        own = root / text.removeprefix("gitdir: ")
    if not (own / "HEAD").is_file():
        return None
    shared = _line(own / "commondir")
    return GitDirectory(own, Path(os.path.normpath(own / shared)) if shared else own)


def obstacle_in(root: Path) -> str | None:
    """Why nothing could be committed now (a merge is in progress, …); None when nothing is known to be in the way."""
    directory = find_git_directory(root)
    return directory.obstacle() if directory else "the store is no git repository."


def _line(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape").strip()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
