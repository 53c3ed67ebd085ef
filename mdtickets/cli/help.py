"""`help`: the chapters of the documentation, which lie in the package, and the help of each command."""

from typing import Annotated

import typer

from mdtickets.app import documents
from mdtickets.cli import COMMANDS
from mdtickets.cli.frame import examples, new_app, show

app = new_app()


@app.command(epilog=examples("mdtickets help", "mdtickets help store-format", "mdtickets help list"))
def help_(topic: Annotated[str, typer.Argument(metavar="[TOPIC]", show_default=False)] = "") -> int | None:
    """Print a chapter of the documentation, or the help of a command; without TOPIC, the names of all chapters."""
    if topic in COMMANDS and topic not in documents.topics():
        from mdtickets.cli.run import run

        return run([topic, "--help"])
    show(documents.chapter(topic) if topic else documents.contents())
    return None
