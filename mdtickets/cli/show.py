"""`show`: one ticket as a thread."""

import sys
from typing import Annotated

import typer

from mdtickets.app.listing import shorten
from mdtickets.app.numbers import remember_shown, resolve, resolve_all
from mdtickets.app.reading import read_html, read_raw, read_thread
from mdtickets.cli import frame
from mdtickets.cli.frame import JsonFlag, NumberArgument, examples, freshen, new_app, open_for_reading, take_up_notes
from mdtickets.render.thread import Detail, format_hints, format_thread
from mdtickets.render.thread_json import thread_as_json

app = new_app()

_Article = Annotated[int | None, typer.Option(metavar="N", min=1, help="Only this article.", show_default=False)]
_Headers = Annotated[bool, typer.Option("--headers", help="All headers of each mail.")]
_Raw = Annotated[bool, typer.Option("--raw", help="The bytes of one article, exactly as received or sent.")]
_Html = Annotated[bool, typer.Option("--html", help="The HTML part of one article, to be piped.")]
_All = Annotated[bool, typer.Option("--all", help="Unfold quoted text, signatures and acknowledgements.")]


@app.command(
    epilog=examples(
        "mdtickets show 0042                      by a part of the number",
        "mdtickets show . --all                   the one shown last, nothing folded",
        "mdtickets show 0042 --article 3 --raw > mail.eml",
        "mdtickets show 0042 --article 3 --html | w3m -T text/html",
        "mdtickets list --columns number | mdtickets show - --json",
    ),
)
def show(
    context: typer.Context,
    number: NumberArgument,
    *,
    article: _Article = None,
    headers: _Headers = False,
    raw: _Raw = False,
    html: _Html = False,
    unfold: _All = False,
    as_json: JsonFlag = False,
) -> None:
    """One ticket as a thread: who wrote what when, quoted text folded, attachments named."""
    session = open_for_reading(context)
    if raw or html:
        read = read_raw if raw else read_html
        frame.write_bytes(read(session, resolve(session, number), article))
        return
    detail = Detail(headers=headers, unfold=unfold, article=article)
    for each in resolve_all(session, number, sys.stdin):
        freshen(context, session, [each])
        take_up_notes(context, session, each)
        thread = read_thread(session, each, article)
        remember_shown(session.layout, each)
        if as_json:
            frame.write_json(thread_as_json(thread))
        else:
            text = format_thread(thread, detail, session.now(), frame.screen())
            frame.show(text, format_hints(shorten(session, each)) if frame.screen().is_terminal else "")
