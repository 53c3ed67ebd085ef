"""`set`: any field of a ticket."""

from typing import Annotated

import typer

from mdtickets.app.desk_values import values_meant
from mdtickets.app.desk_words import split_assignments
from mdtickets.cli.acting import DryRunFlag, MinutesOption, change_in, open_as_agent
from mdtickets.cli.frame import JsonFlag, complete_number, examples, new_app
from mdtickets.cli.where import TicketsCommand
from mdtickets.domain.fields import set_fields

app = new_app()

_Words = Annotated[
    list[str],
    typer.Argument(
        metavar="NUMBER… KEY=VALUE…",
        help="Ticket numbers (. for the one shown last, - for standard input), then what to set.",
        show_default=False,
        autocompletion=complete_number,
    ),
]


@app.command(
    cls=TicketsCommand,
    epilog=examples(
        "mdtickets set 0042 priority=high tags=recall,belt",
        "mdtickets set 0042 'title=Recorder eats tapes'",
        "mdtickets set 0042 due_at=friday",
        "mdtickets set 0042 serial_number=VR-200-4711     a key of your own",
        "mdtickets set 0042 serial_number=                takes it out",
    ),
)
def set_(
    context: typer.Context,
    words: _Words,
    *,
    minutes: MinutesOption = None,
    dry_run: DryRunFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Set fields of tickets: title, state, queue, priority, owner, responsible, customer, company, tags, problem, due_at, pending_until, or any key of your own."""
    session, who = open_as_agent(context)
    numbers, assignments = split_assignments(words)
    values = values_meant(session, who.key, assignments)
    change_in(
        session,
        who,
        numbers,
        lambda found: set_fields(found, values, minutes=minutes),
        dry_run=dry_run,
        as_json=as_json,
    )
