"""`timer`: a clock that runs while an agent works on a ticket."""

from typing import Annotated

import typer

from mdtickets.app.numbers import resolve
from mdtickets.app.timers import discard_timer, running_timer, start_timer, stop_timer
from mdtickets.app.zone import zone_of
from mdtickets.cli import frame
from mdtickets.cli.acting import finish, open_as_agent
from mdtickets.cli.frame import JsonFlag, NumberArgument, examples, new_app
from mdtickets.render.spent import format_timer, timer_as_json

app = new_app()

_Discard = Annotated[bool, typer.Option("--discard", help="Enter nothing.")]
_Activity = Annotated[str, typer.Option("--activity", metavar="WORD", help="What was done: travel, phone, repair.")]


@app.callback(
    invoke_without_command=True,
    epilog=examples("mdtickets timer", "mdtickets timer start 0042", "mdtickets timer stop --activity repair"),
)
def timer(context: typer.Context, *, as_json: JsonFlag = False) -> None:
    """Start and stop your timer; without a command, what runs. It outlasts restarts."""
    if context.invoked_subcommand is None:
        session, agent = open_as_agent(context)
        running = running_timer(session, agent)
        minutes = running.minutes(session.now()) if running else 0
        if as_json:
            frame.write_json(timer_as_json(running, minutes))
        else:
            frame.write(format_timer(running, minutes, session.now(), zone_of(session)))


@app.command(epilog=examples("mdtickets timer start 0042", "mdtickets timer start ."))
def start(context: typer.Context, number: NumberArgument, *, as_json: JsonFlag = False) -> None:
    """Let your timer run on a ticket from now on."""
    session, agent = open_as_agent(context)
    started = start_timer(session, agent, resolve(session, number))
    if as_json:
        frame.write_json(timer_as_json(started, 0))
    else:
        frame.write(format_timer(started, 0, session.now(), zone_of(session)))


@app.command(epilog=examples("mdtickets timer stop", "mdtickets timer stop --discard"))
def stop(
    context: typer.Context,
    *,
    discard: _Discard = False,
    activity: _Activity = "",
    text: Annotated[str, typer.Option("-m", metavar="TEXT", help="A word on it.")] = "",
    as_json: JsonFlag = False,
) -> None:
    """Stop your timer and enter its minutes, rounded, at least one."""
    session, agent = open_as_agent(context)
    if not discard:
        finish(stop_timer(session, agent, activity=activity, text=text), as_json=as_json)
    elif as_json:
        frame.write_json(timer_as_json(discard_timer(session, agent), 0))
    else:
        frame.write(f"{discard_timer(session, agent).number}  timer discarded")
