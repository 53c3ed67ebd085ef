"""`unmerge`: takes a merge back."""

import sys

import typer

from mdtickets.app.merging import unmerge as unmerge_tickets
from mdtickets.app.numbers import resolve_all
from mdtickets.cli.acting import DryRunFlag, NumbersArgument, finish, open_as_agent
from mdtickets.cli.frame import JsonFlag, examples, new_app
from mdtickets.cli.where import TicketsCommand

app = new_app()


@app.command(cls=TicketsCommand, epilog=examples("mdtickets unmerge 0057", "mdtickets unmerge 0057 --dry-run"))
def unmerge(
    context: typer.Context, numbers: NumbersArgument, *, dry_run: DryRunFlag = False, as_json: JsonFlag = False
) -> None:
    """Let merged tickets stand alone again, as they were. What came after the merge stays with the main ticket."""
    session, agent = open_as_agent(context)
    old = [number for text in numbers for number in resolve_all(session, text, sys.stdin)]
    finish(unmerge_tickets(session, agent, old, dry_run=dry_run), as_json=as_json)
