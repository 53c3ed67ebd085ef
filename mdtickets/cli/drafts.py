"""`drafts`: what you began to write and did not send."""

import sys
from typing import Annotated

import typer

from mdtickets.app.drafts import drop_draft, is_held, list_drafts
from mdtickets.app.numbers import resolve
from mdtickets.cli import frame
from mdtickets.cli.acting import open_as_agent
from mdtickets.cli.frame import JsonFlag, examples, new_app
from mdtickets.domain.draft_name import NEW, describe_draft, split_name
from mdtickets.errors import NotFoundError
from mdtickets.render.answered import drafts_as_json, format_drafts

app = new_app()


@app.command(
    epilog=examples(
        "mdtickets drafts",
        "mdtickets reply 0042 --resume      go on with one",
        "mdtickets drafts --remove 0042     drop one",
    )
)
def drafts(
    context: typer.Context,
    *,
    remove: Annotated[
        str,
        typer.Option(
            "--remove",
            metavar="NUMBER",
            help="Drop a draft, by its name in the list: NUMBER, new, forward-NUMBER, note-NUMBER, call-NUMBER.",
            autocompletion=frame.complete_number,
        ),
    ] = "",
    as_json: JsonFlag = False,
) -> None:
    """Your drafts on this machine, the oldest first."""
    session, agent = open_as_agent(context)
    if remove:
        kind, part = split_name(remove)
        number = remove if part == NEW else kind + resolve(session, part)
        if not drop_draft(session, number, agent.key):
            raise NotFoundError(f"You have no draft of {describe_draft(number)}.", "See `mdtickets drafts`.")
        if not kind and number != NEW and is_held(session, number, agent.key):
            print(f"You still hold {number}. mdtickets unlock {number} gives it free.", file=sys.stderr)
    found = list_drafts(session, agent.key)
    if as_json:
        frame.write_json(drafts_as_json(found))
    else:
        frame.write(format_drafts(found, session.now()))
