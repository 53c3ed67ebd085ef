"""`why`: the reasons behind each automatic decision about a ticket."""

import sys

import typer

from mdtickets.app.history import article_positions, read_events
from mdtickets.app.numbers import resolve_all
from mdtickets.cli import frame
from mdtickets.cli.frame import JsonFlag, NumberArgument, examples, new_app, open_for_reading
from mdtickets.render.history import events_as_json, format_why

app = new_app()


@app.command(epilog=examples("mdtickets why 0042", "mdtickets why 0042 --json"))
def why(context: typer.Context, number: NumberArgument, *, as_json: JsonFlag = False) -> None:
    """The reasons behind each automatic decision: why this ticket, why acknowledged or not, why reopened."""
    session = open_for_reading(context)
    for each in resolve_all(session, number, sys.stdin):
        events = read_events(session, each)
        if as_json:
            frame.write_json(events_as_json(each, (event for event in events if event.why)))
        else:
            frame.show(format_why(events, article_positions(events), frame.screen()))
