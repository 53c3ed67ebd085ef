"""`watch`: hear of it."""

from typing import Annotated

import typer

from mdtickets.cli.acting import DryRunFlag, NumbersArgument, change_tickets
from mdtickets.cli.frame import JsonFlag, examples, new_app
from mdtickets.cli.where import TicketsCommand
from mdtickets.domain import agent

app = new_app()


@app.command(
    cls=TicketsCommand,
    epilog=examples(
        "mdtickets watch 0042",
        "mdtickets watch 0042 --remove",
    ),
)
def watch(
    context: typer.Context,
    numbers: NumbersArgument,
    *,
    remove: Annotated[bool, typer.Option("--remove", help="Watch no longer.")] = False,
    dry_run: DryRunFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Hear of what happens to tickets, or no longer."""
    change_tickets(context, numbers, lambda found: agent.watch(found, remove=remove), dry_run=dry_run, as_json=as_json)
