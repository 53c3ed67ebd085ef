"""`move`: to another queue."""

from typing import Annotated

import typer

from mdtickets.app.desk_words import split_last
from mdtickets.cli.acting import DryRunFlag, MinutesOption, change_in, open_as_agent
from mdtickets.cli.frame import JsonFlag, completes, examples, new_app
from mdtickets.cli.where import TicketsCommand
from mdtickets.domain import agent

app = new_app()

_Words = Annotated[
    list[str],
    typer.Argument(
        metavar="NUMBER… QUEUE",
        help="Ticket numbers (. for the one shown last, - for standard input), last the queue.",
        show_default=False,
        autocompletion=completes("number", "queue"),
    ),
]


@app.command(
    cls=TicketsCommand,
    epilog=examples(
        "mdtickets move 0042 Sales",
        "mdtickets list --tag order --columns number | mdtickets move - Sales",
    ),
)
def move(
    context: typer.Context,
    words: _Words,
    *,
    minutes: MinutesOption = None,
    dry_run: DryRunFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Move tickets to another queue; their locks are given free."""
    session, who = open_as_agent(context)
    numbers, queue = split_last(words, "queue")
    change_in(
        session, who, numbers, lambda found: agent.move(found, queue, minutes=minutes), dry_run=dry_run, as_json=as_json
    )
