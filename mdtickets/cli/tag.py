"""`tag`: words to find it by."""

from typing import Annotated

import typer

from mdtickets.app.desk_words import split_words
from mdtickets.cli.acting import DryRunFlag, MinutesOption, change_in, open_as_agent
from mdtickets.cli.frame import JsonFlag, completes, examples, new_app
from mdtickets.cli.where import TicketsCommand
from mdtickets.domain import agent

app = new_app()

_Words = Annotated[
    list[str],
    typer.Argument(
        metavar="NUMBER… WORD…",
        help="Ticket numbers (. for the one shown last, - for standard input), then the tags.",
        show_default=False,
        autocompletion=completes("number", "tag"),
    ),
]


@app.command(
    cls=TicketsCommand,
    epilog=examples(
        "mdtickets tag 0042 recall",
        "mdtickets tag 0042 0057 recall belt",
        "mdtickets tag 0042 recall --remove",
    ),
)
def tag(
    context: typer.Context,
    words: _Words,
    *,
    remove: Annotated[bool, typer.Option("--remove", help="Take these tags off.")] = False,
    minutes: MinutesOption = None,
    dry_run: DryRunFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Tag tickets, or take tags off them."""
    session, who = open_as_agent(context)
    numbers, tags = split_words(words, "tag")
    change_in(
        session,
        who,
        numbers,
        lambda found: agent.tag(found, tuple(tags), remove=remove, minutes=minutes),
        dry_run=dry_run,
        as_json=as_json,
    )
