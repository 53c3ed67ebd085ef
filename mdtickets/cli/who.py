"""`who`: which agent holds which ticket."""

import typer

from mdtickets.app.listing import find_held
from mdtickets.cli import frame
from mdtickets.cli.frame import JsonFlag, examples, glance_at, new_app
from mdtickets.render.held import format_held
from mdtickets.render.json import tickets_as_json

app = new_app()


@app.command(epilog=examples("mdtickets who", "mdtickets who --json | jq -r '.tickets[].lock.agent' | sort | uniq -c"))
def who(context: typer.Context, *, as_json: JsonFlag = False) -> None:
    """Who holds which ticket, since when, until when, and why."""
    store = glance_at(context)
    held = find_held(store)
    if as_json:
        frame.write_json(tickets_as_json(len(held), held))
        return
    frame.show(format_held(held, store.now(), frame.screen()), "" if held else "no ticket is locked\n")
