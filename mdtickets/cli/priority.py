"""`priority`: how urgent it is."""

from typing import Annotated

import typer

from mdtickets.app.desk_words import split_value
from mdtickets.cli.acting import DryRunFlag, MinutesOption, change_in, open_as_agent
from mdtickets.cli.frame import JsonFlag, completes, examples, new_app
from mdtickets.cli.where import TicketsCommand
from mdtickets.domain import agent
from mdtickets.domain.fields import parse_priority

app = new_app()

_Words = Annotated[
    list[str],
    typer.Argument(
        metavar="NUMBER… PRIORITY",
        help="Ticket numbers (. for the one shown last, - for standard input), last 1 to 5, or very low, low, normal, high, very high.",
        show_default=False,
        autocompletion=completes("number", "priority"),
    ),
]


@app.command(
    cls=TicketsCommand,
    epilog=examples(
        "mdtickets priority 0042 high",
        "mdtickets priority 0042 0057 5           very high",
        "mdtickets priority 0042 3 normal",
    ),
)
def priority_(
    context: typer.Context,
    words: _Words,
    *,
    minutes: MinutesOption = None,
    dry_run: DryRunFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Change the priority of tickets."""
    session, who = open_as_agent(context)
    numbers, priority = split_value(words, "priority", parse_priority)
    change_in(
        session,
        who,
        numbers,
        lambda found: agent.prioritise(found, priority, minutes=minutes),
        dry_run=dry_run,
        as_json=as_json,
    )
