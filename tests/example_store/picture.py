"""The picture in the README: what `mdtickets demo` and `mdtickets list` really print, at a fixed time.

`python -m tests.example_store.picture` writes `mdtickets/docs/demo.svg`.
"""

import contextlib
import io
import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import time_machine
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from mdtickets.app.demo import DIRECTORY
from mdtickets.cli.run import run

PICTURE = Path(__file__).parents[2] / "mdtickets" / "docs" / "demo.svg"
MOMENT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)

_WIDTH = 100
_TERMINAL = {"COLUMNS": str(_WIDTH), "LINES": "100", "TERM": "xterm-256color", "MDTICKETS_PAGER": "cat"}
_THEME = TerminalTheme(
    (24, 26, 30),
    (208, 210, 214),
    [
        (24, 26, 30),
        (224, 108, 117),
        (152, 195, 121),
        (229, 192, 123),
        (97, 175, 239),
        (198, 120, 221),
        (86, 182, 194),
        (208, 210, 214),
    ],
)
# As rich's own format, but with whatever font the reader has: nothing is fetched.
_FORMAT = """<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" viewBox="0 0 {width} {height}" role="img" aria-label="mdtickets demo">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: {char_height}px; line-height: {line_height}px; white-space: pre; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}"/></clipPath>{lines}</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}<g class="{unique_id}-matrix">{matrix}</g>
</g>
</svg>
"""


class _Terminal(io.StringIO):
    """Something to print on that says it is a terminal."""

    def isatty(self) -> bool:
        """As a terminal answers."""
        return True


def screen_text() -> str:
    """What stands on the terminal: two commands and their output, with colours."""
    with tempfile.TemporaryDirectory() as temporary, _at_work(Path(temporary)) as terminal:
        for arguments in (["demo"], ["-C", DIRECTORY, "list"]):
            terminal.write(f"$ mdtickets {' '.join(arguments)}\n")
            assert run(arguments) == 0
            terminal.write("\n")
        return terminal.getvalue().rstrip() + "\n"


def draw(text: str) -> str:
    """The text as SVG."""
    console = Console(width=_WIDTH, file=io.StringIO(), record=True, force_terminal=True, color_system="truecolor")
    console.print(Text.from_ansi(text), soft_wrap=True)
    return console.export_svg(title="mdtickets demo", theme=_THEME, code_format=_FORMAT, unique_id="demo")


@contextlib.contextmanager
def _at_work(directory: Path) -> Iterator[_Terminal]:
    """In that directory, on that morning, before a terminal, called by the program's name."""
    before, arguments = dict(os.environ), sys.argv
    os.environ.update(_TERMINAL)
    sys.argv = ["mdtickets"]
    try:
        with (
            contextlib.chdir(directory),
            time_machine.travel(MOMENT),
            contextlib.redirect_stdout(_Terminal()) as terminal,
        ):
            yield terminal
    finally:
        sys.argv = arguments
        os.environ.clear()
        os.environ.update(before)


def main() -> int:
    """Write the picture."""
    PICTURE.write_text(draw(screen_text()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
