"""`link`: two tickets that have to do with each other."""

from enum import StrEnum
from typing import Annotated

import typer

from mdtickets.app import linking
from mdtickets.cli.acting import DryRunFlag, finish, open_as_agent, resolve_pair
from mdtickets.cli.frame import JsonFlag, complete_number, examples, new_app
from mdtickets.cli.where import PairCommand

app = new_app()


class _Type(StrEnum):
    NORMAL = "normal"
    PARENT = "parent"
    CHILD = "child"
    DUPLICATE = "duplicate"


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
        "mdtickets link 0042 0031",
        "mdtickets link 0042 0057 0031 --type parent      0031 is the parent of both",
    ),
)
def link(
    context: typer.Context,
    words: _Words,
    *,
    type_: Annotated[_Type, typer.Option("--type", help="What the other one is to these.")] = _Type.NORMAL,
    dry_run: DryRunFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Link tickets to another one, in both."""
    session, who = open_as_agent(context)
    numbers, other = resolve_pair(session, words)
    finish(linking.link(session, who, numbers, other, type_.value, dry_run=dry_run), as_json=as_json)
