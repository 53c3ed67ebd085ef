"""`time`: what was spent on a ticket."""

from typing import TYPE_CHECKING, Annotated

import typer

from mdtickets.app.history import article_positions, read_events
from mdtickets.app.numbers import resolve
from mdtickets.app.zone import zone_of
from mdtickets.cli import frame
from mdtickets.cli.frame import JsonFlag, NumberArgument, examples, invocation, new_app, open_for_reading
from mdtickets.domain.spent import add_time, correct_time, parse_day, time_entries
from mdtickets.errors import UsageError
from mdtickets.render.spent import format_time_account, time_account_as_json

if TYPE_CHECKING:
    from mdtickets.app.acting import Decide
    from mdtickets.app.session import Session

app = new_app()

_Minutes = Annotated[int | None, typer.Argument(metavar="[MINUTES]", help="What to enter.", show_default=False)]
_Activity = Annotated[str, typer.Option("--activity", metavar="WORD", help="What was done: travel, phone, repair.")]
_Day = Annotated[str, typer.Option("--day", metavar="DATE", help="When: 2026-11-24, 24.11., yesterday.")]
_Correct = Annotated[
    int | None, typer.Option("--correct", metavar="N", min=1, help="Entry N counts MINUTES.", show_default=False)
]


@app.command(
    epilog=examples(
        "mdtickets time 0042                      the entries and their sum",
        "mdtickets time 0042 45 --activity travel --day yesterday",
        "mdtickets time 0042 --correct 2 30       entry 2 counts 30 minutes",
    ),
)
def time(
    context: typer.Context,
    number: NumberArgument,
    minutes: _Minutes = None,
    *,
    activity: _Activity = "",
    day: _Day = "today",
    text: Annotated[str, typer.Option("-m", metavar="TEXT", help="A word on it.")] = "",
    correct: _Correct = None,
    as_json: JsonFlag = False,
) -> None:
    """The time spent on a ticket, entry by entry; with MINUTES, one more. Entries are corrected, never deleted."""
    session = open_for_reading(context)
    found = resolve(session, number)
    if minutes is not None:
        decide = _decision(session, minutes, day, activity=activity, text=text, correct=correct)
        _enter(context, session, found, decide, as_json=as_json)
    elif correct is not None:
        raise UsageError("--correct needs the minutes that are right.", f"time {number} --correct {correct} 30")
    else:
        _show(session, found, as_json=as_json)


def _decision(session: "Session", minutes: int, day: str, *, activity: str, text: str, correct: int | None) -> "Decide":
    zone = zone_of(session)
    if correct is not None:
        return lambda found: correct_time(found, correct, minutes, zone)
    spent_on = parse_day(day, session.now().astimezone(zone).date())
    return lambda found: add_time(found, minutes, spent_on, activity=activity, text=text)


def _show(session: "Session", number: str, *, as_json: bool) -> None:
    events = read_events(session, number)
    entries, positions = time_entries(events, zone_of(session)), article_positions(events)
    if as_json:
        frame.write_json(time_account_as_json(number, entries, positions))
    else:
        frame.show(format_time_account(entries, positions, frame.screen()))


def _enter(context: typer.Context, session: "Session", number: str, decide: "Decide", *, as_json: bool) -> None:
    from mdtickets.app.acting import act
    from mdtickets.app.agents import require_agent
    from mdtickets.cli.acting import finish

    agent = require_agent(session, invocation(context).agent)
    finish(act(session, agent, [number], decide), as_json=as_json)
