"""`attachments`: the files that came with a ticket."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from mdtickets.app.attachments import list_attachments, save_attachments
from mdtickets.app.numbers import resolve_all
from mdtickets.app.reading import read_thread
from mdtickets.cli import frame
from mdtickets.cli.frame import JsonFlag, NumberArgument, examples, new_app, open_for_reading
from mdtickets.render.attachments import attachments_as_json, format_attachments

app = new_app()

_Article = Annotated[int | None, typer.Option(metavar="N", min=1, help="Only of this article.", show_default=False)]
_Save = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Write them into this directory, over no file.", show_default=False)
]


@app.command(
    epilog=examples(
        "mdtickets attachments 0042",
        "mdtickets attachments 0042 --save ~/Downloads",
        "mdtickets attachments 0042 --article 1 --save .",
    ),
)
def attachments(
    context: typer.Context,
    number: NumberArgument,
    *,
    article: _Article = None,
    save: _Save = None,
    as_json: JsonFlag = False,
) -> None:
    """Name the files that came with a ticket; with --save, write them."""
    session = open_for_reading(context)
    for each in resolve_all(session, number, sys.stdin):
        thread = read_thread(session, each, article)
        found = list_attachments(thread) if save is None else save_attachments(session, thread, save)
        if as_json:
            frame.write_json(attachments_as_json(each, found))
        else:
            frame.show(format_attachments(each, found, frame.screen()))
