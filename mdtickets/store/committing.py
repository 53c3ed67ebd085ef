"""How commits get into the branch without touching what the user has staged or changed.

Objects first (fast-import onto a ref of our own), then the index, then the branch, as git itself does it: a branch
ahead of its index would make the user's next `git commit` take our files out again. Few commits to a plain repository
are made without git, step by step; what is odd is git's to do, by four processes for any number. Works only while the
caller holds our lock; the user's own git needs no lock of ours.
"""

import errno
import os
import stat
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from mdtickets.store.blobs import blob_id, blob_id_of_file, has_bytes
from mdtickets.store.commit import Commit
from mdtickets.store.fast_import import write_stream
from mdtickets.store.git_files import GitDirectory, find_git_directory
from mdtickets.store.git_plain import NotPlainError, plain_digits
from mdtickets.store.git_process import Git, GitError
from mdtickets.store.git_refs import drop_own_locks, move_branch, write_ref
from mdtickets.store.git_staging import ON_DISK, Version, drop_own_index_lock, stage_versions
from mdtickets.store.loose_commits import make_loose_commits

# In a linked work tree the ref belongs to that tree alone: each of them is a store with a lock of its own.
PENDING: Final = "refs/mdtickets/pending"
PENDING_LINKED: Final = "refs/worktree/mdtickets/pending"

_PAUSE = 0.05  # seconds between two looks at a lock of git's
_GRACE = 1.0  # seconds after which a lock on our own ref is nobody's
_BIG_FILE = "--big-file-threshold=8m"  # larger contents go through git in pieces, not through its memory

_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

# What update-ref says when the branch moved, or was born, meanwhile: another round will do.
_MOVED = ("but expected", "reference already exists")


class Committed(Struct, frozen=True, kw_only=True):
    """The commits are made; `tip` is the branch's commit now ("" when there was nothing to do and no commit yet).

    `base` is the commit that they stand on; "" when there was none, or nothing to do.
    """

    tip: str
    count: int
    base: str = ""


class Postponed(Struct, frozen=True, kw_only=True):
    """No commit now, for a reason that `status` can show. Nothing is lost: the files are the truth."""

    reason: str


Outcome = Committed | Postponed


class Patience(Struct, frozen=True, kw_only=True):
    """How long git may keep us, in seconds."""

    lock: float = 60.0  # for another process of ours
    index: float = 5.0  # for the user's git to let go of the index
    git: float = 120.0  # for one git process
    rounds: int = 5  # attempts when the branch moves meanwhile


