"""A store of tickets that lived through everything: written straight in the store's format, by chance and a seed.

Closed and opened again, merged and apart, undone, edited by hand with and without an event, split, imported, counted
wrong, torn; with clocks that jump and minutes that are less than nothing.
"""

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from msgspec import Struct, field

from mdtickets.domain.event import Event, format_event
from mdtickets.domain.number import make_number
from mdtickets.domain.undone import mark_of

START = datetime(2025, 9, 1, 7, 30, tzinfo=UTC)  # before the clocks change, and with a new year behind it
DAYS = 420
CHOICES: Mapping[str, Sequence[str]] = {
    "queue": ("Support", "Sales", "Repairs"),
    "owner": ("", "anna", "bert", "gone"),
    "priority": ("1 very low", "3 normal", "5 very high"),
    "customer": ("", "kim-lee", "schulze-ag"),
    "company": ("", "lee-sons"),
    "problem": ("", "tape transport", "belt"),
}
OPEN = ("new", "open", "pending reminder", "pending auto close+")
CLOSED = ("closed successful", "closed unsuccessful")
TAGS = ("vip", "recall", "Ümlaut")
AGENTS = ("anna", "bert", "gone")


class Life(Struct, kw_only=True):
    """One ticket in the making."""

    rng: Random
    number: str
    now: datetime
    created_at: datetime
    values: dict[str, Any]
    events: list[Event] = field(default_factory=list)
    actions: list[tuple[list[Event], dict[str, Any]]] = field(default_factory=list)  # and what was before
    closed_at: datetime | None = None
    articles: int = 0

    def tell(self, what: str, by: str, **details: Any) -> Event:
        """One more line in the history, at a time that goes on, most often."""
        article, minutes = details.pop("article", None), details.pop("minutes", None)
        self.now += timedelta(seconds=self.rng.choice((0, 0, 60, 3600, 90_000, 900_000)))
        told = self.now - timedelta(seconds=self.rng.choice((0,) * 30 + (7200, -86_400, 400_000_000)))
        event = Event(at=told, by=by, what=what, article=article, minutes=minutes, details=details)
        self.events.append(event)
        return event

    def article(self, kind: str, suffix: str = "eml") -> str:
        """The name of one more article."""
        self.articles += 1
        digest = hashlib.sha256(f"{self.number}/{self.articles}".encode()).hexdigest()[:8]
        return f"{self.now:%Y%m%dT%H%M%S}Z-{digest}-{kind}.{suffix}"

    def change(self, key: str, new: Any) -> list[Event]:
        """A change as commands tell it."""
        old, self.values[key] = self.values[key], new
        if key == "state":
            self.closed_at = self.now if new in CLOSED else None
            return [self.tell("state", self.by(), **{"from": old, "to": new})] if old != new else []
        return [self.tell("changed", self.by(), changes={key: [old, new]})] if old != new else []

    def by(self) -> str:
        """An agent, or the program."""
        return self.rng.choice((*AGENTS, "mdtickets"))

    def note_action(self, before: dict[str, Any], events: list[Event]) -> None:
        """What may be undone later."""
        if events:
            self.actions.append((events, before))


def generate(root: Path, tickets: int, seed: int) -> None:
    """Write so many tickets into a store that has none."""
    rng = Random(seed)
    for place in range(tickets):
        begun = START + timedelta(minutes=rng.randrange(DAYS * 1440))
        _write(root, _live(rng, make_number(begun.date(), "10", place + 1), begun))


def _live(rng: Random, number: str, begun: datetime) -> Life:
    values = {key: rng.choice(words) for key, words in CHOICES.items()}
    life = Life(rng=rng, number=number, now=begun, created_at=begun, values={**values, "state": "new", "tags": []})
    rng.choices(_BEGINNINGS, weights=(12, 1, 1, 1, 1))[0](life)
    for _ in range(rng.choice((0, 1, 2, 4, 8, 16))):
        rng.choices(list(_DEEDS), weights=list(_DEEDS.values()))[0](life)
    return life


# --- how tickets begin


