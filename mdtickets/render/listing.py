"""Tickets as a list: who waits longest, who is on it, what went wrong."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct, field

from mdtickets.app.listing import Found
from mdtickets.domain.nearest import check_word
from mdtickets.domain.overview import TicketRow
from mdtickets.domain.plain import plain_line
from mdtickets.domain.states import OPEN_STATE_TYPES, Priority, State, StateType
from mdtickets.render import times
from mdtickets.render.json import row_as_json
from mdtickets.render.table import Cell, Column, fits, format_table
from mdtickets.render.terminal import Screen, Style

EMBEDDED = 'transport is "maildir": nothing leaves this machine'

DEFAULT_COLUMNS = ("number", "prio", "waits", "title", "customer", "who")

_LISTS = frozenset({"tags", "possible_duplicates"})
_URGENT = frozenset({Priority.HIGH, Priority.VERY_HIGH})
# A customer who waits longer than this shows in colour.
_LONG = timedelta(days=1)


class Seen(Struct, frozen=True):
    """When a list is looked at, and the parts of numbers that mean one ticket alone."""

    now: datetime
    shortened: Mapping[str, str] = field(default_factory=dict)


class _Shown(Struct, frozen=True):
    """A column of the list: its heading, and what it says of a ticket, in fewer words where room is scarce."""

    column: Column
    cell: Callable[[TicketRow, Seen], Cell]
    scarce: Callable[[TicketRow, Seen], Cell] | None = None


class Groups(Struct, frozen=True):
    """What a list is grouped by, and how many tickets have each value, as the catalog tells it."""

    key: str
    counts: Mapping[str, int]


def format_list(
    rows: Sequence[TicketRow], columns: Sequence[str], seen: Seen, screen: Screen, groups: Groups | None = None
) -> str:
    """The table of the tickets, "" when there are none. On a terminal, groups have headings."""
    if not rows:
        return ""
    shown = [_COLUMNS.get(name) or _of_key(name) for name in columns]
    headed = [each.column for each in shown]
    cells = [[each.cell(row, seen) for each in shown] for row in rows]
    if not fits(headed, cells, screen):
        cells = [[(each.scarce or each.cell)(row, seen) for each in shown] for row in rows]
    lines = format_table(headed, cells, screen)
    if groups and screen.is_terminal:
        lines = [lines[0], *_with_headings(lines[1:], rows, groups, screen)]
    return "\n".join(lines) + "\n"


def _with_headings(lines: Sequence[str], rows: Sequence[TicketRow], groups: Groups, screen: Screen) -> Iterator[str]:
    last = None
    for line, row in zip(lines, rows, strict=True):
        value = _group_of(row, groups.key)
        if value != last:
            named = ", ".join(json.loads(value)) if groups.key in _LISTS else value
            yield screen.paint(f"{plain_line(named) or '(none)'}  {groups.counts.get(value, 0):,}", Style.HEADING)
        last = value
        yield line


def _group_of(row: TicketRow, group: str) -> str:
    """A ticket's value as the catalog counts it."""
    value = getattr(row, group) if group == "customer_name" else row_as_json(row)[group]
    if isinstance(value, list):
        return json.dumps(value)
    if isinstance(value, bool):
        return str(int(value))
    text = "" if value is None else str(value)
    return text[:10] if group.endswith(("_at", "_until")) else text


def format_remarks(found: Found, screen: Screen, *, is_embedded: bool) -> str:
    """The lines below a list: how many there are, in which queues, and whether mail leaves this machine."""
    lines = [_total(found)]
    if is_embedded:
        lines.append(EMBEDDED)
    return "".join(screen.paint(line, Style.DIM) + "\n" for line in lines)


def parse_columns(text: str, option: str = "--columns") -> tuple[str, ...]:
    """The columns that a text names, none when it is empty. Raises UsageError with the nearest name."""
    names = tuple(name.strip().lower() for name in text.split(",") if name.strip())
    for name in names:
        check_word(option, name, column_names())
    return names


def _total(found: Found) -> str:
    kind = "open ticket" if found.only_open else "ticket"
    if not found.total:
        return f"no {kind}s"
    queues = {name: count for name, count in found.open_by_queue.items() if count}
    counts = ", ".join(f"{plain_line(name) or '(no queue)'} {count:,}" for name, count in queues.items())
    among = f" in {len(queues)} queues ({counts})" if found.only_open and len(queues) > 1 else ""
    return f"{len(found.rows):,} of {found.total:,} {kind}{'' if found.total == 1 else 's'}{among}"


def column_names() -> tuple[str, ...]:
    """Every name that `--columns` takes, in the order in which people will want to read them."""
    return (*_COLUMNS, *(key for key in _KEYS if key not in _COLUMNS))


def priority_word(priority: Priority) -> str:
    """The priority without the digit that makes it sort."""
    return priority.value.partition(" ")[2]


