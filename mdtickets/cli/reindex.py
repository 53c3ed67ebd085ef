"""`mdtickets reindex`."""

import typer

from mdtickets.app.freshness import reindex as reindex_store
from mdtickets.cli.frame import JsonFlag, examples, invocation, new_app, write, write_json
from mdtickets.render.progress import progress_bar

app = new_app()


@app.command(epilog=examples("mdtickets reindex", "mdtickets reindex --json"))
def reindex(context: typer.Context, as_json: JsonFlag = False) -> None:
    """Make the catalog anew from the files. Nothing is lost by it, and nothing is sent."""
    session = invocation(context).open()
    with session.filing(), progress_bar("Reading tickets") as progress:
        count = reindex_store(session, progress)
    if as_json:
        write_json({"tickets": count})
    else:
        write(f"Catalog made anew from {count:,} tickets.")
