"""`responsible`: who answers for it."""

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
        "mdtickets responsible 0042 anna",
        "mdtickets responsible 0042 nobody",
    ),
)
def responsible(
    context: typer.Context,
    words: _Words,
    *,
    minutes: MinutesOption = None,
    dry_run: DryRunFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Make an agent responsible for tickets, whoever works on them."""
    session, who = open_as_agent(context)
    numbers, word = split_last(words, "agent")
    key = agent_meant(session, who.key, word)
    change_in(
        session,
        who,
        numbers,
        lambda found: agent.make_responsible(found, key, minutes=minutes),
        dry_run=dry_run,
        as_json=as_json,
    )
