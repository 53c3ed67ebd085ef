"""`log`: a ticket's history."""

import sys

import typer

from mdtickets.app.history import article_positions, read_events
from mdtickets.app.numbers import resolve_all
from mdtickets.app.zone import zone_of
from mdtickets.cli import frame
from mdtickets.cli.frame import JsonFlag, NumberArgument, examples, new_app, open_for_reading
from mdtickets.render.history import events_as_json, format_log

app = new_app()


@app.command(
    epilog=examples(
        "mdtickets log 0042",
        "mdtickets log 0042 --json | jq '.events[] | select(.what == \"failed\")'",
        "mdtickets log .                          of the ticket shown last",
    ),
)
def log(context: typer.Context, number: NumberArgument, *, as_json: JsonFlag = False) -> None:
    """A ticket's history: who did what when."""
    session = open_for_reading(context)
    for each in resolve_all(session, number, sys.stdin):
        events = read_events(session, each)
        if as_json:
            frame.write_json(events_as_json(each, events))
        else:
            places = article_positions(events)
            frame.show(format_log(events, places, session.now(), zone_of(session), frame.screen()))
