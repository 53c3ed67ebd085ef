"""`problem`: what it is a case of."""

from typing import Annotated

import typer

from mdtickets.app.desk_words import split_last
from mdtickets.cli.acting import DryRunFlag, MinutesOption, change_in, open_as_agent
from mdtickets.cli.frame import JsonFlag, completes, examples, new_app
from mdtickets.cli.where import TicketsCommand
from mdtickets.domain import agent

app = new_app()

_Words = Annotated[
    list[str],
    typer.Argument(
        metavar="NUMBER… WORD",
        help="Ticket numbers (. for the one shown last, - for standard input), last the problem.",
        show_default=False,
        autocompletion=completes("number", "problem"),
    ),
]


@app.command(
    cls=TicketsCommand,
    epilog=examples(
        "mdtickets problem 0042 belt",
        "mdtickets problem 0042 0031 belt-of-batch-7",
        "mdtickets problem 0042 ''              of none that is known",
    ),
)
def problem(
    context: typer.Context,
    words: _Words,
    *,
    minutes: MinutesOption = None,
    dry_run: DryRunFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Name the problem that tickets are cases of, to count them by."""
    session, who = open_as_agent(context)
    numbers, word = split_last(words, "problem")
    change_in(
        session,
        who,
        numbers,
        lambda found: agent.name_problem(found, word, minutes=minutes),
        dry_run=dry_run,
        as_json=as_json,
    )
