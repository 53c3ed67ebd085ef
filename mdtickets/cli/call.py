"""`call`: what was said on the telephone."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mdtickets.app.acting import Acted
from mdtickets.app.composing import Call, note_call, open_by_call, queue_named
from mdtickets.app.drafts import draft_path
from mdtickets.app.listing import row_of
from mdtickets.app.numbers import resolve
from mdtickets.cli import frame, mailing
from mdtickets.cli.acting import DryRunFlag, MinutesOption, finish, open_as_agent
from mdtickets.cli.drafting import forget, written_text
from mdtickets.cli.editor import given_text, is_at_terminal
from mdtickets.cli.frame import JsonFlag, complete_number, completes, examples, new_app
from mdtickets.domain.composing import Direction, format_call, parse_call
from mdtickets.domain.draft_name import call_of
from mdtickets.errors import UsageError
from mdtickets.render.acted import acted_as_json, format_acted

if TYPE_CHECKING:
    from mdtickets.app.session import Session

app = new_app()


@app.command(
    epilog=examples(
        "mdtickets call 0042 --in                 in your editor",
        'mdtickets call 0042 --in -m "She says it works again." --close --minutes 5',
        'mdtickets call --in --customer kim-lee --subject "Recorder stuck" -m "Eats tapes."',
        'mdtickets call --out --customer kim@lee.example -m "Told her that it is ready."',
    )
)
def call(
    context: typer.Context,
    number: Annotated[
        str,
        typer.Argument(
            metavar="[NUMBER]", help="The ticket it is about; without one a new ticket.", autocompletion=complete_number
        ),
    ] = "",
    *,
    came_in: Annotated[bool, typer.Option("--in", help="The customer called.")] = False,
    went_out: Annotated[bool, typer.Option("--out", help="We called.")] = False,
    message: mailing.MessageOption = None,
    customer: Annotated[
        str,
        typer.Option(
            "--customer",
            metavar="CARD|ADDRESS",
            help="Of a new ticket: who it was.",
            autocompletion=completes("customer"),
        ),
    ] = "",
    subject: Annotated[str, typer.Option("--subject", "-s", metavar="TEXT", help="Of a new ticket: its title.")] = "",
    queue: Annotated[
        str,
        typer.Option(
            "--queue", metavar="QUEUE", help="Of a new ticket; else the first.", autocompletion=completes("queue")
        ),
    ] = "",
    is_open: mailing.OpenOption = False,
    close: mailing.CloseOption = False,
    pending: mailing.PendingOption = "",
    minutes: MinutesOption = None,
    dry_run: DryRunFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Note a telephone call on a ticket, which stays as it is unless you say so; or open a ticket for it."""
    if came_in == went_out:
        raise UsageError("Say who called: --in or --out.")
    session, agent = open_as_agent(context)
    is_said = is_open or close or bool(pending)
    ending = mailing.ending(session, is_open=is_open, close=close, pending=pending, minutes=None) if is_said else None
    found = resolve(session, number) if number else ""
    chosen = None if number else queue_named(session, queue)
    given = given_text(message)
    place = draft_path(session.layout, call_of(found), agent.key) if given is None else None
    text = _written(session, place, found, format_call(customer, subject)) if place else given or ""
    if place and not found:
        customer, subject, text = parse_call(text)
    direction = Direction.IN if came_in else Direction.OUT
    said = Call(text=text, direction=direction, ending=ending, minutes=minutes)
    if chosen:
        acted = open_by_call(session, agent, chosen, said, title=subject, customer=customer, dry_run=dry_run)
    else:
        acted = note_call(session, agent, found, said, dry_run=dry_run)
    if place and not dry_run:
        forget(session, place)
    _finish(acted, as_json=as_json)


def _written(session: "Session", place: Path, number: str, head: str) -> str:
    """What the agent wrote in his editor. Raises UsageError where nobody can."""
    if not is_at_terminal():
        raise UsageError("Say what was said: -m TEXT, or on standard input.")
    about = f"a call about {number}, {row_of(session, number).title}" if number else "a call that opens a ticket"
    return written_text(session, place, f"{about}. Save it; leave it as it is to give up.", "" if number else head)


def _finish(acted: Acted, *, as_json: bool) -> None:
    """As other commands end; of a ticket that was opened, `number` in front."""
    if not acted.opened:
        finish(acted, as_json=as_json)
        return
    if as_json:
        frame.write_json({"number": acted.opened[0], **acted_as_json(acted)})
    else:
        frame.show(format_acted(acted, frame.screen()))
    sys.stdout.flush()
    if postponed := acted.finish():
        print(f"mdtickets: done, the commit follows: {postponed}", file=sys.stderr)
