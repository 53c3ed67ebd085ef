"""What the output can do: its width, whether it has colours, and a pager for what is longer than the screen."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from enum import Enum
from typing import TextIO

from msgspec import Struct


class Style(Enum):
    """Colours by meaning (SGR parameters); a word or sign always says the same, so nothing is lost without them."""

    NONE = ""
    HEADING = "1"
    DIM = "2"
    MINE = "32"
    NOTICE = "33"
    ALARM = "1;31"
    LINK = "36"


class Screen(Struct, frozen=True, kw_only=True):
    """Where a text will be read."""

    width: int = 80  # columns
    height: int = 24  # lines
    colour: bool = False
    is_terminal: bool = False  # else a pipe or file: nothing may be cut

    def paint(self, text: str, style: Style) -> str:
        """The text in a colour, where there are any. Cut and pad before: the codes have no width."""
        return f"\x1b[{style.value}m{text}\x1b[0m" if self.colour and style.value and text else text


def screen_of(stream: TextIO, environment: Mapping[str, str]) -> Screen:
    """The screen behind an open stream. NO_COLOR, FORCE_COLOR and TERM=dumb are obeyed (no-color.org)."""
    is_terminal = stream.isatty()
    columns, lines = shutil.get_terminal_size((80, 24))
    return Screen(
        width=max(columns, 20) if is_terminal else 80,
        height=lines,
        colour=_has_colour(environment, is_terminal=is_terminal),
        is_terminal=is_terminal,
    )


def _has_colour(environment: Mapping[str, str], *, is_terminal: bool) -> bool:
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return is_terminal and environment.get("TERM", "dumb") != "dumb"


def show_text(text: str, screen: Screen, environment: Mapping[str, str]) -> None:
    """Print a finished text; through $PAGER when a terminal cannot show it at once."""
    pager = environment.get("MDTICKETS_PAGER", environment.get("PAGER", "less"))
    if (
        screen.is_terminal
        and pager not in {"", "cat"}
        and text.count("\n") >= screen.height
        and _page(text, pager, environment)
    ):
        return
    sys.stdout.write(text)


def _page(text: str, pager: str, environment: Mapping[str, str]) -> bool:
    """Whether the pager could be started. It gets LESS=FRX as from git: quit if it fits, colours, screen left alone."""
    try:
        process = subprocess.Popen(  # noqa: S602  # $PAGER is the user's own command line, arguments and all
            pager,
            shell=True,
            stdin=subprocess.PIPE,
            env={"LESS": "FRX", **environment},
            text=True,
            encoding="utf-8",
            errors="replace",
        )
    except OSError:
        return False
    try:
        process.communicate(text)
    except KeyboardInterrupt:
        # it was meant for the pager, which asks its user
        process.wait()
    return process.returncode != 127
