"""`views`: queries with a name, and how many tickets each has."""

import typer

from mdtickets.app.view_counts import count_views
from mdtickets.app.views import all_views
from mdtickets.cli import frame
from mdtickets.cli.asking import look_up, read
from mdtickets.cli.frame import JsonFlag, examples, glance_at, invocation, new_app
from mdtickets.render.views import format_views, views_as_json

app = new_app()


@app.command(
    epilog=examples(
        "mdtickets views",
        "mdtickets list --view unanswered",
        "mdtickets views --json | jq -r '.views[] | select(.count > 0) | .name'",
    ),
)
def views(context: typer.Context, *, as_json: JsonFlag = False) -> None:
    """Views that come with the program, those of views/NAME.toml, and how many tickets each has."""
    store = glance_at(context)
    counted = count_views(
        store,
        all_views(store.layout),
        lambda text: read(context, store, text),
        lambda leaves: look_up(invocation(context).open(), leaves).found,
    )
    if as_json:
        frame.write_json(views_as_json(counted))
    else:
        frame.show(format_views(counted, frame.screen()))
