"""`help`: the chapters of the documentation, which lie in the package, and the help of each command."""

from pathlib import Path
from typing import Annotated

import typer

from mdtickets.app import documents
from mdtickets.cli import COMMANDS
from mdtickets.cli.frame import examples, new_app, show

app = new_app()


_Topic = Annotated[str, typer.Argument(metavar="[TOPIC]", help="A chapter or a command.", show_default=False)]
_Man = Annotated[
    Path | None,
    typer.Option("--man", metavar="DIR", help="Write the manual pages of all commands there.", show_default=False),
]


@app.command(
    epilog=examples(
        "mdtickets help",
        "mdtickets help store-format",
        "mdtickets help list",
        "mdtickets help --man ~/.local/share/man/man1     then: man mdtickets-list",
    )
)
def help_(topic: _Topic = "", *, man: _Man = None) -> int | None:
    """Print a chapter of the documentation, or the help of a command; without TOPIC, the names of all chapters."""
    if man:
        from mdtickets.cli.manual import pages

        show(documents.write_pages(man, pages()))
        return None
    if topic in COMMANDS and topic not in documents.topics():
        from mdtickets.cli.run import run

        return run([topic, "--help"])
    show(documents.chapter(topic) if topic else documents.contents())
    return None
