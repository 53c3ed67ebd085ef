"""`undo`: the last action, taken back."""

from typing import Annotated

import typer

from mdtickets.app.numbers import LAST_SHOWN, resolve
from mdtickets.app.undoing import undo_action
from mdtickets.cli.acting import DryRunFlag, finish, open_as_agent
from mdtickets.cli.frame import JsonFlag, complete_number, examples, new_app

app = new_app()

_Number = Annotated[
    str,
    typer.Argument(
        metavar="[NUMBER]",
        help="A ticket number or an unambiguous part of it; else the ticket shown last.",
        show_default=False,
        autocompletion=complete_number,
    ),
]
_Event = Annotated[
    int | None,
    typer.Option("--event", metavar="N", min=1, help="The action of that event of `log`.", show_default=False),
]


@app.command(
    epilog=examples(
        "mdtickets undo 0042                      the last action on it",
        "mdtickets undo 0042 --event 7 --dry-run  what undoing event 7 of the log would change",
    ),
)
def undo(
    context: typer.Context,
    number: _Number = LAST_SHOWN,
    *,
    event: _Event = None,
    dry_run: DryRunFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Undo the last action on a ticket, or any of its log, if nothing later rests on it. Mail that has left stays."""
    session, agent = open_as_agent(context)
    acted = undo_action(session, agent, resolve(session, number), event, dry_run=dry_run)
    finish(acted, as_json=as_json)
