"""A ticket's directory: `ticket.md` and `history.jsonl`, read into values and written back.

What cannot be read is a `Problem` beside the rest, never an error: the other tickets go on, and this one's mail is
still filed.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from mdtickets.domain.event import Event, format_event, format_time, parse_event, parse_time
from mdtickets.domain.model import Link, Priority, Problem, State, Ticket
from mdtickets.errors import NotFoundError
from mdtickets.store import frontmatter
from mdtickets.store.durable import StrPath, read_chunks
from mdtickets.store.front_keys import Entry
from mdtickets.store.frontmatter import Document, FrontMatterError, Value
from mdtickets.store.layout import HISTORY_FILE, TICKET_FILE, Layout

_DIGEST_DIGITS = 16
_KEY_LINE = re.compile(rb"^([^\s#:-][^:\n]*):", re.MULTILINE)


class TicketFiles(Struct, frozen=True, kw_only=True):
    """What a ticket's directory says: the state, the history, and what is wrong with either."""

    number: str
    ticket: Ticket | None  # None when ticket.md is broken; `problem` says why
    ticket_bytes: bytes | None  # None when there is no such file
    events: tuple[Event, ...]
    history_bytes: bytes
    problem: Problem | None = None
    problems: tuple[Problem, ...] = ()  # of the history; each line that is no event
    document: Document | None = None  # what `ticket_bytes` say, key by key; None when they are broken

    @property
    def is_edited(self) -> bool:
        """Whether `ticket.md` was changed by hand since the history last spoke of it."""
        told = [event.details["ticket_md"] for event in self.events if "ticket_md" in event.details]
        return bool(told) and self.ticket_bytes is not None and digest_of(self.ticket_bytes) != told[-1]

    def with_events(self, *events: Event) -> "TicketFiles":
        """The same with events added; the last one tells what `ticket.md` looked like then."""
        *earlier, last = events
        if self.ticket_bytes is not None:
            last = replace(last, details={**last.details, "ticket_md": digest_of(self.ticket_bytes)})
        added = (*earlier, last)
        lines = "".join(format_event(event) for event in added).encode()
        return replace(self, events=self.events + added, history_bytes=self.history_bytes + lines)

    def with_ticket(self, ticket: Ticket) -> "TicketFiles":
        """The same with the state changed; only the lines of the keys that differ change in the file."""
        if self.document is None or self.ticket_bytes is None:
            return replace(self, ticket=ticket, **_written(format_ticket(ticket, self.ticket_bytes)))
        changed = _changed_document(self.document, self.ticket_bytes, ticket)
        return replace(self, ticket=ticket, document=changed, ticket_bytes=frontmatter.write_document(changed))

    def with_bytes(self, data: bytes) -> "TicketFiles":
        """The same with another `ticket.md`. Raises FrontMatterError when it is none."""
        return replace(self, ticket=parse_ticket(data, self.number), **_written(data), problem=None)

    def with_own(self, own: Mapping[str, str | None]) -> "TicketFiles":
        """The same with keys of the team's own changed; None takes one out."""
        if self.ticket_bytes is None:
            return self
        changed = frontmatter.change(self.document or frontmatter.parse(self.ticket_bytes), own)
        return replace(self, document=changed, ticket_bytes=frontmatter.write_document(changed))

    @property
    def own(self) -> dict[str, Value]:
        """The keys of `ticket.md` that are the team's own; none when it is broken."""
        return _own_of(self.document) if self.document and self.ticket else {}


class Known(Protocol):
    """What remembers the keys of front matters, path by path: `known_fronts.KnownFronts`."""

    def at(self, path: str) -> Callable[[str], dict[str, Entry] | None]:
        """What `frontmatter.parse` asks about the file of that path in the store."""


