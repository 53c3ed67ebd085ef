"""`demo`: a store to play with."""

import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from mdtickets.cli import frame
from mdtickets.cli.frame import JsonFlag, examples, new_app

app = new_app()

_Directory = Annotated[
    Path, typer.Argument(metavar="[DIR]", help="Where to make it: a directory that is new or empty.")
]


@app.command(epilog=examples("mdtickets demo", "mdtickets demo /tmp/look-around", "mdtickets demo --json"))
def demo(directory: _Directory = Path("mdtickets-demo"), *, as_json: JsonFlag = False) -> None:
    """Make a store of a small firm: a week of tickets, its waiting mail filed and acknowledged. No mail leaves here."""
    from mdtickets.app.demo import make_demo
    from mdtickets.render.demo import demo_as_json, format_demo

    made = make_demo(directory)
    if as_json:
        frame.write_json(demo_as_json(made, _program()))
        return
    frame.write(format_demo(made, _program(), frame.screen()))


def _program() -> str:
    """How to call us again: by name where that finds us."""
    called = sys.argv[0]
    if Path(called).name != "mdtickets":
        return f"{Path(sys.executable).name} -m mdtickets"
    return "mdtickets" if called == shutil.which("mdtickets") else called
