"""The Maildirs that this machine files: where they are, what waits in them, what each is for."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from mdtickets.app.session import Session
from mdtickets.domain.event import format_time, parse_time
from mdtickets.domain.facts import Source
from mdtickets.domain.model import Problem
from mdtickets.domain.settings import FiledMode, Mailbox
from mdtickets.domain.spool_name import read_route
from mdtickets.store import lookup
from mdtickets.store.layout import PRIVATE
from mdtickets.store.maildir import Waiting, list_waiting, mail_folder

_SPOOL = f"{PRIVATE}/spool"
_ADOPTED_FILE = "adopted.json"


class Box(Struct, frozen=True, kw_only=True):
    """A Maildir of this machine: the folder that holds its mail, and its settings."""

    folder: Path
    mailbox: Mailbox
    label: str  # as the history names it

    @property
    def is_spool(self) -> bool:
        """Whether `deliver` writes here."""
        return self.label == _SPOOL


class Waits(Struct, frozen=True, kw_only=True, gc=False):
    """A mail that waits, and the Maildir it waits in."""

    waiting: Waiting
    box: Box


def boxes(session: Session, only: Sequence[Path] = ()) -> list[Box]:
    """The configured mailboxes and the spool; or just the Maildirs of `only`, with their settings if they have any."""
    layout = session.layout
    configured = [_box(session, mailbox) for mailbox in session.settings.mailboxes]
    spool = Mailbox(maildir=_SPOOL, filed=FiledMode.DELETE)
    configured.append(Box(folder=layout.spool, mailbox=spool, label=_SPOOL))
    if not only:
        return configured
    known = {box.folder.resolve(): box for box in configured}
    return [known.get(path.resolve()) or _ad_hoc(session, path) for path in only]


def find_waiting(
    session: Session, only: Sequence[Path] = (), *, adopt: bool = True
) -> tuple[list[Waits], list[Problem]]:
    """All mail that waits, in the order of its arrival, and what lies there but is no mail.

    Without `adopt` nothing is written: in a Maildir that is new to us only `new/` is looked at.
    """
    found: list[Waits] = []
    problems: list[Problem] = []
    looked_at = boxes(session, only)
    adopted = _adopt(session, looked_at) if adopt else _read_adopted(session.layout.run / _ADOPTED_FILE)
    for box in looked_at:
        if box.is_spool and not box.folder.is_dir():
            continue
        listing = list_waiting(box.folder, adopted_at=adopted.get(box.label))
        problems += listing.skipped
        found += [Waits(waiting=waiting, box=box) for waiting in listing.waiting if not _is_kept(session, box, waiting)]
    found.sort(key=lambda mail: (mail.waiting.received, mail.waiting.name))
    return found, problems


def source_of(session: Session, mail: Waits) -> Source:
    """Where a mail came from, and the queue its new ticket goes to."""
    queue, address = read_route(mail.waiting.name) if mail.box.is_spool else ("", "")
    mailbox = _mailbox_of(session, address) or mail.box.mailbox
    return Source(
        maildir=mail.box.label,
        name=mail.waiting.name,
        queue=queue or mailbox.queue or default_queue(session),
        address=address or mailbox.address,
    )


def _mailbox_of(session: Session, address: str) -> Mailbox | None:
    """The mailbox whose mail comes to that address."""
    wanted = address.lower()
    return next((box for box in session.settings.mailboxes if wanted and box.address.lower() == wanted), None)


def default_queue(session: Session) -> str:
    """Where mail goes that nobody assigned: the first mailbox's queue, else the first queue, else Raw as in OTRS."""
    settings = session.settings
    first = next((mailbox.queue for mailbox in settings.mailboxes if mailbox.queue), "")
    return first or next(iter(settings.queues), "") or "Raw"


def _box(session: Session, mailbox: Mailbox) -> Box:
    folder = mail_folder(session.layout.resolve(mailbox.maildir), mailbox)
    label = f"{mailbox.maildir}/{mailbox.folder}" if mailbox.folder else mailbox.maildir
    return Box(folder=folder, mailbox=mailbox, label=label)


def _ad_hoc(session: Session, path: Path) -> Box:
    first = session.settings.mailboxes[0] if session.settings.mailboxes else Mailbox(maildir="")
    mailbox = replace(first, maildir=str(path), folder="", queue=default_queue(session))
    return Box(folder=path, mailbox=mailbox, label=str(path))


def _is_kept(session: Session, box: Box, waiting: Waiting) -> bool:
    """Filed already, and to stay in `cur/`: nothing to do, so it is not even read."""
    if box.mailbox.filed is not FiledMode.CUR or waiting.folder.name != "cur":
        return False
    return lookup.is_source_name(session.catalog, box.label, waiting.name)


def _adopt(session: Session, found: list[Box]) -> dict[str, datetime]:
    """Since when each Maildir is ours, noted for new ones. What another program had opened before that is left alone."""
    path = session.layout.run / _ADOPTED_FILE
    known = _read_adopted(path)
    new = {box.label: session.now() for box in found if box.label not in known}
    if new:
        known |= new
        session.disk.make_directory(path.parent)
        lines = {label: format_time(at) for label, at in known.items()}
        session.disk.replace_file(path, json.dumps(lines, indent=1).encode())
        # times are kept to the second
        known = _read_adopted(path)
    return known


def _read_adopted(path: Path) -> dict[str, datetime]:
    try:
        return {label: parse_time(text) for label, text in json.loads(path.read_bytes()).items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}
