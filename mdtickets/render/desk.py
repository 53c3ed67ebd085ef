"""What `mdtickets` alone shows: the tickets that wait, and what to do next."""

from collections.abc import Container, Iterator
from datetime import datetime, tzinfo

from mdtickets.app.desk import Desk
from mdtickets.domain.model import State, StateType
from mdtickets.domain.overview import TicketRow
from mdtickets.domain.plain import plain_line
from mdtickets.render import times
from mdtickets.render.listing import priority_word
from mdtickets.render.table import Cell, Column, format_rows
from mdtickets.render.terminal import Screen, Style
from mdtickets.render.width import tame

_SUGGESTED = 3
_TO_TAKE = frozenset({StateType.NEW, StateType.OPEN})
_COLUMNS = [
    Column(title="number"),
    Column(title="priority"),
    Column(title="waits", right=True),
    Column(title="title", flexible=True, narrowest=16),
    Column(title="customer", flexible=True, narrowest=9),
    Column(title="who", flexible=True, narrowest=12),
]


def format_desk(
    desk: Desk, name: str, now: datetime, zone: tzinfo, screen: Screen, *, commands: Container[str] = frozenset()
) -> str:
    """The whole screen; below it what can be done next, as far as there are such commands."""
    lines = [screen.paint(_heading(desk, name), Style.HEADING), ""]
    rows = [
        [
            Cell(f"…{desk.shortened[row.number]}", Style.LINK),
            Cell(priority_word(row.priority)),
            Cell(times.since(row.waits_since, now) if row.waits_since else ""),
            Cell(row.title or "(no subject)"),
            Cell(row.customer_name or row.customer),
            _who(row, desk, now, zone),
        ]
        for row in desk.rows
    ]
    if rows:
        lines += [f"  {line}" for line in format_rows(_COLUMNS, rows, screen, margin=2)]
        lines.append("")
    lines.append(screen.paint(_next(desk, commands), Style.DIM))
    return "\n".join(lines) + "\n"


def _heading(desk: Desk, name: str) -> str:
    parts = [tame(plain_line(name)), desk.agent]
    counts = [
        f"{desk.mine} wait{'s' if desk.mine == 1 else ''} for you" if desk.agent else f"{desk.total} open",
        f"{desk.unlocked} unlocked",
        f"{desk.undelivered} not delivered" if desk.undelivered else "",
    ]
    return "  ·  ".join(part for part in (*parts, ", ".join(count for count in counts if count)) if part)


def _who(row: TicketRow, desk: Desk, now: datetime, zone: tzinfo) -> Cell:
    if row.broken:
        return Cell(f"! {row.broken}", Style.ALARM)
    if row.undelivered:
        return Cell("! answer not delivered", Style.ALARM)
    who = "you" if row.owner and row.owner == desk.agent else row.owner or "free"
    locked = f", locked{_holder(row)} {times.since(row.lock.since, now)}" if row.lock else ""
    if desk.agent and row.owner not in {"", desk.agent} and not row.lock:
        locked = ", unlocked"
    state = _state(row, now, zone)
    duplicates = "".join(f"  ≈ …{desk.shortened[number]}" for number in row.possible_duplicates)
    return Cell(who + locked + (f", {state}" if state else "") + duplicates, Style.MINE if who == "you" else Style.NONE)


def _state(row: TicketRow, now: datetime, zone: tzinfo) -> str:
    if row.state.type is StateType.PENDING_REMINDER or row.state.type is StateType.PENDING_AUTO:
        if row.pending_until and row.pending_until <= now:
            return f"pending, {times.until(row.pending_until, now, zone)}"
        return f"pending {'until ' + times.until(row.pending_until, now, zone) if row.pending_until else ''}".rstrip()
    return "" if row.state in {State.NEW, State.OPEN} else row.state.value


def _holder(row: TicketRow) -> str:
    """By whom it is locked, where that is not its owner."""
    return f" by {row.lock.agent}" if row.lock and row.lock.agent != row.owner else ""


def _next(desk: Desk, commands: Container[str]) -> str:
    if not desk.rows:
        return "Nothing waits.   mdtickets list --state all   ·   mdtickets status"
    wanted = [*_suggestions(desk, commands), f"show {desk.shortened[desk.rows[0].number]}", "list", "status"]
    return "next: " + "   ·   ".join(f"mdtickets {each}" for each in wanted[:_SUGGESTED])


def _suggestions(desk: Desk, commands: Container[str]) -> Iterator[str]:
    """What the agent will want to do: answer the first of his own, take the first that nobody has, look at trouble."""
    workable = [row for row in desk.rows if desk.agent and not row.broken and _is_free_for(row, desk.agent)]
    mine = next((row for row in workable if row.owner == desk.agent and row.waits_since), None)
    free = next((row for row in workable if row.owner != desk.agent and row.state.type in _TO_TAKE), None)
    lost = next((row for row in desk.rows if row.undelivered), None)
    for verb, row in (("reply", mine), ("take", free), ("log", lost)):
        if row and verb in commands:
            yield f"{verb} {desk.shortened[row.number]}"


def _is_free_for(row: TicketRow, agent: str) -> bool:
    """Whether nobody else holds it."""
    return row.lock is None or row.lock.agent == agent