class Committer:
    """Makes commits. Exists only while our lock is held: see `Repository.alone`."""

    def __init__(self, root: Path, patience: Patience) -> None:
        self._root = root
        self._patience = patience
        self._git = Git(root, patience.git)
        self._digits: int | None = None  # of object ids, where we may write the repository ourselves

    def commit(self, commits: Sequence[Commit]) -> Outcome:
        """Put these commits on the branch, all or none, after those that a crash left half made."""
        try:
            directory = self._open()
            self._finish_pending(directory)
            return self._commit(directory, commits)
        except GitError as error:
            return Postponed(reason=str(error))
        except OSError as error:
            if error.errno in _DISK_FULL:
                return Postponed(reason="git cannot write: the disk is full.")
            return Postponed(reason=f"{error.strerror or error} ({error.filename or 'git'})")

    def recover(self) -> Outcome:
        """Finish what a crash left half made. `count` is 0: whose commits these were is not known here."""
        return self.commit(())

    def _open(self) -> GitDirectory:
        directory = find_git_directory(self._root)
        if directory is None:
            raise GitError("the store is no git repository.", "Make it one: git init")
        self._digits = plain_digits(self._root, directory)
        drop_own_index_lock(directory)
        return directory

    def _commit(self, directory: GitDirectory, commits: Sequence[Commit]) -> Committed:
        if not commits:
            return Committed(tip=head_commit(self._git, directory) or "", count=0)
        for _ in range(self._patience.rounds):
            branch = self._branch(directory)
            # known beforehand, a lock that stays costs no objects
            self._await_index(directory, time.monotonic() + self._patience.index)
            old = self._tip(directory, branch)
            new = self._import(directory, branch, commits, old)
            try:
                self._stage(directory, _versions(commits), len(new))
                moved = self._move(directory, branch, old, new)
            except (GitError, OSError):
                # all or none: the caller still has these commits and will come again with them
                self._drop_pending(directory)
                raise
            if moved:
                return Committed(tip=new, count=len(commits), base=old)
        self._drop_pending(directory)
        raise GitError(f"the branch moved {self._patience.rounds} times while it was committed to.")

    def _branch(self, directory: GitDirectory) -> str:
        obstacle = directory.obstacle()
        if obstacle:
            raise GitError(obstacle)
        if not directory.has_ref_files:
            return self._git.run("symbolic-ref", "HEAD").decode().strip()
        branch = directory.branch() or ""
        drop_own_locks(directory, branch)
        return branch

    def _tip(self, directory: GitDirectory, branch: str) -> str:
        """The branch's commit; "" when it has none yet."""
        if self._digits:
            found = directory.read_ref(branch)
            if found and len(found) == self._digits:
                return found
        return self._tip_of_git(directory, branch)

    def _tip_of_git(self, directory: GitDirectory, branch: str) -> str:
        answer = self._git.ask("rev-parse", "--verify", "--quiet", f"{branch}^0")
        if answer.status == 0:
            return answer.output.decode().strip()
        if answer.errors.strip():
            raise self._git.failure("rev-parse", answer.errors)
        if directory.read_ref(branch) is not None:
            raise GitError(f"{branch} names a commit that is not there; see git fsck.")
        return ""

    def _import(self, directory: GitDirectory, branch: str, commits: Sequence[Commit], old: str) -> str:
        """Make the commits on top of `old`, onto our own ref; the id of the last."""
        ref = _pending(directory)
        _drop_stale_lock(directory.place(f"{ref}.lock"))
        if self._digits and old:
            try:
                new = make_loose_commits(commits, root=self._root, place=directory.common / "objects", parent=old)
            except NotPlainError:
                self._tip_of_git(directory, branch)
            else:
                write_ref(directory.place(ref), new)
                return new
        return self._import_by_git(directory, commits, old)

    def _import_by_git(self, directory: GitDirectory, commits: Sequence[Commit], old: str) -> str:
        ref = _pending(directory)
        known = set(directory.leftovers())
        try:
            output = self._git.feed(
                lambda out: write_stream(out, commits, root=self._root, ref=ref, parent=old),
                *("fast-import", "--quiet", "--force", "--done", _BIG_FILE),
            )
        except (GitError, OSError):
            # tried again and again on a full disk, they would keep it full
            for left in set(directory.leftovers()) - known:
                left.unlink(missing_ok=True)
            raise
        return output.decode().strip()

    def _stage(self, directory: GitDirectory, versions: Mapping[str, Version], digits: int) -> None:
        """Make the index agree with the new commit, for these paths alone.

        A file that is on the disk as it was committed is staged from there, so that git knows its times. One that was
        edited since is staged as committed: the edit stays the user's, unstaged.
        """
        if self._digits and self._stage_ourselves(directory, versions, self._digits):
            return
        from_disk = {path for path, version in versions.items() if self._is_on_disk(path, version)}
        if from_disk:
            paths = b"".join(os.fsencode(path) + b"\0" for path in versions if path in from_disk)
            self._update_index(directory, paths, "--add", "--remove", "-z", "--stdin")
        edited = {path: version for path, version in versions.items() if path not in from_disk and version != ON_DISK}
        if edited:
            lines = b"".join(_index_line(path, version, digits) for path, version in edited.items())
            self._update_index(directory, lines, "-z", "--index-info")

    def _stage_ourselves(self, directory: GitDirectory, versions: Mapping[str, Version], digits: int) -> bool:
        """False when git has to do it."""
        deadline = time.monotonic() + self._patience.index
        while True:
            self._await_index(directory, deadline)
            try:
                stage_versions(self._root, directory, versions, digits)
            except FileExistsError:
                continue
            except NotPlainError:
                return False
            return True

    def _is_on_disk(self, path: str, version: Version) -> bool:
        """Whether the work tree is, at this path, what was committed."""
        place = f"{self._root}/{path}"
        try:
            if isinstance(version, bytes):
                return has_bytes(place, version)
            if version is None or not stat.S_ISREG(os.lstat(place).st_mode):
                return version is None and not os.path.lexists(place)
            return version == ON_DISK or blob_id_of_file(place, len(version)) == version
        except OSError:
            return False

    def _update_index(self, directory: GitDirectory, stdin: bytes, *options: str) -> None:
        deadline = time.monotonic() + self._patience.index
        while True:
            self._await_index(directory, deadline)
            answer = self._git.ask("update-index", *options, stdin=stdin)
            if answer.status == 0:
                return
            held = "index.lock" in answer.errors and "File exists" in answer.errors
            if not held or time.monotonic() >= deadline:
                raise self._git.failure("update-index", answer.errors)

    def _await_index(self, directory: GitDirectory, deadline: float) -> None:
        """Return when nobody holds the index. Its lock is git's, and never ours to remove."""
        while directory.index_lock.exists():
            if time.monotonic() >= deadline:
                raise GitError(directory.describe_index_lock())
            time.sleep(_PAUSE)

    def _move(self, directory: GitDirectory, branch: str, old: str, new: str) -> bool:
        """Move the branch from `old` to `new` and drop our ref, both or neither; False when another round may help."""
        if self._digits and old:
            try:
                if not move_branch(directory, branch, old, new):
                    return False
            except NotPlainError:
                return self._move_by_git(directory, branch, old, new)
            directory.place(_pending(directory)).unlink(missing_ok=True)
            return True
        return self._move_by_git(directory, branch, old, new)

    def _move_by_git(self, directory: GitDirectory, branch: str, old: str, new: str) -> bool:
        if self._branch(directory) != branch:
            return False
        lines = f"update {branch} {new} {old or '0' * len(new)}\ndelete {_pending(directory)} {new}\n"
        answer = self._git.ask("update-ref", "-m", "mdtickets", "--stdin", stdin=lines.encode())
        if answer.status == 0:
            return True
        if not any(reason in answer.errors for reason in _MOVED):
            raise self._git.failure("update-ref", answer.errors)
        time.sleep(_PAUSE)
        return False

    def _finish_pending(self, directory: GitDirectory) -> None:
        """Commits that a crash kept from the branch: put them there, or drop them if it has moved on.

        The journal makes up for what is dropped.
        """
        new = self._read_pending(directory)
        if new is None:
            return
        branch = self._branch(directory)
        old = self._tip(directory, branch)
        if not (new and old) or self._git.ask("merge-base", "--is-ancestor", old, new).status:
            self._drop_pending(directory)
            return
        difference = self._git.run("diff-tree", "-r", "-z", "--no-renames", old, new)
        self._stage(directory, _parse_difference(difference), len(new))
        if not self._move(directory, branch, old, new):
            self._drop_pending(directory)

    def _read_pending(self, directory: GitDirectory) -> str | None:
        if directory.has_ref_files:
            return directory.read_ref(_pending(directory))
        answer = self._git.ask("rev-parse", "--verify", "--quiet", _pending(directory))
        return None if answer.status else answer.output.decode().strip()

    def _drop_pending(self, directory: GitDirectory) -> None:
        ref = _pending(directory)
        if self._git.ask("update-ref", "-d", ref).status:
            # a torn write leaves a ref that git itself cannot remove
            directory.place(ref).unlink(missing_ok=True)


