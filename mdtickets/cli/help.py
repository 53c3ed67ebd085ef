"""`help`: the chapters of the documentation, which lie in the package."""

from typing import Annotated

import typer

from mdtickets.app import documents
from mdtickets.cli.frame import examples, new_app, show

app = new_app()


@app.command(epilog=examples("mdtickets help", "mdtickets help store-format", "mdtickets list --help"))
def help_(topic: Annotated[str, typer.Argument(metavar="[TOPIC]", show_default=False)] = "") -> None:
    """Print a chapter of the documentation; without TOPIC, the names of all."""
    show(documents.chapter(topic) if topic else documents.contents())
