"""Hooks: programs of the team's that run after an event. Whatever they do, the store is well.

`hooks/EVENT` gets the event on standard input. It runs once its event is durable and announced no more, so at most once.
Only a machine whose user trusts them runs any: they come with a clone.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from mdtickets.app.programs import TIME_LIMIT, Runner
from mdtickets.app.session import Session
from mdtickets.domain.settings import HookTrust
from mdtickets.store.announcements import Announced, format_announced


def run_hooks(session: Session, announced: Sequence[Announced], *, limit: float = TIME_LIMIT) -> None:
    """Run what is there for these events, one after the other, and log how each ended.

    One that hung is not run again for the rest of them: sending waits for us.
    """
    if session.settings.hooks is not HookTrust.TRUSTED:
        return
    runner = Runner(session, limit)
    for number, event in announced:
        program = session.layout.hooks / event.what
        if event.what.replace("_", "").isalnum() and _is_executable(program):
            told = format_announced(session.layout, number, event)
            runner.run([str(program)], told, f"{event.what} {number}")


def _is_executable(program: Path) -> bool:
    return program.is_file() and os.access(program, os.X_OK)