def load_ticket(layout: Layout, number: str, known: Known | None = None) -> TicketFiles:
    """What the directory of that ticket says. Raises NotFoundError when there is none."""
    directory = layout.ticket(number)
    if directory.is_symlink() or not directory.is_dir():
        raise NotFoundError(f"There is no ticket {number}.")
    events, problems, history = _read_history(layout, directory / HISTORY_FILE)
    ticket, document, problem, data = _read_ticket(layout, directory / TICKET_FILE, number, events, known)
    return TicketFiles(
        number=number,
        ticket=ticket,
        document=document,
        ticket_bytes=data,
        events=events,
        history_bytes=history,
        problem=problem,
        problems=problems,
    )


def load_events(layout: Layout, number: str) -> tuple[Event, ...]:
    """A ticket's history alone. Raises NotFoundError when there is no such ticket."""
    directory = layout.ticket(number)
    if directory.is_symlink() or not directory.is_dir():
        raise NotFoundError(f"There is no ticket {number}.")
    return _read_history(layout, directory / HISTORY_FILE)[0]


def new_ticket_files(ticket: Ticket) -> TicketFiles:
    """The files of a ticket that is not in the store yet, its history still empty."""
    document = frontmatter.new_document(_filled(ticket))
    return TicketFiles(
        number=ticket.number,
        ticket=ticket,
        ticket_bytes=frontmatter.write_document(document),
        document=document,
        events=(),
        history_bytes=b"",
    )


def digest_of(data: bytes) -> str:
    """What an event says of the `ticket.md` that was written with it."""
    return hashlib.sha256(data).hexdigest()[:_DIGEST_DIGITS]


def read_file(path: StrPath) -> bytes:
    """The bytes of a regular file. Raises OSError; a symbolic link counts as one that cannot be read."""
    return b"".join(read_chunks(path))


def parse_ticket(data: bytes, number: str, known_since: datetime | None = None) -> Ticket:
    """The ticket that a `ticket.md` describes.

    `known_since` stands in for times that the file lacks. Raises FrontMatterError with the line of what is wrong.
    """
    return _ticket_of(frontmatter.parse(data), data, number, known_since)


def _ticket_of(document: Document, data: bytes, number: str, known_since: datetime | None) -> Ticket:
    meta = document.meta
    fields: dict[str, Any] = {"created_at": known_since, "updated_at": known_since}
    for key, read in _READERS.items():
        value = meta.get(key, "")
        if value in ("", [], {}):
            continue
        try:
            fields[key] = read(value)
        except (ValueError, TypeError) as error:
            raise FrontMatterError(line_of(data, key), f"{key}: {error}") from error
    missing = [key for key in ("number", "title", "queue", "created_at", "updated_at") if fields.get(key) is None]
    if missing:
        raise FrontMatterError(1, f"{missing[0]} is missing")
    if fields["number"] != number:
        problem = f"number: {fields['number']} lies in the directory of {number}"
        raise FrontMatterError(line_of(data, "number"), problem)
    return Ticket(**fields)


def format_ticket(ticket: Ticket, old: bytes | None) -> bytes:
    """The bytes of `ticket.md`: new ones, or the old ones with only the lines of changed keys rewritten."""
    if old is None:
        return frontmatter.write(_filled(ticket))
    return frontmatter.write_document(_changed_document(frontmatter.parse(old), old, ticket))


def own_keys(data: bytes | None) -> dict[str, Value]:
    """The keys of a `ticket.md` that are the team's own. Raises FrontMatterError."""
    # a look at the lines first: filing asks this of every mail, and few teams have keys of their own
    if data is None or not any(key.strip(b"\"' ") not in _OUR_KEYS for key in _KEY_LINE.findall(data)):
        return {}
    return {key: value for key, value in frontmatter.parse(data).meta.items() if key not in _READERS}


def _own_of(document: Document) -> dict[str, Value]:
    return {key: value for key, value in document.meta.items() if key not in _READERS}


def _written(data: bytes) -> dict[str, Any]:
    """The fields of TicketFiles that bytes which can be read make."""
    return {"ticket_bytes": data, "document": frontmatter.parse(data)}


def _changed_document(document: Document, data: bytes, ticket: Ticket) -> Document:
    before = _as_meta(_ticket_of(document, data, ticket.number, ticket.created_at))
    changes: dict[str, Value | None] = {
        key: value if value not in ("", []) else None for key, value in _as_meta(ticket).items() if value != before[key]
    }
    return frontmatter.change(document, changes)


