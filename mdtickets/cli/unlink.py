"""`unlink`: no longer linked."""

from typing import Annotated

import typer

from mdtickets.app import linking
from mdtickets.cli.acting import DryRunFlag, finish, open_as_agent, resolve_pair
from mdtickets.cli.frame import JsonFlag, complete_number, examples, new_app
from mdtickets.cli.where import PairCommand

app = new_app()

_Words = Annotated[
    list[str],
    typer.Argument(
        metavar="NUMBER… OTHER",
        help="Ticket numbers (. for the one shown last, - for standard input), last the other ticket.",
        show_default=False,
        autocompletion=complete_number,
    ),
]


@app.command(
    cls=PairCommand,
    epilog=examples(
        "mdtickets unlink 0042 0031",
    ),
)
def unlink(
    context: typer.Context,
    words: _Words,
    *,
    dry_run: DryRunFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Take the links between tickets and another one out of both."""
    session, who = open_as_agent(context)
    numbers, other = resolve_pair(session, words)
    finish(linking.unlink(session, who, numbers, other, dry_run=dry_run), as_json=as_json)
