"""`pending`: wait for a time."""

from enum import StrEnum
from typing import Annotated

import typer

from mdtickets.app.desk_values import moment_meant
from mdtickets.app.desk_words import split_value
from mdtickets.cli.acting import DryRunFlag, MinutesOption, change_in, open_as_agent
from mdtickets.cli.frame import JsonFlag, complete_number, examples, new_app
from mdtickets.cli.where import TicketsCommand
from mdtickets.domain import agent

app = new_app()


class _Then(StrEnum):
    REMIND = "remind"
    CLOSE = "close"
    REOPEN = "reopen"


_Words = Annotated[
    list[str],
    typer.Argument(
        metavar="NUMBER… DATE",
        help="Ticket numbers (. for the one shown last, - for standard input), then the time: 3d, tomorrow 9:00, 24.12., …",
        show_default=False,
        autocompletion=complete_number,
    ),
]


@app.command(
    cls=TicketsCommand,
    epilog=examples(
        "mdtickets pending 0042 3d",
        "mdtickets pending 0042 next friday 9:00",
        "mdtickets pending 0042 in 2 Wochen --then close",
        "mdtickets pending 0042 24.12. --then reopen",
    ),
)
def pending(
    context: typer.Context,
    words: _Words,
    *,
    then: Annotated[_Then, typer.Option("--then", help="What to do then, unless the customer writes.")] = _Then.REMIND,
    minutes: MinutesOption = None,
    dry_run: DryRunFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Let tickets wait until a time: then remind their owner, or close or reopen them."""
    session, who = open_as_agent(context)
    numbers, until = split_value(words, "time to wait for", lambda text: moment_meant(session, text))
    after = "" if then is _Then.REMIND else then.value
    change_in(
        session,
        who,
        numbers,
        lambda found: agent.wait_until(found, until, after, minutes=minutes),
        dry_run=dry_run,
        as_json=as_json,
    )
