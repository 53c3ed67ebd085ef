"""Notes put into a ticket's directory by hand, and edited there: read, with the event that will name each, and whose."""

from collections.abc import Iterator
from contextlib import suppress

from msgspec import Struct

from mdtickets.app.agents import find_agent
from mdtickets.app.session import Session
from mdtickets.domain.event import Event, What
from mdtickets.domain.hand_notes import NOTE_MD, edit_of_note, told_notes
from mdtickets.domain.timestamps import format_time
from mdtickets.errors import MdticketsError
from mdtickets.store.dropped import DroppedNote, find_dropped, read_dropped
from mdtickets.store.tickets import TicketFiles

_NOBODY = ("mdtickets", "mdtickets@localhost")


class FoundNote(Struct, frozen=True, kw_only=True):
    """A note to be put into the history as it lies there."""

    event: Event
    data: bytes
    author: tuple[str, str]  # for git
    is_edited: bool = False  # it was told before, as something else


def found_notes(session: Session, files: TicketFiles) -> Iterator[FoundNote]:
    """The notes of a ticket that its history does not tell as they are."""
    directory = session.layout.ticket(files.number)
    names = find_dropped(directory)
    told = told_notes(files.events) if names else {}
    for name in names:
        note = read_dropped(directory / name)
        if note and name not in told:
            yield _found(session, note)
        elif note and told[name] not in {"", note.digest}:
            yield _edited(session, files, note)


def _found(session: Session, note: DroppedNote) -> FoundNote:
    key, author = _author(session, note.author)
    return FoundNote(
        event=Event(
            at=session.now(),
            by=key,
            what=What.NOTE,
            article=note.name,
            minutes=note.minutes,
            details={"created_at": format_time(note.created_at), NOTE_MD: note.digest},
        ),
        data=note.data,
        author=author,
    )


def _edited(session: Session, files: TicketFiles, note: DroppedNote) -> FoundNote:
    """As with `ticket.md`, nobody knows whose editor it was."""
    by, author = _NOBODY[0], _NOBODY
    event = edit_of_note(files.events, note.name, digest=note.digest, minutes=note.minutes, by=by, now=session.now())
    return FoundNote(event=event, data=note.data, author=author, is_edited=True)


def _author(session: Session, named: str) -> tuple[str, tuple[str, str]]:
    """Who the note says has written it; else the agent whose git this is."""
    agent = session.settings.agents.get(named)
    if agent is None:
        with suppress(MdticketsError):
            agent = find_agent(session, "")
    if agent is None:
        return _NOBODY[0], _NOBODY
    return agent.key, (agent.name, agent.email or f"{agent.key}@localhost")
