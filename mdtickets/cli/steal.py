"""`steal`: what a colleague holds and cannot let go."""

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
        "mdtickets steal 0042 --reason 'bert is ill'",
    ),
)
def steal(
    context: typer.Context,
    numbers: NumbersArgument,
    *,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why; the history keeps it.", show_default=False)
    ],
    dry_run: DryRunFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Take tickets from the agent who holds them."""
    change_tickets(
        context,
        numbers,
        lambda found: agent.take(found, steal=True, reason=reason),
        dry_run=dry_run,
        as_json=as_json,
    )
