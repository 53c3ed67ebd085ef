"""Taking back the last action on a ticket, or any that the log names."""

from mdtickets.app.acting import Acted, Extra, act
from mdtickets.app.session import Session
from mdtickets.app.staging import Staging
from mdtickets.domain.agent import Change, Situation
from mdtickets.domain.settings import Agent
from mdtickets.domain.undo import Action, find_action, undo
from mdtickets.store.former import find_former
from mdtickets.store.git_process import Git
from mdtickets.store.layout import TICKET_FILE
from mdtickets.store.tickets import digest_of, parse_ticket, read_file


def undo_action(
    session: Session, agent: Agent, number: str, position: int | None = None, *, dry_run: bool = False
) -> Acted:
    """Undo the last action, or the one of that event. Raises RefusedError when something rests on it, or mail left."""
    former: dict[str, bytes] = {}

    def decide(found: Situation) -> Change:
        data = _former_bytes(session, found, find_action(found.events, position))
        if data is None:
            return undo(found, position)
        former[found.number] = data
        return undo(found, position, parse_ticket(data, found.number))

    def extra(found: Situation, _change: Change, _staging: Staging) -> Extra:
        return Extra(ticket_bytes=former.get(found.number), removed=find_action(found.events, position).notes)

    return act(session, agent, [number], decide, dry_run=dry_run, extra=extra)


def _former_bytes(session: Session, found: Situation, action: Action) -> bytes | None:
    """`ticket.md` as it was before the action, when nothing changed it since and git still has it."""
    told = [event.details["ticket_md"] for event in found.events[: action.start] if "ticket_md" in event.details]
    path = session.layout.ticket(found.number) / TICKET_FILE
    now = read_file(path)
    if not told or digest_of(now) != action.ticket_md:
        return None
    if told[-1] == action.ticket_md:
        return now
    return find_former(
        Git(session.layout.root), session.layout.relative(path), lambda data: digest_of(data) == told[-1]
    )
