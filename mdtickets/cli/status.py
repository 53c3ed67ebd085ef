"""`status`: the health of the whole."""

from functools import partial

import typer

from mdtickets.app.health import check_health
from mdtickets.app.zone import zone_of
from mdtickets.cli import frame
from mdtickets.cli.frame import JsonFlag, examples, new_app, open_for_reading
from mdtickets.render.health import format_health, health_as_json

app = new_app()


@app.command(epilog=examples("mdtickets status", "mdtickets status --json | jq .outbox"))
def status(context: typer.Context, *, as_json: JsonFlag = False) -> None:
    """What waits, what failed, who watches, what git does not have yet. Changes nothing."""
    session = open_for_reading(context)
    health = check_health(session)
    if as_json:
        frame.write_json(health_as_json(health))
    else:
        frame.show(format_health(health, session.now(), partial(zone_of, session), frame.screen()))
