"""`take`: mine, and nobody else answers it."""

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
        "mdtickets take 0042",
        "mdtickets list --queue Sales --columns number | mdtickets take -",
    ),
)
def take(
    context: typer.Context,
    numbers: NumbersArgument,
    *,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, for whoever finds it locked.")] = "",
    dry_run: DryRunFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Lock tickets for you, and own them."""
    change_tickets(context, numbers, lambda found: agent.take(found, reason=reason), dry_run=dry_run, as_json=as_json)
