"""`edit`: a ticket's own file in the editor."""

import sys
from typing import TYPE_CHECKING

import typer

from mdtickets.app.editing import begin_edit, drop_copy, find_mistake, save_edit
from mdtickets.app.numbers import resolve
from mdtickets.cli.acting import finish, open_as_agent
from mdtickets.cli.editor import edit as open_editor
from mdtickets.cli.frame import JsonFlag, NumberArgument, examples, new_app
from mdtickets.domain.plain import plain_line
from mdtickets.errors import RefusedError

if TYPE_CHECKING:
    from mdtickets.app.editing import Copy
    from mdtickets.app.session import Session

app = new_app()


@app.command(epilog=examples("mdtickets edit 0042", "EDITOR=nano mdtickets edit ."))
def edit(context: typer.Context, number: NumberArgument, *, as_json: JsonFlag = False) -> None:
    """Edit a ticket's keys and text by hand; what was changed is checked, told in its history, and committed."""
    session, agent = open_as_agent(context)
    copy = begin_edit(session, agent, resolve(session, number))
    if copy.is_resumed:
        print(f"Going on with your edit in {copy.path}", file=sys.stderr)
    _edit_until_right(session, copy)
    finish(save_edit(session, agent, copy), as_json=as_json)


def _edit_until_right(session: "Session", copy: "Copy") -> None:
    """Return when nothing is wrong. Raises RefusedError when the agent gave up on a mistake; his text is kept."""
    mistake = find_mistake(session, copy)
    while True:
        before = copy.path.read_bytes()
        open_editor(copy.path, mistake.line or 0 if mistake else 0)
        after = copy.path.read_bytes()
        mistake = find_mistake(session, copy)
        if mistake is None:
            return
        said = plain_line(f"line {mistake.line}: {mistake.problem}")
        if after == before:
            if after == copy.base.read_bytes():
                drop_copy(session, copy)
            raise RefusedError(f"{said}; nothing was changed.", f"Go on with it: mdtickets edit {copy.number}")
        print(said, file=sys.stderr)
