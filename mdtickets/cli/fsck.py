"""`mdtickets fsck`."""

from typing import Annotated

import typer

from mdtickets.app.fsck import check_store
from mdtickets.cli.frame import JsonFlag, examples, invocation, new_app, write, write_json
from mdtickets.render.checks import checked_json, checked_text
from mdtickets.render.progress import progress_bar

app = new_app()


@app.command(epilog=examples("mdtickets fsck", "mdtickets fsck --repair", "mdtickets fsck --json"))
def fsck(
    context: typer.Context,
    repair: Annotated[bool, typer.Option("--repair", help="Mend what nobody has to decide.")] = False,
    as_json: JsonFlag = False,
) -> int:
    """Check every ticket, the settings, the outbox, git, the catalog and the full text; exit status 1 when something is wrong."""
    with progress_bar("Checking") as progress:
        checked = check_store(invocation(context).open(), repair=repair, progress=progress)
    if as_json:
        write_json(checked_json(checked))
    else:
        write(checked_text(checked))
    return 1 if checked.problems else 0
