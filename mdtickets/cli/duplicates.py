"""`duplicates`: open tickets that may be about the same."""

import typer

from mdtickets.app.duplicates import find_duplicates
from mdtickets.cli import frame
from mdtickets.cli.frame import JsonFlag, examples, freshen, glance_at, new_app
from mdtickets.render.duplicates import duplicates_as_json, format_duplicates, format_duplicates_remark

app = new_app()


@app.command(
    epilog=examples(
        "mdtickets duplicates",
        "mdtickets duplicates --json | jq -r '.groups[].tickets | map(.number) | join(\" \")'",
        "mdtickets list --view duplicates         the open ones alone",
    )
)
def duplicates(context: typer.Context, *, as_json: JsonFlag = False) -> None:
    """Open tickets that may be about the same, as it was noted when their mail came in, in groups."""
    store = glance_at(context)
    groups = find_duplicates(store)
    if freshen(context, store, [row.number for group in groups for row in group.rows]):
        groups = find_duplicates(store)
    if as_json:
        frame.write_json(duplicates_as_json(groups))
        return
    screen = frame.screen()
    frame.show(format_duplicates(groups, store.now(), screen), format_duplicates_remark(groups, screen))