def _mail(life: Life) -> None:
    first = life.article("customer")
    life.tell("new", "kim@lee.example", article=first)
    if life.rng.random() < 0.7:
        ack = life.article("ack")
        life.tell("auto_reply", "mdtickets", article=ack, answers=first)
        life.tell("queued", "mdtickets", article=ack)
        if life.rng.random() < 0.9:
            life.tell("sent", "mdtickets", article=ack)


def _composed(life: Life) -> None:
    life.tell("composed", "anna", article=life.article("agent"))
    life.change("state", "open")


def _called(life: Life) -> None:
    life.tell("call", "bert", article=life.article("call", "md"), direction=life.rng.choice(("in", "out")))


def _imported(life: Life) -> None:
    life.values["state"] = life.rng.choice(("open", "closed successful"))
    life.closed_at = life.created_at + timedelta(days=3) if life.values["state"] in CLOSED else None
    names = [life.article(kind) for kind in life.rng.choices(("customer", "agent"), k=3)]
    life.now += timedelta(days=400)
    for name in names:
        life.tell("imported", "kim@lee.example" if "customer" in name else "anna", article=name)


def _split_off(life: Life) -> None:
    name = life.article("customer")
    life.created_at = life.now = life.now + timedelta(days=2)
    life.tell("new", "kim@lee.example", article=name)
    life.tell("split", "anna", **{"from": "2025090110000019"})


_BEGINNINGS: Sequence[Callable[[Life], None]] = (_mail, _composed, _called, _imported, _split_off)

# --- what happens to them


def _change_state(life: Life) -> None:
    before = dict(life.values)
    life.note_action(before, life.change("state", life.rng.choice((*OPEN, *CLOSED, *CLOSED, "removed"))))


def _change_key(life: Life) -> None:
    before = dict(life.values)
    key = life.rng.choice(list(CHOICES))
    life.note_action(before, life.change(key, life.rng.choice(CHOICES[key])))


def _change_tags(life: Life) -> None:
    before = dict(life.values)
    life.note_action(before, life.change("tags", life.rng.sample(TAGS, life.rng.randrange(3))))


def _follow_up(life: Life) -> None:
    what = life.rng.choice(("follow_up", "follow_up", "automatic", "bounce", "duplicate", "junk"))
    name = life.article("customer")
    life.tell(what, "kim@lee.example", article=name)
    if what == "follow_up" and life.values["state"] in CLOSED:
        old, life.values["state"], life.closed_at = life.values["state"], "open", None
        life.tell("state", "mdtickets", **{"from": old, "to": "open"})


def _second_delivery(life: Life) -> None:
    life.tell("duplicate", "mdtickets")


def _answer(life: Life) -> None:
    by = life.rng.choice(AGENTS)
    what = life.rng.choice(("answered", "answered", "forwarded"))
    life.tell(what, by, article=life.article("agent"), minutes=life.rng.choice((None, 5, 15)))
    if life.values["state"] in OPEN:
        life.change("state", "closed successful")


def _note(life: Life) -> None:
    before = dict(life.values)
    event = life.tell(
        "note", life.rng.choice(AGENTS), article=life.article("note", "md"), minutes=life.rng.choice((None, 0, 7))
    )
    life.note_action(before, [event])


def _spend(life: Life) -> None:
    day = (life.now - timedelta(days=life.rng.randrange(3))).date().isoformat()
    details = {"activity": life.rng.choice(("", "phone", "travel")), "day": life.rng.choice((day, "no day"))}
    entry = life.tell("time", life.rng.choice(AGENTS), minutes=life.rng.choice((-30, 0, 10, 45)), **details)
    life.note_action(dict(life.values), [entry])
    if life.rng.random() < 0.4:
        life.tell("time", "bert", minutes=life.rng.choice((-10, 20)), **details, corrects=mark_of(entry))


