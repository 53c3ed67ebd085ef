"""The outbox: one JSON file for each mail on its way out, in a directory that is its state.

A state changes by one rename, so that a mail is never in two states and never in none. New entries are written
together with the ticket's files (`format_entry`, `path_of`); everything later holds `run/outbox.lock`.
"""

import json
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from mdtickets.domain.article_name import parse_article_name
from mdtickets.domain.delivery import DeliveryState, file_name
from mdtickets.domain.event import DELIVERY, Event, format_time, parse_event, parse_time
from mdtickets.domain.model import Problem
from mdtickets.store.durable import TEMPORARY, Disk, read_chunks, temporary_name
from mdtickets.store.layout import Layout

_SUFFIX = ".json"

# Which of several files of one mail counts: the one that keeps it from being sent.
_CAUTION = (
    DeliveryState.SENDING,
    DeliveryState.SENT,
    DeliveryState.UNKNOWN,
    DeliveryState.FAILED,
    DeliveryState.QUEUED,
)


class OutboxEntry(Struct, frozen=True, kw_only=True):
    """One mail of ours on its way: which article goes to whom, and what happened so far."""

    number: str
    article: str  # file name in the ticket's directory: the bytes that are sent
    message_id: str  # without angle brackets; the same over all attempts
    envelope_from: str  # "" is the null path of automatic answers
    envelope_to: tuple[str, ...]  # those who do not have it yet
    queued_at: datetime
    attempts: int = 0
    not_before: datetime | None = None  # None: at once
    detail: str = ""  # the last words of the server
    after: str = ""  # a source in a Maildir that must be gone first: absolute, or relative to the store
    message: str = ""  # the mail itself, of one that is no article: a notification to an agent
    state: DeliveryState = DeliveryState.QUEUED  # the directory it lies in
    others: Mapping[str, Any] = field(default_factory=dict)  # keys of a later version, kept

    def is_due(self, now: datetime) -> bool:
        """Whether its time has come."""
        return self.not_before is None or self.not_before <= now


class OutboxListing(Struct, frozen=True, kw_only=True):
    """What lies in the outbox, the oldest first, and what is no entry."""

    entries: tuple[OutboxEntry, ...]
    problems: tuple[Problem, ...]


class Move(Struct, frozen=True, kw_only=True):
    """An entry's way into another state (or the same one), some of its fields changed."""

    entry: OutboxEntry
    state: DeliveryState
    changes: Mapping[str, Any] = field(default_factory=dict)


def format_entry(entry: OutboxEntry) -> bytes:
    """The bytes of an entry's file. Its state is not in them: that is the directory."""
    known: dict[str, Any] = {
        "number": entry.number,
        "article": entry.article,
        "message_id": entry.message_id,
        "envelope_from": entry.envelope_from,
        "envelope_to": list(entry.envelope_to),
        "queued_at": format_time(entry.queued_at),
        "attempts": entry.attempts,
        "not_before": format_time(entry.not_before) if entry.not_before else None,
        "detail": entry.detail,
        "after": entry.after,
    }
    if entry.message:
        known["message"] = entry.message
    return _lines_of({**known, **entry.others} if entry.others else known)