def head_commit(git: Git, directory: GitDirectory) -> str | None:
    """The commit that is checked out; None before the first. Starts no process as long as refs are files."""
    if directory.has_ref_files:
        found = directory.read_ref("HEAD")
        if found != "":
            return found
    answer = git.ask("rev-parse", "--verify", "--quiet", "HEAD^0")
    return None if answer.status else answer.output.decode().strip()


def _versions(commits: Iterable[Commit]) -> dict[str, Version]:
    """Each path after the last commit."""
    versions: dict[str, Version] = {}
    for commit in commits:
        for path, data in commit.files.items():
            versions[path] = ON_DISK if data is None else data
        versions.update(dict.fromkeys(commit.removed))
    return versions


def _parse_difference(output: bytes) -> dict[str, Version]:
    """Path → new blob (None = removed) of `diff-tree -r -z`: `:OLDMODE NEWMODE OLD NEW STATUS NUL PATH NUL`."""
    fields = output.split(b"\0")
    found = zip(fields[0::2], fields[1::2], strict=False)
    return {os.fsdecode(path): _new_blob(entry.decode().split()) for entry, path in found}


def _new_blob(entry: Sequence[str]) -> str | None:
    return None if entry[4] == "D" else entry[3]


def _index_line(path: str, version: Version, digits: int) -> bytes:
    blob = blob_id(version, digits) if isinstance(version, bytes) else version
    start = f"100644 {blob}" if blob else f"0 {'0' * digits}"
    return start.encode() + b"\t" + os.fsencode(path) + b"\0"


def _pending(directory: GitDirectory) -> str:
    return PENDING_LINKED if directory.is_linked else PENDING


def _drop_stale_lock(path: Path) -> None:
    """Remove what a killed process left: only holders of our lock, that is we, write our own ref."""
    deadline = time.monotonic() + _GRACE  # but `git pack-refs` may hold it for an instant
    while path.exists():
        if time.monotonic() >= deadline:
            path.unlink(missing_ok=True)
        time.sleep(_PAUSE)
