"""Hooks: programs of the team's that run after an event. Whatever they do, the store is well.

`hooks/EVENT` gets the event on standard input. It runs once its event is durable and announced no more, so at most once.
Only a machine whose user trusts them runs any: they come with a clone.
"""

import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from mdtickets.app.session import Session
from mdtickets.domain.event import format_time
from mdtickets.domain.settings import HookTrust
from mdtickets.store.announcements import Announced, format_announced
from mdtickets.store.durable import temporary_name

TIME_LIMIT = 30.0  # seconds
LOG_FILE = "hooks.log"

_MOST_OUTPUT = 4096  # bytes of one run that the log keeps
_MOST_LOG = 1 << 20


def run_hooks(session: Session, announced: Sequence[Announced], *, limit: float = TIME_LIMIT) -> None:
    """Run what is there for these events, one after the other, and log how each ended."""
    if session.settings.hooks is not HookTrust.TRUSTED:
        return
    for number, event in announced:
        program = session.layout.hooks / event.what
        if event.what.replace("_", "").isalnum() and _is_executable(program):
            told = format_announced(session.layout, number, event)
            ended, output = _run(program, told, session.layout.root, limit)
            _log(session, f"{format_time(session.now())} {event.what} {number}: {ended}", output)


def _is_executable(program: Path) -> bool:
    return program.is_file() and os.access(program, os.X_OK)


def _run(program: Path, told: bytes, root: Path, limit: float) -> tuple[str, bytes]:
    """How it ended, in words, and the beginning of what it printed."""
    environment = {**os.environ, "MDTICKETS_STORE": str(root)}
    try:
        process = subprocess.Popen(
            [str(program)],
            cwd=root,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        return f"cannot be run: {error.strerror}", b""
    try:
        output, _errors = process.communicate(told, timeout=limit)
    except subprocess.TimeoutExpired:
        # its children too, else their open pipe would keep us
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        output, _errors = process.communicate()
        return f"stopped after {limit:g} s", output
    return f"exit {process.returncode}", output


def _log(session: Session, line: str, output: bytes) -> None:
    """Add to the log, which forgets its beginning. A full disk must not stop anybody."""
    path = session.layout.run / LOG_FILE
    text = output[:_MOST_OUTPUT].decode(errors="replace").rstrip("\n")
    lines = "".join(f"  {told}\n" for told in text.split("\n") if told)
    with suppress(OSError):
        before = path.read_bytes()[-_MOST_LOG:] if path.exists() else b""
        session.disk.write(temporary_name(path), before + f"{line}\n{lines}".encode())
        session.disk.rename(temporary_name(path), path)