def line_of(data: bytes, key: str) -> int:
    """The line of a top-level key in a file with front matter, 1 when it is not found."""
    start = f"{key}:".encode()
    return next((place for place, line in enumerate(data.split(b"\n"), 1) if line.startswith(start)), 1)


def _read_history(layout: Layout, path: Path) -> tuple[tuple[Event, ...], tuple[Problem, ...], bytes]:
    name = layout.relative(path)
    try:
        data = read_file(path)
    except FileNotFoundError:
        return (), (Problem(path=name, line=None, problem="is missing"),), b""
    except OSError as error:
        return (), (Problem(path=name, line=None, problem=error.strerror or "cannot be read"),), b""
    # an editor may have left out the last newline; what is appended must start a line of its own
    whole = data if not data or data.endswith(b"\n") else data + b"\n"
    events: list[Event] = []
    problems: list[Problem] = []
    for place, line in enumerate(whole.split(b"\n")[:-1], 1):
        try:
            events.append(parse_event(line.decode()))
        except ValueError as error:
            problems.append(Problem(path=name, line=place, problem=f"no event: {error}"))
    return tuple(events), tuple(problems), whole


def _read_ticket(
    layout: Layout, path: Path, number: str, events: tuple[Event, ...], known: Known | None
) -> tuple[Ticket | None, Document | None, Problem | None, bytes | None]:
    name = layout.relative(path)
    try:
        data = read_file(path)
    except FileNotFoundError:
        return None, None, Problem(path=name, line=None, problem="is missing"), None
    except OSError as error:
        return None, None, Problem(path=name, line=None, problem=error.strerror or "cannot be read"), None
    try:
        document = frontmatter.parse(data, known.at(name) if known else None)
        return _ticket_of(document, data, number, events[0].at if events else None), document, None, data
    except FrontMatterError as error:
        return None, None, Problem(path=name, line=error.line, problem=error.problem), data


def _text(value: Value) -> str:
    if not isinstance(value, str):
        raise TypeError("must be one line of text")
    return value


def _texts(value: Value) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise TypeError("must be a list of words")
    return tuple(str(item) for item in value)


def _links(value: Value) -> tuple[Link, ...]:
    pairs = [text.split() for text in _texts(value)]
    if not all(len(pair) == 2 for pair in pairs):
        raise ValueError('must be a list of "TYPE NUMBER"')
    return tuple(Link(type=pair[0], number=pair[1]) for pair in pairs)


def _time(value: Value) -> datetime:
    return parse_time(_text(value))


def _state(value: Value) -> State:
    return State(_text(value))


def _priority(value: Value) -> Priority:
    return Priority(_text(value))


_READERS: Mapping[str, Callable[[Value], object]] = {
    "number": _text,
    "title": _text,
    "state": _state,
    "queue": _text,
    "priority": _priority,
    "owner": _text,
    "responsible": _text,
    "customer": _text,
    "company": _text,
    "participants": _texts,
    "tags": _texts,
    "problem": _text,
    "created_at": _time,
    "updated_at": _time,
    "pending_until": _time,
    "pending_then": _text,
    "closed_at": _time,
    "due_at": _time,
    "links": _links,
    "merged_into": _text,
    "watchers": _texts,
}


_OUR_KEYS = frozenset(key.encode() for key in _READERS)
_EMPTY = (None, "", ())


def _filled(ticket: Ticket) -> dict[str, Value]:
    found = ((key, getattr(ticket, key)) for key in _READERS)
    return {key: _as_value(value) for key, value in found if value not in _EMPTY}


def _as_meta(ticket: Ticket) -> dict[str, Value]:
    return {key: _as_value(getattr(ticket, key)) for key in _READERS}


def _as_value(value: object) -> Value:
    if value is None:
        return ""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, datetime):
        return format_time(value)
    if isinstance(value, tuple):
        return [f"{item.type} {item.number}" if isinstance(item, Link) else str(item) for item in value]
    return str(value)
