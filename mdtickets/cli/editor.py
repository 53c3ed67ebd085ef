"""Where an agent's words come from: the command line, standard input, or an editor on a file."""

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from mdtickets.errors import UnavailableError

_USUAL = "vi"


def given_text(paragraphs: Sequence[str] | None) -> str | None:
    """The text of `-m` (each one a paragraph), else what standard input holds; None: let the agent write it.

    Nothing on standard input (a terminal, /dev/null) is no text.
    """
    if paragraphs:
        return "\n\n".join(paragraph.strip("\n") for paragraph in paragraphs)
    if sys.stdin is None or sys.stdin.isatty():
        return None
    return sys.stdin.read() or None


def edit(path: Path, line: int = 0) -> None:
    """Let the agent edit a file, from that line on, until the editor ends. Raises UnavailableError when it fails."""
    command = _editor(os.environ) or _USUAL
    try:
        ended = subprocess.run([*shlex.split(command), *([f"+{line}"] if line else []), os.fspath(path)], check=False)
    except (OSError, ValueError) as error:
        raise UnavailableError(f"The editor `{command}` cannot be run: {error}.", "Set EDITOR to one.") from error
    if ended.returncode:
        raise UnavailableError(f"The editor `{command}` ended with {ended.returncode}; nothing was done.")


def is_at_terminal() -> bool:
    """Whether somebody is there who can write in an editor."""
    return sys.stdin is not None and sys.stdin.isatty()


def can_ask() -> bool:
    """Whether somebody is there to answer a question."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def _editor(environment: Mapping[str, str]) -> str:
    """The user's editor; VISUAL before EDITOR, as git and mutt have it."""
    return environment.get("VISUAL", "").strip() or environment.get("EDITOR", "").strip()
