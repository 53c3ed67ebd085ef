"""`due`: until when tickets are to be answered, updated and solved, and how that was reckoned."""

import sys
from typing import Annotated

import typer

from mdtickets.app.numbers import resolve_all
from mdtickets.app.reckoning import due_of
from mdtickets.cli import frame
from mdtickets.cli.frame import JsonFlag, NumberArgument, examples, new_app, open_for_reading
from mdtickets.render.due import due_as_json, format_due

app = new_app()


@app.command(
    epilog=examples(
        "mdtickets due 0042",
        "mdtickets due 0042 --explain      every day that was counted, every stop",
        "mdtickets due 0042 --json | jq '.targets[] | select(.open) | .due_at'",
    ),
)
def due(
    context: typer.Context,
    number: NumberArgument,
    *,
    explain: Annotated[bool, typer.Option("--explain", help="Print the calculation, day by day.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Until when a ticket is to be answered, updated, solved, in working time."""
    session = open_for_reading(context)
    for each in resolve_all(session, number, sys.stdin):
        found = due_of(session.layout, session.calendars, each)
        if as_json:
            frame.write_json(due_as_json(found, session.now(), explain=explain))
        else:
            frame.show(format_due(found, session.now(), frame.screen(), explain=explain))
