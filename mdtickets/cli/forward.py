"""`forward`: a mail of the ticket to somebody else, with some words."""

from typing import Annotated

import typer

from mdtickets.app.numbers import resolve
from mdtickets.app.passing_on import Forwarding, find_original
from mdtickets.cli import mailing
from mdtickets.cli.acting import MinutesOption, open_as_agent
from mdtickets.cli.editor import given_text
from mdtickets.cli.frame import JsonFlag, NumberArgument, examples, new_app

app = new_app()


@app.command(
    epilog=examples(
        'mdtickets forward 0042 --to workshop@example.com -m "Do you know this one?"',
        "mdtickets forward 0042 --to workshop@example.com --article 3 --inline",
        "mdtickets forward 0042 --to workshop@example.com --dry-run",
    )
)
def forward(
    context: typer.Context,
    number: NumberArgument,
    *,
    message: mailing.MessageOption = None,
    to: mailing.ToOption = None,
    cc: mailing.CcOption = None,
    article: mailing.ArticleOption = None,
    inline: Annotated[bool, typer.Option("--inline", help="Its text in ours, not the whole mail attached.")] = False,
    attach: mailing.AttachOption = None,
    minutes: MinutesOption = None,
    dry_run: mailing.SendDryRunFlag = False,
    as_json: JsonFlag = False,
) -> int:
    """Send a mail of the ticket to somebody else; the ticket stays as it is, and his answer comes to it."""
    session, agent = open_as_agent(context)
    found = resolve(session, number)
    passing = Forwarding(
        session=session,
        original=find_original(session, found, article),
        to=mailing.addresses(to),
        cc=mailing.addresses(cc),
        text=given_text(message) or "",
        inline=inline,
        attach=mailing.files(attach),
        minutes=minutes,
    )
    return mailing.pass_on(session, agent, found, passing, dry_run=dry_run, as_json=as_json)