def who(row: TicketRow, now: datetime, shortened: Mapping[str, str], *, briefly: bool = False) -> str:
    """State and owner, or what a person should do about the ticket; other tickets by the parts that mean them alone."""
    if row.broken:
        return f"! {row.broken}"
    if row.undelivered:
        return "! not delivered" if briefly else "! answer not delivered"
    state = _BRIEF_STATES.get(row.state, row.state.value) if briefly else row.state.value
    duplicates = f"  ≈ {', '.join(shortened.get(number, number) for number in row.possible_duplicates)}"
    # whoever reads "new" knows that nobody has it
    owner = "" if briefly and row.state is State.NEW and not (row.owner or row.lock) else _owner(row, now)
    said = " · ".join(part for part in (state, owner) if part)
    return said + (duplicates if row.possible_duplicates else "")


def _owner(row: TicketRow, now: datetime) -> str:
    if row.lock is None:
        return row.owner or ("free" if row.state.type in {StateType.NEW, StateType.OPEN} else "")
    return f"{row.lock.agent} (locked {times.since(row.lock.since, now)})"


def _waits(row: TicketRow, seen: Seen) -> Cell:
    if row.waits_since is None:
        return Cell("")
    length = seen.now - row.waits_since
    return Cell(times.span(length), Style.NOTICE if length > _LONG else Style.NONE)


def _due(row: TicketRow, seen: Seen) -> Cell:
    if row.due_at is None or row.state.type not in OPEN_STATE_TYPES:
        return Cell("")
    left = row.due_at - seen.now
    if left <= timedelta(0):
        return Cell(f"overdue {times.span(-left)}", Style.ALARM)
    return Cell(f"in {times.span(left)}", Style.NOTICE if left <= _LONG else Style.NONE)


def _priority(row: TicketRow, _seen: Seen) -> Cell:
    return Cell(priority_word(row.priority), Style.ALARM if row.priority in _URGENT else Style.NONE)


def _notable_priority(row: TicketRow, seen: Seen) -> Cell:
    return Cell("") if row.priority is Priority.NORMAL else _priority(row, seen)


def _who(row: TicketRow, seen: Seen) -> Cell:
    return Cell(who(row, seen.now, seen.shortened), _who_style(row))


def _who_briefly(row: TicketRow, seen: Seen) -> Cell:
    return Cell(who(row, seen.now, seen.shortened, briefly=True), _who_style(row))


def _who_style(row: TicketRow) -> Style:
    if row.broken or row.undelivered:
        return Style.ALARM
    return Style.NOTICE if row.lock else Style.NONE


def _title(row: TicketRow, _seen: Seen) -> Cell:
    return Cell(row.title or "(no subject)", Style.NONE if row.title else Style.DIM)


def _customer(row: TicketRow, _seen: Seen) -> Cell:
    return Cell(row.customer_name or row.customer)


def _number(row: TicketRow, _seen: Seen) -> Cell:
    return Cell(row.number, Style.LINK)


# Where room is scarce, "open" goes without saying.
_BRIEF_STATES: Mapping[State, str] = {
    State.OPEN: "",
    State.PENDING_REMINDER: "pending",
    State.PENDING_AUTO_CLOSE_SUCCESSFUL: "auto close+",
    State.PENDING_AUTO_CLOSE_UNSUCCESSFUL: "auto close-",
    State.CLOSED_SUCCESSFUL: "closed",
    State.CLOSED_UNSUCCESSFUL: "unsolved",
}

_COLUMNS: Mapping[str, _Shown] = {
    "number": _Shown(Column(title="NUMBER"), _number),
    "prio": _Shown(Column(title="PRIO"), _priority, _notable_priority),
    "waits": _Shown(Column(title="WAITS", right=True), _waits),
    "due": _Shown(Column(title="DUE", right=True), _due),
    "title": _Shown(Column(title="TITLE", flexible=True, narrowest=16), _title),
    "customer": _Shown(Column(title="CUSTOMER", flexible=True, narrowest=9), _customer),
    "who": _Shown(Column(title="STATE · WHO", flexible=True, narrowest=18), _who, _who_briefly),
}

_KEYS = (
    "state",
    "state_type",
    "queue",
    "priority",
    "owner",
    "responsible",
    "company",
    "tags",
    "problem",
    "lock",
    "created_at",
    "updated_at",
    "pending_until",
    "closed_at",
    "due_at",
    "articles",
    "minutes",
    "possible_duplicates",
    "undelivered",
)


def _of_key(key: str) -> _Shown:
    """The column of a key of `list --json`, as text."""

    def cell(row: TicketRow, seen: Seen) -> Cell:
        if key == "lock":
            return Cell(row.lock.agent if row.lock else "")
        moment = getattr(row, key, None)
        if isinstance(moment, datetime):
            return Cell(times.ago(moment, seen.now) if moment <= seen.now else f"in {times.span(moment - seen.now)}")
        return Cell(_as_text(row_as_json(row)[key]))

    return _Shown(Column(title=key.upper(), flexible=True, right=key in {"articles", "minutes"}), cell)


def _as_text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else str(value)
