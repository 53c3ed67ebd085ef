"""What `assign` and `responsible` share: tickets given to an agent, who stands last."""

from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from mdtickets.app.desk_words import agent_meant, split_last
from mdtickets.cli.acting import change_in, open_as_agent
from mdtickets.cli.frame import completes

if TYPE_CHECKING:
    from mdtickets.domain.agent import Change, Situation

TicketsAndAgent = Annotated[
    list[str],
    typer.Argument(
        metavar="NUMBER… AGENT",
        help="Ticket numbers (. for the one shown last, - for standard input), last the agent, me or nobody.",
        show_default=False,
        autocompletion=completes("number", "agent"),
    ),
]


class Giving(Protocol):
    """How a ticket is given to an agent ("" is nobody)."""

    def __call__(self, found: "Situation", agent: str, /, *, minutes: int | None = None) -> "Change":
        """The change of one ticket. Raises RefusedError for an agent who is none."""
        ...


def give(
    context: typer.Context, words: list[str], giving: Giving, *, minutes: int | None, dry_run: bool, as_json: bool
) -> None:
    """Give these tickets to the agent who stands last, or none of them."""
    session, who = open_as_agent(context)
    numbers, word = split_last(words, "agent")
    key = agent_meant(session, who.key, word)
    change_in(
        session, who, numbers, lambda found: giving(found, key, minutes=minutes), dry_run=dry_run, as_json=as_json
    )
