"""Running git: by argument list, with nobody's environment, hooks or patience in the way.

Git is asked to stop with SIGTERM, never SIGKILL, when it takes too long: so it removes its own lock files.
"""

import os
import subprocess
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from msgspec import Struct

from mdtickets.errors import UnavailableError

# A hook must not stop filing mail. Loose objects and refs are synced like everything else we call durable. Another git
# that is writing a ref is given a second. Git maps a whole pack into memory unless told otherwise: 94 MB for the status
# of 10,000 tickets, the pack's size for any store.
_OPTIONS = (
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.fsync=committed,loose-object"),
    *("-c", "core.filesRefLockTimeout=1000"),
    *("-c", "core.packedGitWindowSize=1m"),
    *("-c", "core.packedGitLimit=16m"),
)

# Of GIT_… only what says how git works stays; what says where (GIT_DIR, GIT_INDEX_FILE, …) is the caller's business.
_KEPT = ("GIT_CONFIG_", "GIT_TRACE", "GIT_EXEC_PATH", "GIT_SSH", "GIT_ASKPASS", "GIT_SSL_", "GIT_HTTP", "GIT_PROXY")
_DROPPED = ("GIT_CONFIG_PARAMETERS",)

_DISK_FULL = ("No space left on device", "Out of diskspace", "Disk quota exceeded")

# glibc gives freed memory back at once; fast-import then takes it again for every object: a third of its CPU.
_KEEPING_MEMORY = {"MALLOC_TRIM_THRESHOLD_": str(64 << 20), "MALLOC_TOP_PAD_": str(16 << 20)}

_GRACE = 10.0  # seconds between SIGTERM and SIGKILL


class GitError(UnavailableError):
    """Git did not do what it was asked; the sentence says why, in words for `status`."""


class Answer(Struct, frozen=True):
    """How one git process ended."""

    status: int
    output: bytes
    errors: str


class Git:
    """Git in one work tree. Every call is one process, ended after `limit` seconds."""

    def __init__(self, root: Path, limit: float = 120.0) -> None:
        self.root = root
        self.limit = limit

    def ask(self, *arguments: str, stdin: bytes = b"") -> Answer:
        """The answer, whatever the exit status. Raises GitError when git cannot be run or takes too long."""
        process = self._start(arguments)
        try:
            output, errors = process.communicate(stdin, timeout=self.limit)
        except subprocess.TimeoutExpired:
            raise self._too_slow(arguments) from None
        finally:
            _end(process)
        return Answer(process.returncode, output, errors.decode(errors="replace"))

    def run(self, *arguments: str, stdin: bytes = b"") -> bytes:
        """What git prints. Raises GitError when it fails."""
        answer = self.ask(*arguments, stdin=stdin)
        if answer.status:
            raise self.failure(arguments[0], answer.errors)
        return answer.output

    def feed(self, write: Callable[[IO[bytes]], object], *arguments: str) -> bytes:
        """What git prints after `write` has given it all input, piece by piece. It must print little before that.

        Raises GitError when git fails; what `write` raises ends git and is passed on.
        """
        process = self._start(arguments)
        expired = threading.Event()
        clock = threading.Timer(self.limit, _stop, (process, expired))
        clock.start()
        try:
            _write(process, write)
            output, errors = process.communicate()
        finally:
            clock.cancel()
            _end(process)
        if expired.is_set():
            raise self._too_slow(arguments)
        if process.returncode:
            raise self.failure(arguments[0], errors.decode(errors="replace"), process.returncode)
        return output

    def failure(self, command: str, errors: str, status: int = 0) -> GitError:
        """The error for a failed command, from what git wrote to stderr."""
        if "dubious ownership" in errors:
            return GitError(
                "git refuses to work in a store that belongs to another user.",
                f"Allow it: git config --global --add safe.directory {self.root}",
            )
        if "not a git repository" in errors:
            return GitError("the store is no git repository.", "Make it one: git init")
        if any(words in errors for words in _DISK_FULL):
            return GitError("git cannot write: the disk is full.")
        return GitError(f"git {command} failed: {_first_complaint(errors) or f'exit status {status}'}")

    def _start(self, arguments: tuple[str, ...]) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                ("git", *_OPTIONS, *arguments),
                cwd=self.root,
                env=environment(self.root, os.environ),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=1 << 16,
            )
        except FileNotFoundError as error:
            missing = "the store" if str(error.filename) == str(self.root) else "git"
            raise GitError(f"{missing} is not there.") from error

    def _too_slow(self, arguments: tuple[str, ...]) -> GitError:
        return GitError(f"git {arguments[0]} took longer than {self.limit:g} s.")


def environment(root: Path, inherited: Mapping[str, str]) -> dict[str, str]:
    """The environment for git in that store: its messages in English, and no repository but the store's own."""
    kept = {
        name: value
        for name, value in inherited.items()
        if not name.startswith("GIT_") or (name.startswith(_KEPT) and name not in _DROPPED)
    }
    # a store that lost its .git must not be committed to a repository that happens to lie above it
    ceiling = os.path.dirname(os.path.realpath(root))
    return _KEEPING_MEMORY | kept | {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_CEILING_DIRECTORIES": ceiling}


def _write(process: subprocess.Popen[bytes], write: Callable[[IO[bytes]], object]) -> None:
    assert process.stdin is not None  # noqa: S101  # it was started with a pipe
    try:
        write(process.stdin)
    except BrokenPipeError:
        return  # git ended early; its exit status and words say why


def _stop(process: subprocess.Popen[bytes], expired: threading.Event) -> None:
    expired.set()
    process.terminate()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leave no child behind, whatever happened."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        try:
            if stream:
                stream.close()
        except BrokenPipeError:
            continue


def _first_complaint(errors: str) -> str:
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    return next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[0] if lines else "")
