"""`close`: answered, or given up."""

from typing import Annotated

import typer

from mdtickets.cli.acting import DryRunFlag, MinutesOption, NumbersArgument, change_tickets
from mdtickets.cli.frame import JsonFlag, examples, new_app
from mdtickets.cli.where import TicketsCommand
from mdtickets.domain import agent

app = new_app()


@app.command(
    cls=TicketsCommand,
    epilog=examples(
        "mdtickets close 0042",
        "mdtickets close 0042 0057 --unsolved --minutes 5",
        "mdtickets close --where 'tag:recall problem:belt' --dry-run",
        "mdtickets list --tag spam --columns number | mdtickets close -",
    ),
)
def close(
    context: typer.Context,
    numbers: NumbersArgument,
    *,
    unsolved: Annotated[bool, typer.Option("--unsolved", help="Closed unsuccessful.")] = False,
    minutes: MinutesOption = None,
    dry_run: DryRunFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Close tickets; their locks are given free."""
    change_tickets(
        context,
        numbers,
        lambda found: agent.close(found, unsolved=unsolved, minutes=minutes),
        dry_run=dry_run,
        as_json=as_json,
    )
