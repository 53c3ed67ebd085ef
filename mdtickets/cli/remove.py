"""`remove`: out of sight."""

import typer

from mdtickets.cli.acting import DryRunFlag, MinutesOption, NumbersArgument, change_tickets
from mdtickets.cli.frame import JsonFlag, examples, new_app
from mdtickets.cli.where import TicketsCommand
from mdtickets.domain import agent

app = new_app()


@app.command(
    cls=TicketsCommand,
    epilog=examples(
        "mdtickets remove 0042",
        "mdtickets reopen 0042          take it back",
    ),
)
def remove(
    context: typer.Context,
    numbers: NumbersArgument,
    *,
    minutes: MinutesOption = None,
    dry_run: DryRunFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Take tickets out of every list; their mail stays stored."""
    change_tickets(
        context, numbers, lambda found: agent.remove(found, minutes=minutes), dry_run=dry_run, as_json=as_json
    )
