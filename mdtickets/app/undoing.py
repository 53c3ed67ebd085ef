"""Taking back the last action on a ticket, or any that the log names."""

import hashlib

from msgspec import Struct, field

from mdtickets.app.acting import Acted, Extra, act
from mdtickets.app.session import Session
from mdtickets.app.staging import NewArticle, Staging
from mdtickets.domain.agent import Change, Situation
from mdtickets.domain.event import Event, What
from mdtickets.domain.hand_notes import NOTE_MD, told_notes
from mdtickets.domain.settings import Agent
from mdtickets.domain.undo import Action, find_action, find_counterpart, linked_by, undo
from mdtickets.errors import RefusedError
from mdtickets.store.former import find_former
from mdtickets.store.git_process import Git
from mdtickets.store.layout import TICKET_FILE
from mdtickets.store.rows import ArticleFacts
from mdtickets.store.tickets import digest_of, load_ticket, parse_ticket, read_file


def undo_action(
    session: Session, agent: Agent, number: str, position: int | None = None, *, dry_run: bool = False
) -> Acted:
    """Undo the last action, or the one of that event. Raises RefusedError when something rests on it, or mail left.

    A link is undone in both tickets. A note that somebody puts there by hand meanwhile is told, and stays.
    """
    events = load_ticket(session.layout, number).events
    work = _Undoing(session=session, number=number, position=position, told=len(events))
    others = linked_by(find_action(events, position))
    there = [other for other in others if session.layout.ticket(other).is_dir()]
    return act(session, agent, [number, *there], work.decide, dry_run=dry_run, extra=work.extra)


class _Undoing(Struct, kw_only=True):
    """One undo on its way; `act` asks for the ticket itself first, then for those that are linked."""

    session: Session
    number: str
    position: int | None
    told: int  # how many events the ticket had when the agent asked
    action: Action | None = None
    former: dict[str, bytes] = field(default_factory=dict)
    removed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[NewArticle, ...] = ()  # those of the ticket itself that are again what they were

    def decide(self, found: Situation) -> Change:
        position = self.position or self._before_found_notes(found)
        if found.number != self.number and self.action:
            position = find_counterpart(found.events, self.action, self.number)
            if position is None:
                return Change(ticket=found.ticket)
        action = find_action(found.events, position)
        self.action = self.action or action
        self.removed[found.number] = action.notes
        if found.number == self.number:
            self.notes = tuple(_former_note(self.session, found, action, name) for name in action.edited_notes)
        data = _former_bytes(self.session, found, action)
        if data is None:
            return undo(found, position)
        self.former[found.number] = data
        return undo(found, position, parse_ticket(data, found.number))

    def _before_found_notes(self, found: Situation) -> int | None:
        """The event of the last action that is no note found only now; None when there is no such note."""
        if found.number != self.number:
            return None
        places = range(self.told, len(found.events))
        notes = [place for place in places if _is_found_note(found.events[place])]
        return find_action(found.events, but=notes).start + 1 if notes else None

    def extra(self, found: Situation, _change: Change, _staging: Staging) -> Extra:
        number = found.number
        notes = self.notes if number == self.number else ()
        return Extra(ticket_bytes=self.former.get(number), removed=self.removed.get(number, ()), articles=notes)


def _is_found_note(event: Event) -> bool:
    return event.what == What.NOTE and NOTE_MD in event.details


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


def _former_note(session: Session, found: Situation, action: Action, name: str) -> NewArticle:
    """A note that was put there by hand, as it was before that edit. Raises RefusedError when git has it no more."""
    behind = action.start + len(action.events)
    before = told_notes((*found.events[: action.start], *found.events[behind:])).get(name, "")
    path = session.layout.ticket(found.number) / name
    data = find_former(
        Git(session.layout.root), session.layout.relative(path), lambda version: digest_of(version) == before
    )
    if data is None:
        raise RefusedError(f"git has no {name} as it was before that edit.", "Edit it again.")
    facts = ArticleFacts(sha256=hashlib.sha256(data).hexdigest())
    return NewArticle(name=name, chunks=data, facts=facts, replaces=read_file(path))
