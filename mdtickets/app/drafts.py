"""Drafts on disk: `.mdtickets/drafts/NAME-AGENT.md`, durable before an editor sees them, there until they are sent.

NAME is the number of the ticket that is answered, `new` for a mail that opens one, `forward-NUMBER` for a mail passed on.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from mdtickets.app.session import Session
from mdtickets.domain.draft import Draft
from mdtickets.errors import MdticketsError, NotFoundError, RefusedError, UnreadableError
from mdtickets.mail.draft import format_draft, parse_draft
from mdtickets.store.layout import Layout
from mdtickets.store.tickets import read_file

NEW = "new"  # in place of a number: a mail that will open its ticket

_FORWARD = "forward-"
_NAME = re.compile(rf"(?:{_FORWARD})?[0-9]+|{NEW}")
_DIRECTORY = "drafts"
_SUFFIX = ".md"


class KeptDraft(Struct, frozen=True, kw_only=True):
    """A draft that waits: whose, of which ticket, since when; what is wrong with its text, if anything is."""

    number: str  # NAME, as `drafts --remove` takes it
    agent: str
    path: Path
    changed_at: datetime
    draft: Draft | None
    problem: str = ""


def forward_of(number: str) -> str:
    """The name of the draft by which a mail of that ticket is passed on."""
    return f"{_FORWARD}{number}"


def split_name(name: str) -> tuple[str, str]:
    """What stands in front of the number in a draft's name ("" for an answer), and the number."""
    kind = _FORWARD if name.startswith(_FORWARD) else ""
    return kind, name.removeprefix(kind)


def go_on_with(name: str) -> str:
    """The command that goes on with that draft."""
    kind, number = split_name(name)
    if name == NEW:
        return "mdtickets compose --resume"
    return f"mdtickets {'forward' if kind else 'reply'} {number} --resume"


def _called(name: str) -> str:
    kind, number = split_name(name)
    if number == NEW:
        return "a new mail"
    return f"a forward of {number}" if kind else number


def draft_path(layout: Layout, number: str, agent: str) -> Path:
    """Where the draft of that agent for that ticket lies."""
    return layout.private / _DIRECTORY / f"{number}-{agent}{_SUFFIX}"


def check_no_draft(session: Session, number: str, agent: str) -> None:
    """Refuse when the agent has a draft of that ticket already."""
    if draft_path(session.layout, number, agent).exists():
        raise RefusedError(
            f"You have a draft of {_called(number)} already.",
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
        raise NotFoundError(f"You have no draft of {_called(number)}.", "See `mdtickets drafts`.") from None
    except OSError as error:
        raise UnreadableError(f"{session.layout.relative(path)}: {error.strerror}.") from error


def drop_draft(session: Session, number: str, agent: str) -> bool:
    """Remove a draft; whether there was one."""
    path = draft_path(session.layout, number, agent)
    if not path.exists():
        return False
    session.disk.remove(path)
    return True


def list_drafts(session: Session, agent: str) -> tuple[KeptDraft, ...]:
    """What that agent has begun on this machine, the oldest first."""
    return tuple(sorted(_kept(session, agent), key=lambda kept: (kept.changed_at, kept.number)))


def _kept(session: Session, agent: str) -> Iterator[KeptDraft]:
    directory = session.layout.private / _DIRECTORY
    ending = f"-{agent}{_SUFFIX}"
    for path in directory.glob(f"*{_SUFFIX}") if directory.is_dir() else ():
        number = path.name.removesuffix(ending)
        if path.name.startswith(".") or not path.name.endswith(ending) or not _NAME.fullmatch(number):
            continue
        changed_at = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
        try:
            draft, problem = load_draft(session, number, agent), ""
        except MdticketsError as error:
            draft, problem = None, str(error)
        yield KeptDraft(number=number, agent=agent, path=path, changed_at=changed_at, draft=draft, problem=problem)
