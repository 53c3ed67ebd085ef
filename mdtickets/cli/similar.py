"""`similar`: tickets like this one, the most alike first."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from mdtickets.app.numbers import resolve
from mdtickets.app.similar import FoundSimilar, find_similar
from mdtickets.cli import frame
from mdtickets.cli.frame import JsonFlag, NumberArgument, examples, freshen, new_app, open_for_reading, show_progress
from mdtickets.errors import NotFoundError
from mdtickets.render.similar import format_similar, similar_as_json

if TYPE_CHECKING:
    from mdtickets.app.session import Session

app = new_app()

_Solved = Annotated[bool, typer.Option("--solved", help="Only what was closed with success, and what was answered.")]
_Limit = Annotated[int, typer.Option(metavar="N", min=0, help="At most so many; 0 = all.")]


@app.command(
    epilog=examples(
        "mdtickets similar 0042",
        "mdtickets similar 0042 --solved           how was that solved before?",
        'mdtickets similar 0042 --json | jq -r \'.tickets[] | .number + " " + (.words | join(" "))\'',
    )
)
def similar(
    context: typer.Context,
    number: NumberArgument,
    *,
    solved: _Solved = False,
    limit: _Limit = 10,
    as_json: JsonFlag = False,
) -> None:
    """Tickets like this one: with the same problem, or with the words that tell what it is about."""
    session = open_for_reading(context)
    meant = resolve(session, number)
    found = _find(context, session, meant, solved=solved, limit=limit)
    if not found.found:
        raise NotFoundError(f"No {'solved ' if solved else ''}ticket is like {meant}.")
    if as_json:
        frame.write_json(similar_as_json(found.found))
    else:
        frame.show(format_similar(found.found, session.now(), frame.screen()))


def _find(context: typer.Context, session: "Session", number: str, *, solved: bool, limit: int) -> FoundSimilar:
    """What is alike; once more when the files of one of them have changed. What it does not rest on is said."""
    found = find_similar(session, number, solved=solved, limit=limit, progress=show_progress)
    if freshen(context, session, (number, *(each.row.number for each in found.found))):
        found = find_similar(session, number, solved=solved, limit=limit, progress=show_progress)
    for remark in found.remarks:
        print(f"mdtickets: {remark}", file=sys.stderr)
    return found
