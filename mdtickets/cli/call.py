"""`call`: what was said on the telephone."""

import sys
from typing import Annotated

import typer

from mdtickets.app.composing import Call, note_call, open_by_call, queue_named
from mdtickets.app.numbers import resolve
from mdtickets.cli import frame, mailing
from mdtickets.cli.acting import MinutesOption, finish, open_as_agent
from mdtickets.cli.editor import given_text
from mdtickets.cli.frame import JsonFlag, complete_number, completes, examples, new_app
from mdtickets.domain.composing import Direction
from mdtickets.errors import UsageError

app = new_app()


@app.command(
    epilog=examples(
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
    as_json: JsonFlag = False,
) -> None:
    """Note a telephone call on a ticket, which stays as it is unless you say so; or open a ticket for it."""
    if came_in == went_out:
        raise UsageError("Say who called: --in or --out.")
    text = given_text(message)
    if text is None:
        raise UsageError("Say what was said: -m TEXT, or on standard input.")
    session, agent = open_as_agent(context)
    is_said = is_open or close or bool(pending)
    found = Call(
        text=text,
        direction=Direction.IN if came_in else Direction.OUT,
        ending=mailing.ending(session, is_open=is_open, close=close, pending=pending, minutes=None)
        if is_said
        else None,
        minutes=minutes,
    )
    if number:
        finish(note_call(session, agent, resolve(session, number), found), as_json=as_json)
        return
    acted = open_by_call(session, agent, queue_named(session, queue), found, title=subject, customer=customer)
    if as_json:
        frame.write_json({"number": acted.opened[0]})
    else:
        frame.write(f"{acted.opened[0]}  opened")
    sys.stdout.flush()
    if postponed := acted.finish():
        print(f"mdtickets: done, the commit follows: {postponed}", file=sys.stderr)
