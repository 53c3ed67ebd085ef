"""`resend`: a mail of ours once more."""

import typer

from mdtickets.app.numbers import resolve
from mdtickets.app.passing_on import PassingOn, find_original, recipients_before
from mdtickets.cli import mailing
from mdtickets.cli.acting import MinutesOption, open_as_agent
from mdtickets.cli.frame import JsonFlag, NumberArgument, examples, new_app

app = new_app()


@app.command(
    epilog=examples(
        "mdtickets resend 0042                            our last answer, to those who got it",
        "mdtickets resend 0042 --to kim@home.example      to another address",
    )
)
def resend(
    context: typer.Context,
    number: NumberArgument,
    *,
    to: mailing.ToOption = None,
    article: mailing.ArticleOption = None,
    minutes: MinutesOption = None,
    dry_run: mailing.SendDryRunFlag = False,
    as_json: JsonFlag = False,
) -> int:
    """Send a mail of ours again as it was, to who says that it never came.

    One that is known to have failed, or may not have left, is sent with `mdtickets send --retry NUMBER`.
    """
    session, agent = open_as_agent(context)
    found = resolve(session, number)
    original = find_original(session, found, article, ours=True)
    recipients = mailing.addresses(to) or recipients_before(session, found, original)
    passing = PassingOn(session=session, original=original, to=recipients, minutes=minutes)
    return mailing.pass_on(session, agent, found, passing, dry_run=dry_run, as_json=as_json)
