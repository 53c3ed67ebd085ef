"""Tickets of another system as its table tells them: the CSV of the ticket search of OTRS, Znuny, OTOBO. Pure.

Its columns are chosen by the team (SearchCSVData), and headings and states are in the language of whoever saved it. With
SearchArticleCSVTree the column ArticleTree has the text of each article, of notes and calls as well.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, tzinfo

from msgspec import Struct

from mdtickets.domain.model import ArticleKind
from mdtickets.domain.states import Priority, State


class OldTicket(Struct, frozen=True, kw_only=True):
    """What a table says of one ticket; "", 0 and None where it says nothing that is known here."""

    title: str = ""
    queue: str = ""
    state: State | None = None
    priority: Priority = Priority.NORMAL
    owner: tuple[str, ...] = ()  # what he may be called: his login, his full name
    minutes: int = 0  # that were accounted
    closed_at: datetime | None = None
    notes: "tuple[OldNote, ...]" = ()


class OldNote(Struct, frozen=True, kw_only=True):
    """What was written into a ticket there and is no mail."""

    number: str  # of the ticket, elsewhere
    at: datetime
    author: str  # as it stands there: a name and an address
    text: str
    kind: ArticleKind  # a note, or a call
    is_visible: bool  # the customer could read it


_HEADINGS = {
    "number": ("ticket number", "ticketnumber", "ticketnummer", "ticket#", "number", "nummer"),
    "title": ("title", "titel"),
    "subject": ("subject", "betreff"),
    "queue": ("queue",),
    "state": ("state", "status"),
    "priority": ("priority", "priorität"),
    "owner": ("owner", "besitzer"),
    "first name": ("userfirstname", "firstname", "first name", "vorname"),
    "last name": ("userlastname", "lastname", "last name", "nachname"),
    "minutes": ("accountedtime", "accounted time", "erfasste zeit", "zugewiesene zeit"),
    "closed": ("closed", "close time", "geschlossen"),
    "articles": ("articletree", "article tree", "artikelbaum"),
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
# -->||note-internal||Anna Beispiel <anna@…>||2019-01-02 11:30:00||<--------------
_ARTICLE = re.compile(
    r"^-->\|\|(?P<type>[a-z-]+)\|\|(?P<author>[^\n]*?)\|\|(?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\|\|<-+\r?$",
    re.MULTILINE,
)
_KINDS = {
    "phone": ArticleKind.CALL,
    **dict.fromkeys(("note-internal", "note-external", "note-report", "fax", "sms", "webrequest"), ArticleKind.NOTE),
}
_INTERNAL = frozenset({"note-internal", "note-report"})


def read_old_tickets(rows: Iterable[Mapping[str, str]], zone: tzinfo) -> dict[str, OldTicket]:
    """By number; rows without one are left out. Times are read in that zone."""
    found = (_named(row) for row in rows)
    return {row["number"]: _old_ticket(row, zone) for row in found if row.get("number", "").isdecimal()}


def _named(row: Mapping[str, str]) -> dict[str, str]:
    """The cells that are known here, by our word for them."""
    cells = {heading.strip().lower(): cell.strip() for heading, cell in row.items()}
    return {key: cells[name] for key, names in _HEADINGS.items() for name in names[::-1] if name in cells}


def _old_ticket(row: Mapping[str, str], zone: tzinfo) -> OldTicket:
    level = row.get("priority", "")[:1]
    name = f"{row.get('first name', '')} {row.get('last name', '')}".strip()
    return OldTicket(
        title=row.get("title", "") or row.get("subject", ""),
        queue=row.get("queue", ""),
        state=_STATES.get(row.get("state", "").lower()),
        priority=next((each for each in Priority if each.value[0] == level), Priority.NORMAL),
        owner=tuple(each.lower() for each in (row.get("owner", ""), name) if each),
        minutes=_minutes(row.get("minutes", "")),
        closed_at=_moment(row.get("closed", ""), zone),
        notes=tuple(_notes(row["number"], row.get("articles", ""), zone)),
    )


def _notes(number: str, tree: str, zone: tzinfo) -> Iterator[OldNote]:
    heads = list(_ARTICLE.finditer(tree))
    ends = [head.start() for head in heads] + [len(tree)]
    for place, head in enumerate(heads):
        kind, at = _KINDS.get(head["type"]), _moment(head["at"], zone)
        text = tree[head.end() : ends[place + 1]].strip()
        if kind and at and text:
            is_visible = head["type"] not in _INTERNAL
            yield OldNote(number=number, at=at, author=head["author"], text=text, kind=kind, is_visible=is_visible)


def _minutes(text: str) -> int:
    try:
        return max(0, round(float(text.replace(",", "."))))
    except (ValueError, OverflowError):
        return 0


def _moment(text: str, zone: tzinfo) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone).astimezone(UTC)
    except ValueError:
        return None
