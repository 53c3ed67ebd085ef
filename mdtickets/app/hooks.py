"""Hooks: programs of the team's that run after an event. Whatever they do, the store is well.

`hooks/EVENT` gets the event on standard input. It runs once its event is durable and announced no more, so at most once.
Only a machine whose user trusts them runs any: they come with a clone.
"""

import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from mdtickets.app.session import Session
from mdtickets.domain.event import format_time
from mdtickets.domain.settings import HookTrust
from mdtickets.store.announcements import Announced, format_announced
from mdtickets.store.durable import temporary_name

TIME_LIMIT = 30.0  # seconds
LOG_FILE = "hooks.log"

_MOST_OUTPUT = 4096  # bytes of one run that the log keeps
_MOST_LOG = 1 << 20
_CHUNK = 1 << 16


def run_hooks(session: Session, announced: Sequence[Announced], *, limit: float = TIME_LIMIT) -> None:
    """Run what is there for these events, one after the other, and log how each ended.

    One that hung is not run again for the rest of them: sending waits for us.
    """
    if session.settings.hooks is not HookTrust.TRUSTED:
        return
    hung: set[str] = set()
    for number, event in announced:
        program = session.layout.hooks / event.what
        if not event.what.replace("_", "").isalnum() or not _is_executable(program):
            continue
        ended, output = "not run: it hung before", b""
        if event.what not in hung:
            ended, output, in_time = _run(program, format_announced(session.layout, number, event), session, limit)
            hung |= set() if in_time else {event.what}
        _log(session, f"{format_time(session.now())} {event.what} {number}: {ended}", output)


def _is_executable(program: Path) -> bool:
    return program.is_file() and os.access(program, os.X_OK)


def _run(program: Path, told: bytes, session: Session, limit: float) -> tuple[str, bytes, bool]:
    """How it ended, in words, the beginning of what it printed, and whether it ended in time."""
    root = session.layout.root
    with tempfile.TemporaryFile() as source:
        source.write(told)
        source.seek(0)
        try:
            process = subprocess.Popen(
                [str(program)],
                cwd=root,
                env={**os.environ, "MDTICKETS_STORE": str(root)},
                stdin=source,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            return f"cannot be run: {error.strerror}", b"", True
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
        return f"stopped after {limit:g} s", output, False
    return f"exit {code}", output, True


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
