"""`responsible`: who answers for it."""

import typer

from mdtickets.cli.acting import DryRunFlag, MinutesOption
from mdtickets.cli.frame import JsonFlag, examples, new_app
from mdtickets.cli.giving import TicketsAndAgent, give
from mdtickets.cli.where import TicketsCommand
from mdtickets.domain import agent

app = new_app()


@app.command(
    cls=TicketsCommand,
    epilog=examples(
        "mdtickets responsible 0042 anna",
        "mdtickets responsible 0042 nobody",
    ),
)
def responsible(
    context: typer.Context,
    words: TicketsAndAgent,
    *,
    minutes: MinutesOption = None,
    dry_run: DryRunFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Make an agent responsible for tickets, whoever works on them."""
    give(context, words, agent.make_responsible, minutes=minutes, dry_run=dry_run, as_json=as_json)
