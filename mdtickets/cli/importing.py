"""`import`: old mail becomes articles of tickets."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from mdtickets.cli import frame
from mdtickets.cli.frame import JsonFlag, completes, examples, invocation, new_app
from mdtickets.domain.nearest import check_word
from mdtickets.domain.states import State, StateType

app = new_app()

_STATES = {
    StateType.NEW.value: State.NEW,
    StateType.OPEN.value: State.OPEN,
    StateType.CLOSED.value: State.CLOSED_SUCCESSFUL,
    **{state.value: state for state in (State.CLOSED_SUCCESSFUL, State.CLOSED_UNSUCCESSFUL)},
}

_Paths = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATH…",
        help="Maildirs, mbox files, mails, directories of .eml files, or var/article of OTRS, Znuny, OTOBO.",
        show_default=False,
    ),
]
_Queue = Annotated[
    str,
    typer.Option(metavar="QUEUE", help="Of new tickets; else the first mailbox's.", autocompletion=completes("queue")),
]
_State = Annotated[
    str,
    typer.Option(metavar="STATE", help="Of new tickets: new, open, closed.", autocompletion=completes("state")),
]
_Tickets = Annotated[
    Path | None,
    typer.Option(
        metavar="CSV", help="What the old tickets were like: a ticket search of OTRS, saved as CSV.", show_default=False
    ),
]
_Trial = Annotated[bool, typer.Option("--dry-run", help="Say what would be imported; change nothing.")]


@app.command(
    epilog=examples(
        "mdtickets import ~/Maildir/.Support --state closed",
        "mdtickets import --queue Sales sales-2019.mbox sales-2020.mbox",
        "mdtickets import /opt/otrs/var/article --tickets search.csv --dry-run",
    ),
)
def import_(
    context: typer.Context,
    paths: _Paths,
    *,
    queue: _Queue = "",
    state: _State = "open",
    tickets: _Tickets = None,
    dry_run: _Trial = False,
    as_json: JsonFlag = False,
) -> int:
    """Add old mail to its tickets, or to new ones: nobody is acknowledged or told, dates and numbers are kept."""
    from mdtickets.app.importing import import_mails, usual_ticket
    from mdtickets.render.importing import format_import, format_import_remarks, import_as_json
    from mdtickets.render.progress import progress_bar

    check_word("--state", state, [*_STATES])
    session = invocation(context).open_to_write()
    usual = usual_ticket(session, queue, _STATES[state])
    with progress_bar("Importing mail") as progress:
        done = import_mails(session, paths, usual, table=tickets, trial=dry_run, progress=progress, on_wait=_tell_wait)
    if as_json:
        frame.write_json(import_as_json(done))
    else:
        frame.write(format_import(done, trial=dry_run))
    sys.stderr.write(format_import_remarks(done))
    return 1 if done.skipped else 0


def _tell_wait(holder: str) -> None:
    print(f"mdtickets: waiting for {holder}", file=sys.stderr)
