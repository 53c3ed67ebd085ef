"""`file`: one sweep over the mailboxes."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from mdtickets.cli import frame
from mdtickets.cli.frame import JsonFlag, examples, invocation, new_app

app = new_app()

_Maildirs = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[MAILDIR]…", help="Only these; else all mailboxes of the settings.", show_default=False),
]


@app.command(
    epilog=examples(
        "mdtickets file                           all mailboxes of the settings, and what `deliver` left",
        "mdtickets file ../mail/.Sales            one Maildir",
        "mdtickets file --dry-run                 what would happen; nothing is changed",
    ),
)
def file(
    context: typer.Context,
    maildirs: _Maildirs = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would happen; change nothing.")] = False,
    as_json: JsonFlag = False,
) -> int:
    """File the mail that waits, acknowledge it, and send what is due."""
    from mdtickets.app.sweeping import foresee, shorten_named, sweep
    from mdtickets.render.filing import filing_as_json, format_filed, format_sweep_remarks
    from mdtickets.render.progress import progress_bar

    session = invocation(context).open_to_write()
    with progress_bar("Filing mail") as on_progress:
        only = maildirs or ()
        swept = foresee(session, only) if dry_run else sweep(session, only, on_progress, _tell_wait)
    if as_json:
        frame.write_json(filing_as_json(swept.filing))
        return swept.exit_code
    filed = format_filed(swept.filing.filed, frame.screen(), shorten_named(session, swept.filing))
    frame.show(filed, format_sweep_remarks(swept, frame.screen()))
    return swept.exit_code


def _tell_wait(holder: str) -> None:
    print(f"mdtickets: waiting for {holder}", file=sys.stderr)
