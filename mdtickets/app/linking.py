"""Links by an agent's hand: always made between tickets that were not merged, taken out wherever they stand."""

from collections.abc import Sequence

from mdtickets.app.acting import Acted, act
from mdtickets.app.session import Session
from mdtickets.domain.links import linking, unlinking
from mdtickets.domain.settings import Agent
from mdtickets.errors import RefusedError
from mdtickets.store.merged import follow_merges, taken_over
from mdtickets.store.tickets import load_ticket


def link(
    session: Session, agent: Agent, numbers: Sequence[str], other: str, type_: str, *, dry_run: bool = False
) -> Acted:
    """Link these tickets to the other one; for a merged ticket, the one that took over. Raises RefusedError."""
    mains = list(dict.fromkeys(follow_merges(session.catalog, number) for number in numbers))
    main = follow_merges(session.catalog, other)
    if main in mains and other not in numbers:
        merged = next(number for number in (other, *numbers) if number != main)
        raise RefusedError(f"{merged} was merged into {main}: they are one ticket.")
    return act(session, agent, [*mains, main], linking(mains, main, type_), dry_run=dry_run)


def unlink(session: Session, agent: Agent, numbers: Sequence[str], other: str, *, dry_run: bool = False) -> Acted:
    """Take out the links between these tickets and the other one, and those of tickets that they took over."""
    these = {old for number in numbers for old in _family(session, number)}
    others = set(_family(session, other))
    tied = [number for number in sorted(these | others) if _is_tied(session, number, these, others)]
    decide = unlinking(these, others)
    return act(session, agent, list(dict.fromkeys([*numbers, other, *tied])), decide, dry_run=dry_run)


def _family(session: Session, number: str) -> tuple[str, ...]:
    return number, *taken_over(session.catalog, number)


def _is_tied(session: Session, number: str, these: set[str], others: set[str]) -> bool:
    ticket = load_ticket(session.layout, number, session.fronts).ticket
    opposite = others if number in these else these
    return ticket is not None and any(tie.number in opposite for tie in ticket.links)
