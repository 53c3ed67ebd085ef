"""Drafts on disk, durable before an editor sees them, there until they are sent or stored.

Those of mails are `.mdtickets/drafts/NAME-AGENT.md`, those of notes and calls lie in `.mdtickets/notes/`.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from mdtickets.app.session import Session
from mdtickets.domain.draft import Draft
from mdtickets.domain.draft_name import describe_draft, go_on_with, is_draft_name, is_mail, note_of
from mdtickets.domain.plain import plain_text
from mdtickets.errors import MdticketsError, NotFoundError, RefusedError, UnreadableError
from mdtickets.mail.draft import format_draft, parse_draft
from mdtickets.store.layout import Layout
from mdtickets.store.ticket_lock import read_lock
from mdtickets.store.tickets import read_file

_MAILS, _NOTES = "drafts", "notes"
_SUFFIX = ".md"
_NOTE = note_of("")
_COMMENT = "<!--"


class KeptDraft(Struct, frozen=True, kw_only=True):
    """A draft that waits: whose, of which ticket, since when; what is wrong with its text, if anything is."""

    number: str  # its name, as `drafts --remove` takes it
    agent: str
    path: Path
    changed_at: datetime
    draft: Draft | None = None  # None for a note, a call, and a text that cannot be understood
    opening: str = ""  # the first line of a note or call
    problem: str = ""


def draft_path(layout: Layout, number: str, agent: str) -> Path:
    """Where the draft of that name (a ticket's number for an answer) and agent lies."""
    if is_mail(number):
        return layout.private / _MAILS / f"{number}-{agent}{_SUFFIX}"
    return layout.private / _NOTES / f"{number.removeprefix(_NOTE)}-{agent}{_SUFFIX}"


def check_no_draft(session: Session, number: str, agent: str) -> None:
    """Refuse when the agent has a draft of that ticket already."""
    if draft_path(session.layout, number, agent).exists():
        raise RefusedError(
            f"You have a draft of {describe_draft(number)} already.",
            f"Go on with it: {go_on_with(number)}; or drop it: mdtickets drafts --remove {number}",
        )


def keep_draft(session: Session, number: str, agent: str, draft: Draft) -> Path:
    """Write a new draft, durably. Raises RefusedError when the agent has one of that ticket already."""
    check_no_draft(session, number, agent)
    path = draft_path(session.layout, number, agent)
    session.disk.make_directory(path.parent)
    session.disk.replace_file(path, format_draft(draft), private=True)
    return path


def load_draft(session: Session, number: str, agent: str) -> Draft:
    """The draft as it is by now. Raises NotFoundError when there is none, UnreadableError when it makes no sense."""
    path = draft_path(session.layout, number, agent)
    try:
        return parse_draft(read_file(path))
    except FileNotFoundError:
        raise NotFoundError(f"You have no draft of {describe_draft(number)}.", "See `mdtickets drafts`.") from None
    except OSError as error:
        raise UnreadableError(f"{session.layout.relative(path)}: {error.strerror}.") from error


def drop_draft(session: Session, number: str, agent: str) -> bool:
    """Remove a draft; whether there was one."""
    path = draft_path(session.layout, number, agent)
    if not path.exists():
        return False
    session.disk.remove(path)
    return True


def is_held(session: Session, number: str, agent: str) -> bool:
    """Whether the agent holds the ticket: a draft that was given up leaves it his."""
    lock = read_lock(session.layout, number, session.now())
    return lock is not None and lock.agent == agent


def list_drafts(session: Session, agent: str) -> tuple[KeptDraft, ...]:
    """What that agent has begun on this machine, the oldest first."""
    return tuple(sorted(_kept(session, agent), key=lambda kept: (kept.changed_at, kept.number)))


def _kept(session: Session, agent: str) -> Iterator[KeptDraft]:
    for path, name in _names(session.layout, agent):
        changed_at = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
        kept = KeptDraft(number=name, agent=agent, path=path, changed_at=changed_at)
        try:
            yield replace(kept, **_content(session, name, agent))
        except MdticketsError as error:
            yield replace(kept, problem=str(error))


def _names(layout: Layout, agent: str) -> Iterator[tuple[Path, str]]:
    """The drafts that lie there: path, name."""
    ending = f"-{agent}{_SUFFIX}"
    for directory in (layout.private / _MAILS, layout.private / _NOTES):
        for path in directory.glob(f"*{ending}") if directory.is_dir() else ():
            stem = path.name.removesuffix(ending)
            name = note_of(stem) if directory.name == _NOTES and stem.isdecimal() else stem
            if is_draft_name(name):
                yield path, name


def _content(session: Session, name: str, agent: str) -> dict[str, Any]:
    if is_mail(name):
        return {"draft": load_draft(session, name, agent)}
    text = plain_text(read_file(draft_path(session.layout, name, agent)).decode(errors="replace"))
    lines = (line.strip() for line in text.split("\n") if not line.startswith(_COMMENT))
    return {"opening": next(filter(None, lines), "")}
