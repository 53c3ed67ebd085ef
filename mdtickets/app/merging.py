"""Merging tickets and taking it back: both sides decided together, all of it in one commit."""

from collections.abc import Iterator, Sequence

from mdtickets.app.acting import Acted, act_together
from mdtickets.app.session import Session
from mdtickets.domain import merging
from mdtickets.domain.agent import Change, Situation
from mdtickets.domain.settings import Agent
from mdtickets.errors import NotFoundError, RefusedError
from mdtickets.store.tickets import load_ticket


def merge(
    session: Session,
    agent: Agent,
    numbers: Sequence[str],
    into: str,
    *,
    minutes: int | None = None,
    dry_run: bool = False,
) -> Acted:
    """Let `into` take over these tickets. Raises RefusedError for a circle, a lock of somebody else, a merged ticket."""
    if into in numbers:
        raise RefusedError(f"{into} cannot be merged into itself.")

    def decide(situations: Sequence[Situation]) -> Sequence[Change]:
        *old, main = situations
        changes = [merging.merge(one, main.ticket) for one in old]
        return [*changes, merging.take_over(main, [one.ticket for one in old], minutes=minutes)]

    return act_together(session, agent, [*numbers, into], decide, dry_run=dry_run)


def unmerge(session: Session, agent: Agent, numbers: Sequence[str], *, dry_run: bool = False) -> Acted:
    """Let these tickets stand alone again. Raises RefusedError for one that is not merged."""

    def decide(situations: Sequence[Situation]) -> Sequence[Change]:
        old = [one for one in situations if one.number in numbers]
        return [
            merging.unmerge(one) if one in old else merging.give_back(one, _of(old, one.number)) for one in situations
        ]

    return act_together(session, agent, _with_mains(session, numbers), decide, dry_run=dry_run)


def _with_mains(session: Session, numbers: Sequence[str]) -> Iterator[str]:
    """These tickets, then those that took over: asked under the lock. One that is gone needs no change."""
    yield from numbers
    for number in numbers:
        ticket = load_ticket(session.layout, number).ticket
        if ticket and ticket.merged_into and _is_there(session, ticket.merged_into):
            yield ticket.merged_into


def _is_there(session: Session, number: str) -> bool:
    try:
        load_ticket(session.layout, number)
    except NotFoundError:
        return False
    return True


def _of(old: Sequence[Situation], main: str) -> list[str]:
    return [one.number for one in old if one.ticket.merged_into == main]
