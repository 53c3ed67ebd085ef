"""`--where QUERY` for every command that changes tickets: the tickets that a list of that query has, in place of numbers."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperOption

from mdtickets.cli.frame import open_for_reading
from mdtickets.domain.plain import plain_line
from mdtickets.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from mdtickets.domain.overview import TicketRow

_WHERE, _YES = "--where", "--yes"
_HELP = "In place of numbers: the tickets that `list QUERY` has; see `mdtickets help queries`."
_MARK = "\0where "  # no argument of a program can have a NUL
_MOST_SHOWN = 20


class TicketsCommand(TyperCommand):
    """A command whose first words are ticket numbers."""

    has_other = False  # whether its last word is another ticket, which is none of those that the query means

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        where = TyperOption(param_decls=[_WHERE], metavar="QUERY", help=_HELP, expose_value=False)
        yes = TyperOption(param_decls=[_YES], is_flag=True, help="With --where: do not ask.", expose_value=False)
        self.params += [where, yes]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The command's options and words; a query stands among the words, where the numbers stand."""
        words, query = _without_query(args)
        ctx.meta[_YES] = _YES in args
        return super().parse_args(ctx, words if query is None else [_MARK + query, *words])

    def invoke(self, ctx: Any) -> Any:
        """Run it on the tickets of the query."""
        for name, value in ctx.params.items():
            if isinstance(value, list | tuple) and value and str(value[0]).startswith(_MARK):
                other = value[-1] if self.has_other and len(value) > 1 else ""
                ctx.params[name] = [*_asked_for(ctx, value[0].removeprefix(_MARK), other), *value[1:]]
                break
        return super().invoke(ctx)


class PairCommand(TicketsCommand):
    """A command whose first words are ticket numbers, and its last is the ticket that they all have to do with."""

    has_other = True


def _without_query(args: Sequence[str]) -> tuple[list[str], str | None]:
    words, query = [], None
    rest = iter(args)
    for word in rest:
        if word == _WHERE:
            query = next(rest, "")
        elif word.startswith(f"{_WHERE}="):
            query = word.partition("=")[2]
        else:
            words.append(word)
    if query is not None and not query.strip():
        raise UsageError("--where needs a query.", "For example: --where 'is:mine tag:belt'.")
    return words, query


def _asked_for(ctx: Any, query: str, other: str) -> list[str]:
    """The numbers of the tickets, but for the `other` one ("" = none); on a terminal the agent is shown and asked."""
    from mdtickets.app.listing import find_tickets
    from mdtickets.app.numbers import resolve
    from mdtickets.cli.asking import ask, within
    from mdtickets.cli.frame import freshen
    from mdtickets.domain.overview import Selection

    session = open_for_reading(ctx)
    asked = ask(ctx, session, query)
    selection = within(Selection(), asked)
    found = find_tickets(session, selection, lambda: session.settings, asked.plan)
    if freshen(ctx, session, (row.number for row in found.rows)):
        asked = ask(ctx, session, query)
        found = find_tickets(session, selection, lambda: session.settings, asked.plan)
    left_out = resolve(session, other) if other else ""
    rows = [row for row in found.rows if row.number != left_out]
    if not rows:
        but = f" but {left_out} itself" if found.rows else ""
        raise NotFoundError(f"No ticket fits{but}: {query}", "`mdtickets help queries` tells how to ask.")
    if sys.stdin.isatty() and not ctx.params.get("dry_run") and not ctx.meta[_YES]:
        _confirm(ctx.info_name, rows)
    return [row.number for row in rows]


def _confirm(command: str, rows: "Sequence[TicketRow]") -> None:
    for row in rows[:_MOST_SHOWN]:
        print(f"{row.number}  {plain_line(row.title)}", file=sys.stderr)
    if len(rows) > _MOST_SHOWN:
        print(f"… and {len(rows) - _MOST_SHOWN:,} more", file=sys.stderr)
    many = f"these {len(rows):,} tickets" if len(rows) > 1 else "this ticket"
    typer.confirm(f"{command} {many}?", abort=True, err=True)
