"""`split`: one mail of a ticket is about something else."""

from typing import Annotated

import typer

from mdtickets.app.numbers import resolve
from mdtickets.app.splitting import split as split_ticket
from mdtickets.cli.acting import DryRunFlag, MinutesOption, finish, open_as_agent
from mdtickets.cli.frame import JsonFlag, NumberArgument, examples, new_app

app = new_app()


@app.command(epilog=examples("mdtickets split 0042 --article 3", "mdtickets split . --article 3 --dry-run"))
def split(
    context: typer.Context,
    number: NumberArgument,
    *,
    article: Annotated[int, typer.Option("--article", metavar="N", min=1, help="The received mail to make one of.")],
    minutes: MinutesOption = None,
    dry_run: DryRunFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Make a received mail a ticket of its own; it stays where it came, too, and both name each other."""
    session, agent = open_as_agent(context)
    done = split_ticket(session, agent, resolve(session, number), article, minutes=minutes, dry_run=dry_run)
    finish(done, as_json=as_json)
