"""Taking back the last action on a ticket, or any that the log names."""

from msgspec import Struct, field

from mdtickets.app.acting import Acted, Extra, act
from mdtickets.app.session import Session
from mdtickets.app.staging import Staging
from mdtickets.domain.agent import Change, Situation
from mdtickets.domain.settings import Agent
from mdtickets.domain.undo import Action, find_action, find_counterpart, linked_by, undo
from mdtickets.store.former import find_former
from mdtickets.store.git_process import Git
from mdtickets.store.layout import TICKET_FILE
from mdtickets.store.tickets import digest_of, load_ticket, parse_ticket, read_file


def undo_action(
    session: Session, agent: Agent, number: str, position: int | None = None, *, dry_run: bool = False
) -> Acted:
    """Undo the last action, or the one of that event. Raises RefusedError when something rests on it, or mail left.

    A link is undone in both tickets.
    """
    work = _Undoing(session=session, number=number, position=position)
    others = linked_by(find_action(load_ticket(session.layout, number).events, position))
    there = [other for other in others if session.layout.ticket(other).is_dir()]
    return act(session, agent, [number, *there], work.decide, dry_run=dry_run, extra=work.extra)


class _Undoing(Struct, kw_only=True):
    """One undo on its way; `act` asks for the ticket itself first, then for those that are linked."""

    session: Session
    number: str
    position: int | None
    action: Action | None = None
    former: dict[str, bytes] = field(default_factory=dict)
    removed: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def decide(self, found: Situation) -> Change:
        position = self.position
        if found.number != self.number and self.action:
            position = find_counterpart(found.events, self.action, self.number)
            if position is None:
                return Change(ticket=found.ticket)
        action = find_action(found.events, position)
        self.action = self.action or action
        self.removed[found.number] = action.notes
        data = _former_bytes(self.session, found, action)
        if data is None:
            return undo(found, position)
        self.former[found.number] = data
        return undo(found, position, parse_ticket(data, found.number))

    def extra(self, found: Situation, _change: Change, _staging: Staging) -> Extra:
        number = found.number
        return Extra(ticket_bytes=self.former.get(number), removed=self.removed.get(number, ()))


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
