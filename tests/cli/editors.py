"""Somebody at a terminal, and the editor that he uses, for tests of what agents write."""

import io
import sys
from pathlib import Path
from typing import TextIO

import pytest


class Terminal(io.StringIO):
    """Somebody sits there."""

    def isatty(self) -> bool:
        return True


def use_editor(monkeypatch: pytest.MonkeyPatch, place: Path, script: str, stdin: TextIO | None = None) -> None:
    """An editor that does what the shell script says to the file "$1"; `stdin` is who sits there, if that matters."""
    program = place / "editor"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(program))
    monkeypatch.delenv("VISUAL", raising=False)
    if stdin is not None:
        monkeypatch.setattr(sys, "stdin", stdin)
