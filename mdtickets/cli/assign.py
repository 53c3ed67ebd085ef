"""`assign`: whose work it is."""

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
        "mdtickets assign 0042 bert",
        "mdtickets assign 0042 0057 me",
        "mdtickets assign 0042 nobody",
    ),
)
def assign(
    context: typer.Context,
    words: TicketsAndAgent,
    *,
    minutes: MinutesOption = None,
    dry_run: DryRunFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Give tickets to an agent; they are not locked by it."""
    give(context, words, agent.assign, minutes=minutes, dry_run=dry_run, as_json=as_json)
