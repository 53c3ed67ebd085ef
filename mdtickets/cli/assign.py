"""`assign`: whose work it is."""

from typing import Annotated

import typer

from mdtickets.app.desk_words import agent_meant, split_last
from mdtickets.cli.acting import DryRunFlag, MinutesOption, change_in, open_as_agent
from mdtickets.cli.frame import JsonFlag, completes, examples, new_app
from mdtickets.domain import agent

app = new_app()

_Words = Annotated[
    list[str],
    typer.Argument(
        metavar="NUMBER… AGENT",
        help="Ticket numbers (. for the one shown last, - for standard input), last the agent, me or nobody.",
        show_default=False,
        autocompletion=completes("number", "agent"),
    ),
]


@app.command(
    epilog=examples(
        "mdtickets assign 0042 bert",
        "mdtickets assign 0042 0057 me",
        "mdtickets assign 0042 nobody",
    ),
)
def assign(
    context: typer.Context,
    words: _Words,
    *,
    minutes: MinutesOption = None,
    dry_run: DryRunFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Give tickets to an agent; they are not locked by it."""
    session, who = open_as_agent(context)
    numbers, word = split_last(words, "agent")
    key = agent_meant(session, who.key, word)
    change_in(
        session, who, numbers, lambda found: agent.assign(found, key, minutes=minutes), dry_run=dry_run, as_json=as_json
    )
