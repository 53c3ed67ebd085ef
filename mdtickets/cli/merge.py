"""`merge`: two tickets about one thing become one."""

import sys
from typing import Annotated

import typer

from mdtickets.app.merging import merge as merge_tickets
from mdtickets.app.numbers import resolve, resolve_all
from mdtickets.cli.acting import DryRunFlag, MinutesOption, finish, open_as_agent
from mdtickets.cli.frame import JsonFlag, complete_number, examples, new_app
from mdtickets.cli.where import PairCommand
from mdtickets.errors import UsageError

app = new_app()

_Numbers = Annotated[
    list[str],
    typer.Argument(
        metavar="NUMBER… INTO",
        help="The tickets to merge, and last the one that takes them over; - reads the former from standard input.",
        show_default=False,
        autocompletion=complete_number,
    ),
]


@app.command(
    cls=PairCommand,
    epilog=examples(
        "mdtickets merge 0057 0042                0042 goes on; mail to 0057 lands there, too",
        "mdtickets merge 0057 0061 0042 --dry-run",
        "mdtickets unmerge 0057                   takes it back",
    ),
)
def merge(
    context: typer.Context,
    numbers: _Numbers,
    *,
    minutes: MinutesOption = None,
    dry_run: DryRunFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Merge tickets into another: their mail is shown there, who writes to them writes to it."""
    if len(numbers) < 2:
        raise UsageError("merge takes two tickets or more: NUMBER… INTO.")
    session, agent = open_as_agent(context)
    old = [number for text in numbers[:-1] for number in resolve_all(session, text, sys.stdin)]
    into = resolve(session, numbers[-1])
    finish(merge_tickets(session, agent, old, into, minutes=minutes, dry_run=dry_run), as_json=as_json)
