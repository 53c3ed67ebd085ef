"""`bounce`: a mail of the ticket to somebody else, as it came."""

import typer

from mdtickets.app.numbers import resolve
from mdtickets.app.passing_on import PassingOn, find_original
from mdtickets.cli import mailing
from mdtickets.cli.acting import MinutesOption, open_as_agent
from mdtickets.cli.frame import JsonFlag, NumberArgument, examples, new_app

app = new_app()


@app.command(
    epilog=examples(
        "mdtickets bounce 0042 --to accounts@example.com",
        "mdtickets bounce 0042 --to accounts@example.com --article 3",
    )
)
def bounce(
    context: typer.Context,
    number: NumberArgument,
    *,
    to: mailing.ToOption = None,
    article: mailing.ArticleOption = None,
    minutes: MinutesOption = None,
    dry_run: mailing.SendDryRunFlag = False,
    as_json: JsonFlag = False,
) -> int:
    """Send a mail on as it came, as if its sender had written there: for mail that came to the wrong address."""
    session, agent = open_as_agent(context)
    found = resolve(session, number)
    original = find_original(session, found, article)
    passing = PassingOn(session=session, original=original, to=mailing.addresses(to), minutes=minutes)
    return mailing.pass_on(session, agent, found, passing, dry_run=dry_run, as_json=as_json)
