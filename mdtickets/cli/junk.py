"""`junk`: spam."""

import typer

from mdtickets.cli.acting import DryRunFlag, MinutesOption, NumbersArgument, change_tickets
from mdtickets.cli.frame import JsonFlag, examples, new_app
from mdtickets.cli.where import TicketsCommand
from mdtickets.domain import agent

app = new_app()


@app.command(
    cls=TicketsCommand,
    epilog=examples(
        "mdtickets junk 0042",
        "mdtickets list --tag junk --state removed          what was taken for spam",
        "mdtickets reopen 0042                              it was none",
    ),
)
def junk(
    context: typer.Context,
    numbers: NumbersArgument,
    *,
    minutes: MinutesOption = None,
    dry_run: DryRunFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Take spam out of every list: removed, tagged junk, moved to the queue Junk if there is one."""
    change_tickets(context, numbers, lambda found: agent.junk(found, minutes=minutes), dry_run=dry_run, as_json=as_json)
