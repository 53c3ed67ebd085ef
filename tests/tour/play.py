"""Playing the story: a fresh store, two terminals, step by step."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from tests.tour.story import INTRODUCTION, STEPS, TITLE, Mail, Step
from tests.tour.terminal import Terminal
from tests.world import BERT, OURS, SETTINGS, make_world

PAGE = Path(__file__).parents[2] / "mdtickets" / "docs" / "tour.md"


def can_play() -> bool:
    """Whether this machine has what a terminal needs."""
    return bool(shutil.which("tmux") and shutil.which("bash"))


def play() -> list[str]:
    """What stood on the terminal after each step."""
    with tempfile.TemporaryDirectory(prefix="tour", ignore_cleanup_errors=True) as temporary:
        place = Path(temporary)
        root = make_world(place, SETTINGS + BERT)
        with _terminals(place, root) as terminals:
            return [_screen(step, terminals[step.by], place) for step in STEPS]


def page(screens: list[str]) -> str:
    """The tour as a chapter of the documentation."""
    parts = [f"# {TITLE}\n", INTRODUCTION]
    for step, screen in zip(STEPS, screens, strict=True):
        parts.append(f"{step.text}\n```\n{screen}\n```\n")
    return "\n".join(parts)


def _screen(step: Step, terminal: Terminal, place: Path) -> str:
    (place / "clock").write_text(f"{step.at}\n", encoding="ascii")
    for mail in step.mails:
        _put(mail, place)
    return terminal.run(step.command)


@contextmanager
def _terminals(place: Path, root: Path) -> Iterator[dict[str, Terminal]]:
    programs = place / "bin"
    programs.mkdir()
    shim = programs / "mdtickets"
    shim.write_text(f'#!/bin/sh\nexec {sys.executable} -m tests.tour.program "$@"\n', encoding="utf-8")
    shim.chmod(0o755)
    path = f"{programs}:/usr/local/bin:/usr/bin:/bin"
    agents = dict.fromkeys(step.by for step in STEPS)
    found: dict[str, Terminal] = {}
    try:
        for agent in agents:
            found[agent] = Terminal(place / "tmux", agent, root, path, place / "clock")
        yield found
    finally:
        for terminal in found.values():
            terminal.close()


def _put(mail: Mail, place: Path) -> None:
    """Deliver a mail of Kim's, received at its time."""
    at = datetime.fromisoformat(mail.at)
    seconds = int(at.timestamp())
    answered = f"In-Reply-To: <{_last_answer(place)}>\n" if mail.answers else ""
    text = (
        f"From: Kim Lee <kim@lee.example>\nTo: {OURS}\nSubject: {mail.subject}\n"
        f"Date: {at:%a, %d %b %Y %H:%M:%S %z}\nMessage-ID: <{seconds}@lee.example>\n{answered}\n{mail.body}\n"
    )
    (place / "mail" / "new" / f"{seconds}.M1P1Q1.mail1").write_text(text, encoding="utf-8")


def _last_answer(place: Path) -> str:
    """The Message-ID of the answer that Kim got."""
    [answer] = place.glob("store/tickets/*/*/*/*/*-agent.eml")
    lines = answer.read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.lower().startswith("message-id:")).partition("<")[2].rstrip(">")
