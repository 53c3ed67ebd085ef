"""What commands that change tickets share: their arguments, who acts, and the end: result shown, commit made."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from mdtickets.app.acting import Acted, Decide, act
from mdtickets.app.agents import require_agent
from mdtickets.app.desk_words import split_last
from mdtickets.app.numbers import resolve, resolve_all
from mdtickets.cli import frame
from mdtickets.cli.frame import complete_number, invocation, open_for_reading
from mdtickets.domain.plain import plain_line
from mdtickets.render.acted import acted_as_json, format_acted

if TYPE_CHECKING:
    from mdtickets.app.session import Session
    from mdtickets.domain.settings import Agent

NumbersArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="NUMBER…",
        help="Ticket numbers or unambiguous parts; . for the one shown last, - to read them from standard input.",
        show_default=False,
        autocompletion=complete_number,
    ),
]
MinutesOption = Annotated[
    int | None, typer.Option("--minutes", metavar="N", min=0, help="Time spent on it.", show_default=False)
]
DryRunFlag = Annotated[bool, typer.Option("--dry-run", help="Tell what would change; change nothing.")]


def open_as_agent(context: typer.Context) -> "tuple[Session, Agent]":
    """The store, its catalog true, and who acts. Raises UsageError when nobody is named."""
    session = open_for_reading(context)
    return session, require_agent(session, invocation(context).agent)


def change_tickets(
    context: typer.Context, numbers: Sequence[str], decide: Decide, *, dry_run: bool = False, as_json: bool = False
) -> None:
    """Do one thing to all these tickets or to none, show the result, commit."""
    session, agent = open_as_agent(context)
    change_in(session, agent, numbers, decide, dry_run=dry_run, as_json=as_json)


def change_in(
    session: "Session",
    agent: "Agent",
    numbers: Sequence[str],
    decide: Decide,
    *,
    dry_run: bool = False,
    as_json: bool = False,
) -> None:
    """The same in a store that is open already."""
    finish(act(session, agent, resolve_each(session, numbers), decide, dry_run=dry_run), as_json=as_json)


def resolve_each(session: "Session", numbers: Sequence[str]) -> list[str]:
    """The tickets that are meant, `-` being those of standard input."""
    return [number for text in numbers for number in resolve_all(session, text, sys.stdin)]


def resolve_pair(session: "Session", words: Sequence[str]) -> tuple[list[str], str]:
    """The tickets that are meant, and the other one, which stands last."""
    numbers, last = split_last(words, "other ticket")
    return resolve_each(session, numbers), resolve(session, last)


def finish(acted: Acted, *, as_json: bool) -> None:
    """Show what was done (it is durable by now), then make the commit."""
    if as_json:
        frame.write_json(acted_as_json(acted))
    else:
        frame.show(format_acted(acted, frame.screen()))
    sys.stdout.flush()
    postponed = acted.finish()
    if postponed:
        print(f"mdtickets: done, the commit follows: {postponed}", file=sys.stderr)
    warn_of_budgets(acted)


def warn_of_budgets(acted: Acted) -> None:
    """Say it where minutes were entered for somebody whose budget is used up."""
    timed = [done for done in acted.done if any(event.minutes for event in done.change.events)]
    if acted.is_foreseen or not timed:
        return
    from mdtickets.app.customers import used_up_budgets

    whose = dict.fromkeys((done.before.customer, done.before.company) for done in timed)
    used_up = (use.line for each in whose for use in used_up_budgets(acted.session, *each))
    sys.stderr.writelines(f"mdtickets: {plain_line(line)}\n" for line in dict.fromkeys(used_up))
