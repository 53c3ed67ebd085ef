"""`mdtickets reindex`."""

from typing import Annotated

import typer

from mdtickets.cli.frame import JsonFlag, examples, invocation, new_app, write, write_json
from mdtickets.render.progress import progress_bar

app = new_app()


@app.command(epilog=examples("mdtickets reindex", "mdtickets reindex --full-text", "mdtickets reindex --json"))
def reindex(
    context: typer.Context,
    *,
    full_text: Annotated[
        bool, typer.Option("--full-text", help="Make the full text anew, too, not only follow.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Make the catalog anew from the files, and bring the full text up to date. Nothing is lost by it, or sent."""
    from mdtickets.app.freshness import reindex as reindex_store
    from mdtickets.app.full_text import make_anew, make_up_to_date

    session = invocation(context).open()
    with session.filing(), progress_bar("Reading tickets") as progress:
        count = reindex_store(session, progress)
    with progress_bar("Full text") as progress:
        articles = (make_anew if full_text else make_up_to_date)(session, progress)
    if as_json:
        write_json({"tickets": count, "articles": articles})
    else:
        write(f"Catalog made anew from {count:,} tickets, full text up to date with {articles:,} articles.")
