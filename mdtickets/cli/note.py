"""`note`: what colleagues should know."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mdtickets.app.noting import write_note
from mdtickets.app.numbers import resolve
from mdtickets.cli.acting import DryRunFlag, MinutesOption, finish, open_as_agent
from mdtickets.cli.frame import JsonFlag, NumberArgument, examples, new_app

if TYPE_CHECKING:
    from mdtickets.app.session import Session

app = new_app()


@app.command(
    epilog=examples(
        "mdtickets note 0042                      in the editor",
        'mdtickets note 0042 -m "Belt of batch 7, see 0031." --minutes 5',
        "journalctl -u recorder | mdtickets note .",
    ),
)
def note(
    context: typer.Context,
    number: NumberArgument,
    *,
    message: Annotated[
        list[str] | None, typer.Option("-m", metavar="TEXT", help="The text; again: a paragraph.")
    ] = None,
    visible: Annotated[bool, typer.Option("--visible", help="The customer may see it.")] = False,
    minutes: MinutesOption = None,
    dry_run: DryRunFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Note something on a ticket: by -m, from standard input, or in the editor. It needs no lock."""
    session, agent = open_as_agent(context)
    found = resolve(session, number)
    text, draft = _text(session, agent.key, found, message)
    acted = write_note(session, agent, [found], text, minutes=minutes, visible=visible, dry_run=dry_run)
    if draft and not dry_run:
        session.disk.remove(draft)
    finish(acted, as_json=as_json)


def _text(session: "Session", agent: str, number: str, message: list[str] | None) -> tuple[str, Path | None]:
    """The words, and the file they were written in."""
    from mdtickets.cli.editor import given_text

    given = given_text(message)
    if given is not None:
        return given, None
    from mdtickets.app.drafts import draft_path
    from mdtickets.app.listing import row_of
    from mdtickets.cli.drafting import written_text
    from mdtickets.domain.draft_name import note_of

    place = draft_path(session.layout, note_of(number), agent)
    heading = f"note on {number}, {row_of(session, number).title}. Save it; leave it empty to give up."
    return written_text(session, place, heading), place
