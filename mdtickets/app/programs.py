"""The team's own programs: run with a time limit and watched, whatever they do; how each ended stands in one log."""

import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import IO

from msgspec import Struct

from mdtickets.app.session import Session
from mdtickets.domain.event import format_time
from mdtickets.store.durable import temporary_name

TIME_LIMIT = 30.0  # seconds
LOG_FILE = "hooks.log"

_MOST_OUTPUT = 4096  # bytes of one run that the log keeps
_MOST_LOG = 1 << 20
_CHUNK = 1 << 16


class Ended(Struct, frozen=True, kw_only=True):
    """How a run ended, in words, and the beginning of what it printed."""

    words: str
    output: bytes = b""
    in_time: bool = True


class Runner:
    """Runs programs one after the other. One that hung is not run again by it: sending waits for us."""

    def __init__(self, session: Session, limit: float = TIME_LIMIT) -> None:
        self._session = session
        self._limit = limit  # seconds for each run
        self._hung: set[tuple[str, ...]] = set()

    def run(self, command: Sequence[str], told: bytes, name: str) -> None:
        """Run it in the store's directory with that on standard input, and log how it ended under that name."""
        ended = Ended(words="not run: it hung before")
        if tuple(command) not in self._hung:
            ended = _run(self._session, command, told, self._limit)
        if not ended.in_time:
            self._hung.add(tuple(command))
        _log(self._session, f"{format_time(self._session.now())} {name}: {ended.words}", ended.output)


def _run(session: Session, command: Sequence[str], told: bytes, limit: float) -> Ended:
    root = session.layout.root
    with tempfile.TemporaryFile() as source:
        source.write(told)
        source.seek(0)
        try:
            process = subprocess.Popen(
                command,
                cwd=root,
                env={**os.environ, "MDTICKETS_STORE": str(root)},
                stdin=source,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            return Ended(words=f"cannot be run: {getattr(error, 'strerror', None) or error}")
    deadline = time.monotonic() + limit
    assert process.stdout  # noqa: S101  # a pipe, as asked for
    with process.stdout:
        output = _read(process.stdout, deadline)
    try:
        code = process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        # its children too
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return Ended(words=f"stopped after {limit:g} s", output=output, in_time=False)
    return Ended(words=f"exit {code}", output=output)


def _read(pipe: IO[bytes], deadline: float) -> bytes:
    """The beginning of what it prints; the rest is read and forgotten, until it ends or its time is over."""
    kept = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            if not selector.select(left):
                continue
            chunk = os.read(pipe.fileno(), _CHUNK)
            if not chunk:
                break
            kept += chunk[: max(0, _MOST_OUTPUT - len(kept))]
    return bytes(kept)


def _log(session: Session, line: str, output: bytes) -> None:
    """Add to the log, which forgets its beginning. A full disk must not stop anybody."""
    path = session.layout.run / LOG_FILE
    text = output.decode(errors="replace")
    lines = "".join(f"  {told}\n" for told in text.split("\n") if told)
    with suppress(OSError):
        before = path.read_bytes()[-_MOST_LOG:] if path.exists() else b""
        session.disk.write(temporary_name(path), before + f"{line}\n{lines}".encode())
        session.disk.rename(temporary_name(path), path)