def parse_entry(data: bytes, state: DeliveryState) -> OutboxEntry:
    """The entry of a file found in that state. Raises ValueError, naming what is wrong."""
    found = json.loads(data)
    if not isinstance(found, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004  # one kind of error for every bad file
    recipients = found.get("envelope_to")
    if not isinstance(recipients, list) or not recipients or not all(isinstance(item, str) for item in recipients):
        raise ValueError("envelope_to must be a list of addresses")
    attempts = found.get("attempts", 0)
    if not isinstance(attempts, int) or isinstance(attempts, bool) or attempts < 0:
        raise ValueError("attempts must be a number")
    not_before = _text(found, "not_before")
    message = _text(found, "message")
    return OutboxEntry(
        number=_number(found),
        article="" if message else _article(found),
        message=message,
        message_id=_text(found, "message_id", required=True),
        envelope_from=_text(found, "envelope_from"),
        envelope_to=tuple(recipients),
        queued_at=parse_time(_text(found, "queued_at", required=True)),
        attempts=attempts,
        not_before=parse_time(not_before) if not_before else None,
        detail=_text(found, "detail"),
        after=_text(found, "after"),
        state=state,
        others={key: value for key, value in found.items() if key not in _KNOWN},
    )


class Outbox:
    """The outbox of one machine."""

    def __init__(self, layout: Layout, disk: Disk) -> None:
        self._layout = layout
        self._disk = disk
        self._directories = {state: layout.outbox / state.value for state in DeliveryState}
        self._queued = os.fspath(self._directories[DeliveryState.QUEUED])

    def directory(self, state: DeliveryState) -> Path:
        """Where the entries of that state lie."""
        return self._directories[state]

    def path_of(self, message_id: str, state: DeliveryState = DeliveryState.QUEUED) -> Path:
        """The place of a mail's entry in that state."""
        return self.directory(state) / (file_name(message_id) + _SUFFIX)

    def place_of_new(self, message_id: str) -> str:
        """The same of a mail that is queued, as text."""
        return f"{self._queued}/{file_name(message_id)}{_SUFFIX}"

    def entry_bytes(self, entry: OutboxEntry) -> bytes:
        """What to write at `path_of`."""
        return format_entry(entry)

    def entries(self, state: DeliveryState | None = None) -> tuple[OutboxEntry, ...]:
        """The entries of one state, or all, the oldest first; damaged files are left out."""
        return self.listing(*([state] if state else DeliveryState)).entries

    def listing(self, *states: DeliveryState) -> OutboxListing:
        """All entries of these states (none named: of all), and a problem for each file that is not one."""
        problems: list[Problem] = []
        entries: list[OutboxEntry] = []
        first: dict[str, DeliveryState] = {}
        for state in (state for state in _CAUTION if not states or state in states):
            for name in sorted(self._names(state)):
                path = self._layout.relative(self.directory(state) / name)
                # also a damaged file keeps its mail from being sent from another state
                if first.setdefault(name, state) is not state:
                    problems.append(Problem(path=path, line=None, problem=f"ignored: it is also {first[name]}"))
                    continue
                found = self._read(state, name)
                if isinstance(found, OutboxEntry):
                    entries.append(found)
                elif found:
                    problems.append(Problem(path=path, line=None, problem=found))
        entries.sort(key=lambda entry: (entry.queued_at, entry.message_id))
        return OutboxListing(entries=tuple(entries), problems=tuple(problems))

    def counts(self) -> dict[DeliveryState, int]:
        """How many mails are in each state, without reading them."""
        return {state: len(self._names(state)) for state in DeliveryState}

    def move(self, entry: OutboxEntry, state: DeliveryState, **changes: Any) -> OutboxEntry:
        """Put an entry into a state with some fields changed, durably. Returns it as it is then."""
        return self.move_all([Move(entry=entry, state=state, changes=changes)])[0]

    def move_all(self, moves: Sequence[Move], *, durable: bool = True) -> tuple[OutboxEntry, ...]:
        """The same for many, at the price of few syncs.

        A crash leaves each entry in its old or new state, with its old or new fields: new ones are written in the old
        state first. With `durable` false a power cut may bring the old state back.
        """
        changed = [(move, self.path_of(move.entry.message_id, move.entry.state)) for move in moves if move.changes]
        for move, path in changed:
            self._disk.write(temporary_name(path), format_entry(replace(move.entry, **move.changes)))
        self._disk.sync(temporary_name(path) for _, path in changed)
        for _, path in changed:
            self._disk.rename(temporary_name(path), path)
        for state in {move.state for move in moves}:
            self._disk.make_directory(self.directory(state))
        for move in moves:
            if move.state is not move.entry.state:
                old, new = (self.path_of(move.entry.message_id, state) for state in (move.entry.state, move.state))
                self._disk.rename(old, new)
        if durable:
            self._disk.sync(
                sorted({self.directory(state) for move in moves for state in (move.entry.state, move.state)})
            )
        return tuple(replace(move.entry, **move.changes, state=move.state) for move in moves)

    def add(self, entry: OutboxEntry) -> None:
        """Write one new entry, durably."""
        path = self.path_of(entry.message_id, entry.state)
        self._disk.make_directory(path.parent)
        self._disk.replace_file(path, format_entry(entry))

    def remove(self, *entries: OutboxEntry) -> None:
        """Take entries out; the history speaks for them now, so a power cut may bring them back without harm."""
        for entry in entries:
            self._disk.remove(self.path_of(entry.message_id, entry.state))

    def sweep(self) -> None:
        """Remove unfinished files that a crash left, but for new entries: those belong to a ticket's change."""
        for state in set(DeliveryState) - {DeliveryState.QUEUED}:
            for name in _listdir(self.directory(state)):
                if name.startswith(TEMPORARY):
                    self._disk.remove(self.directory(state) / name)

    def _names(self, state: DeliveryState) -> list[str]:
        return [name for name in _listdir(self.directory(state)) if name.endswith(_SUFFIX) and name[0] != "."]

    def _read(self, state: DeliveryState, name: str) -> OutboxEntry | str:
        """The entry of a file; in words what is wrong with it; "" when it moved on while we looked."""
        try:
            entry = parse_entry(b"".join(read_chunks(self.directory(state) / name)), state)
        except FileNotFoundError:
            return ""
        except OSError as error:
            return error.strerror or "cannot be read"
        except (ValueError, RecursionError) as error:
            return str(error)
        return entry if file_name(entry.message_id) + _SUFFIX == name else "its name does not belong to its message_id"


def delivery_events(layout: Layout, number: str, message_id: str) -> tuple[Event, ...]:
    """What the history says of one mail's way out, in its order; nothing when there is no such ticket."""
    try:
        history = b"".join(read_chunks(layout.ticket(number) / "history.jsonl"))
    except OSError:
        return ()
    wanted = json.dumps(message_id, ensure_ascii=False).encode()
    events = (_event(line) for line in history.split(b"\n") if wanted in line)
    return tuple(
        event for event in events if event and event.what in DELIVERY and event.details.get("message_id") == message_id
    )


_KNOWN = frozenset(OutboxEntry.__struct_fields__) - {"state", "others"}


def _lines_of(known: Mapping[str, Any]) -> bytes:
    """JSON with each key on a line; msgspec's is the same as the standard library's and takes a tenth of the time."""
    try:
        return msgspec.json.format(msgspec.json.encode(known), indent=1) + b"\n"
    except UnicodeEncodeError:  # half a surrogate pair becomes a question mark
        return (json.dumps(known, ensure_ascii=False, indent=1) + "\n").encode(errors="replace")


def _event(line: bytes) -> Event | None:
    try:
        return parse_event(line.decode())
    except ValueError:
        return None


def _listdir(directory: Path) -> list[str]:
    try:
        return os.listdir(directory)
    except FileNotFoundError:
        return []


def _text(found: Mapping[str, Any], key: str, *, required: bool = False) -> str:
    value = found.get(key)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or (required and not value):
        raise ValueError(f"{key} must be text")
    return value


def _number(found: Mapping[str, Any]) -> str:
    number = _text(found, "number", required=True)
    # the number and the article become a path
    if not (number.isascii() and number.isdecimal()):
        raise ValueError("number is no ticket number")
    return number


def _article(found: Mapping[str, Any]) -> str:
    article = _text(found, "article", required=True)
    if parse_article_name(article) is None:
        raise ValueError("article is no name of an article")
    return article
