"""`unlock`: free for others."""

import typer

from mdtickets.cli.acting import DryRunFlag, NumbersArgument, change_tickets
from mdtickets.cli.frame import JsonFlag, examples, new_app
from mdtickets.cli.where import TicketsCommand
from mdtickets.domain import agent

app = new_app()


@app.command(
    cls=TicketsCommand,
    epilog=examples(
        "mdtickets unlock 0042",
    ),
)
def unlock(
    context: typer.Context,
    numbers: NumbersArgument,
    *,
    dry_run: DryRunFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Give tickets free again; you stay their owner."""
    change_tickets(context, numbers, agent.unlock, dry_run=dry_run, as_json=as_json)
