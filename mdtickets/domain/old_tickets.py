"""Tickets of another system as its table tells them: the CSV of the ticket search of OTRS, Znuny, OTOBO. Pure.

Its columns are chosen by the team (SearchCSVData), and headings and states are in the language of whoever saved it.
"""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from mdtickets.domain.states import Priority, State


class OldTicket(Struct, frozen=True, kw_only=True):
    """What a table says of one ticket; "" and None where it says nothing that is known here."""

    title: str = ""
    queue: str = ""
    state: State | None = None
    priority: Priority = Priority.NORMAL


_HEADINGS = {
    "number": ("ticket number", "ticketnumber", "ticketnummer", "ticket#", "number", "nummer"),
    "title": ("title", "titel"),
    "subject": ("subject", "betreff"),
    "queue": ("queue",),
    "state": ("state", "status"),
    "priority": ("priority", "priorität"),
}
_STATES = {
    **{state.value: state for state in (State.NEW, State.OPEN, State.CLOSED_SUCCESSFUL, State.CLOSED_UNSUCCESSFUL)},
    "neu": State.NEW,
    "offen": State.OPEN,
    "erfolgreich geschlossen": State.CLOSED_SUCCESSFUL,
    "erfolglos geschlossen": State.CLOSED_UNSUCCESSFUL,
    # its articles went into another ticket, and what is pending here needs a time
    "merged": State.CLOSED_SUCCESSFUL,
    "zusammengefasst": State.CLOSED_SUCCESSFUL,
    "pending reminder": State.OPEN,
    "warten zur erinnerung": State.OPEN,
}


def read_old_tickets(rows: Iterable[Mapping[str, str]]) -> dict[str, OldTicket]:
    """By number; rows without one are left out."""
    found = (_named(row) for row in rows)
    return {row["number"]: _old_ticket(row) for row in found if row.get("number", "").isdecimal()}


def _named(row: Mapping[str, str]) -> dict[str, str]:
    """The cells that are known here, by our word for them."""
    cells = {heading.strip().lower(): cell.strip() for heading, cell in row.items()}
    return {key: cells[name] for key, names in _HEADINGS.items() for name in names[::-1] if name in cells}


def _old_ticket(row: Mapping[str, str]) -> OldTicket:
    level = row.get("priority", "")[:1]
    return OldTicket(
        title=row.get("title", "") or row.get("subject", ""),
        queue=row.get("queue", ""),
        state=_STATES.get(row.get("state", "").lower()),
        priority=next((each for each in Priority if each.value[0] == level), Priority.NORMAL),
    )