def _undo(life: Life) -> None:
    """The last action, by the inverse change, if nothing was changed since that rests on it."""
    if not life.actions:
        return
    events, before = life.actions.pop()
    changed = {key for key in before if before[key] != life.values[key]}
    told = {"state"} if events[0].what == "state" else set(events[0].details.get("changes", {}))
    if not changed <= told:
        return
    life.tell("undone", "anna", of=[event.what for event in events], undoes=[mark_of(event) for event in events])
    for key in changed:
        old, life.values[key] = life.values[key], before[key]
        if key == "state":
            life.tell("state", "anna", **{"from": old, "to": before[key], "inverse": True})
        else:
            life.tell("changed", "anna", changes={key: [old, before[key]]}, inverse=True)
    life.closed_at = life.closed_at if life.values["state"] in CLOSED else None


def _merge(life: Life) -> None:
    life.actions.clear()
    old = life.values["state"]
    if old == "merged":
        life.change("state", life.rng.choice((*OPEN, *CLOSED)))
        life.tell("unmerged", "anna", into="2025090110000019")
    else:
        life.change("state", "merged")
        life.tell("merged", "anna", into="2025090110000019")


def _edit(life: Life) -> None:
    """With an editor: what was changed is told by nobody, or by `edit`."""
    life.actions.clear()
    keys = life.rng.sample([*CHOICES, "state", "tags"], 2)
    changes: dict[str, list[Any]] = {}
    for key in keys:
        new = (
            life.rng.choice((*OPEN, *CLOSED))
            if key == "state"
            else list(TAGS[:2])
            if key == "tags"
            else life.rng.choice(CHOICES[key])
        )
        if new != life.values[key]:
            changes[key] = [life.values[key], new]
            life.values[key] = new
    if life.rng.random() < 0.5:
        state = changes.pop("state", None)
        life.tell("edited", "anna", changes=changes)
        if state:
            life.tell("state", "anna", **{"from": state[0], "to": state[1]})
    elif changes:
        life.tell("edited", "mdtickets")


def _nonsense(life: Life) -> None:
    """Words of a later version, and an event that nobody knows."""
    life.tell("state", "anna", **{"from": life.values["state"], "to": "escalated"})
    life.tell("teleported", "anna", changes={"queue": ["Support", "Mars"]})
    life.tell("changed", "anna", changes={"due_at": [None, "2026-01-01T00:00:00Z"], "queue": "no pair"})


_DEEDS: Mapping[Callable[[Life], None], int] = {
    _change_state: 8,
    _change_key: 6,
    _change_tags: 3,
    _follow_up: 6,
    _second_delivery: 1,
    _answer: 5,
    _note: 3,
    _spend: 5,
    _undo: 6,
    _merge: 2,
    _edit: 3,
    _nonsense: 1,
}

# --- files


def _write(root: Path, life: Life) -> None:
    day = life.number[:8]
    directory = root / "tickets" / day[:4] / day[4:6] / day[6:] / life.number
    directory.mkdir(parents=True)
    lines = "".join(map(format_event, life.events))
    if life.rng.random() < 0.03:
        lines += 'no event\n{"at": "yesterday", "what": "state"}\n[1]\n'
    (directory / "history.jsonl").write_text(lines, encoding="utf-8")
    if life.rng.random() < 0.05:  # an edit that no event tells of yet
        life.values["queue"], life.values["state"] = "Repairs", life.rng.choice((*OPEN, *CLOSED))
    text = _front(life) if life.rng.random() > 0.02 else "---\nnumber: [\n---\n"
    path = directory / "ticket.md"
    path.write_text(text, encoding="utf-8")
    written = int(life.now.timestamp()) + life.rng.choice((0, 5000, -5000))
    os.utime(path, (written, written))


def _front(life: Life) -> str:
    meta = {
        "number": life.number,
        "title": "Recorder eats tapes",
        **{key: value for key, value in life.values.items() if value},
        "created_at": f"{life.created_at:%Y-%m-%dT%H:%M:%SZ}",
        "updated_at": f"{life.now:%Y-%m-%dT%H:%M:%SZ}",
    }
    if life.closed_at:
        meta["closed_at"] = f"{life.closed_at:%Y-%m-%dT%H:%M:%SZ}"
    return "---\n" + "".join(f"{key}: {json.dumps(value)}\n" for key, value in meta.items()) + "---\n"
