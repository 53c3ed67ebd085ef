"""All statistics once more, slowly: straight from the files, by code of its own.

Nothing here is the program's: YAML is read by PyYAML, histories by `json`, marks are digests of the lines themselves.
Times are made steady by trying all, states are found by going back from today, groups by looking at each thing.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from msgspec import Struct
from msgspec.structs import replace

KEYS = ("state", "queue", "owner", "priority", "customer", "company", "problem", "tags")
OPEN = {"new", "open", "pending reminder", "pending auto close+", "pending auto close-"}
CLOSED = {"closed successful", "closed unsuccessful"}
STATES = {*OPEN, *CLOSED, "merged", "removed"}
ARTICLE = re.compile(r"(\d{8}T\d{6})Z-[0-9a-f]{8,64}-(customer|agent|ack|note|call|system)\.(?:eml|md)")
MAIL_IN = {"new", "follow_up", "duplicate", "bounce", "automatic", "junk", "imported"}
MAIL_OUT = {"answered", "forwarded", "resent", "composed"}
ACKS = {"auto_reply", "auto_follow_up", "auto_reject", "auto_new_after_closed"}

Line = dict[str, Any]


class Thing(Struct, frozen=True, kw_only=True):
    """Something that is counted: when, by whom, how the ticket stood then, and what it is worth."""

    number: str
    at: int
    day: date
    hour: int
    agent: str
    then: Mapping[str, Any]
    worth: Any = None


class Ticket(Struct, kw_only=True):
    """One ticket as its files tell it."""

    number: str
    meta: Mapping[str, Any] | None  # None: cannot be read
    written: int
    lines: list[Line]  # that count, in order
    times: list[int]  # of its beginning, then of each line
    changes: dict[str, list[tuple[int, int, Any]]]  # by key: place (-1 = from the beginning), time, value

    def value(self, key: str, place: int) -> Any:
        """What a key was just after the line at that place."""
        return [value for at, _, value in self.changes[key] if at <= place][-1]

    def value_at(self, key: str, moment: int | None) -> Any:
        """What it was when that second ended; None = now."""
        return [value for _, time, value in self.changes[key] if moment is None or time <= moment][-1]

    def then(self, place: int) -> dict[str, Any]:
        return {key: self.value(key, place) for key in KEYS}


def read_tickets(root: Path) -> list[Ticket]:
    """Every ticket of the store."""
    return [_read(path) for path in sorted((root / "tickets").glob("*/*/*/[0-9]*")) if path.is_dir()]


def _read(directory: Path) -> Ticket:
    lines = list(_lines(directory / "history.jsonl"))
    live = _live(lines)
    meta = _meta(directory / "ticket.md")
    created = _seconds(meta["created_at"]) if meta else _first_moment(directory.name, lines)
    times = _steady([created, *(_seconds(line["at"]) for line in live)])
    written = (directory / "ticket.md").stat().st_mtime_ns // 10**9
    ticket = Ticket(number=directory.name, meta=meta, written=written, lines=live, times=times, changes={})
    for key in KEYS:
        ticket.changes[key] = _changes(ticket, key, _present(meta, key, lines))
    _close_imported(ticket)
    return ticket


def _lines(path: Path) -> Iterator[Line]:
    for raw in path.read_bytes().split(b"\n") if path.exists() else ():
        try:
            line = json.loads(raw)
            _seconds(line["at"])
            assert isinstance(line["what"], str)
        except (ValueError, KeyError, TypeError, AssertionError):
            continue
        yield {**line, "mark": hashlib.sha256(raw + b"\n").hexdigest()[:16]}


def _live(lines: list[Line]) -> list[Line]:
    gone = [mark for line in lines if line["what"] == "undone" for mark in line.get("undoes", [])]
    kept = []
    for line in reversed(lines):
        if line["mark"] in gone:
            gone.remove(line["mark"])
        elif not line.get("inverse"):
            kept.append(line)
    # who undid nothing has nothing that is inverse either
    return kept[::-1] if any(line["what"] == "undone" for line in lines) else lines


def _meta(path: Path) -> dict[str, Any] | None:
    try:
        found = yaml.load(path.read_text(encoding="utf-8").split("---\n")[1], yaml.BaseLoader)  # noqa: S506  # texts only
        return found if isinstance(found, dict) else None
    except (yaml.YAMLError, IndexError):
        return None


def _first_moment(number: str, lines: list[Line]) -> int:
    if lines:
        return _seconds(lines[0]["at"])
    return int(datetime(int(number[:4]), int(number[4:6]), int(number[6:8]), tzinfo=UTC).timestamp())


def _present(meta: Mapping[str, Any] | None, key: str, lines: list[Line]) -> Any:
    usual: dict[str, Any] = {"priority": "3 normal", "tags": []}
    if meta is None:
        told = [line["to"] for line in _live(lines) if line["what"] == "state" and line.get("to") in STATES]
        usual["state"] = told[-1] if told else "new"
    return (meta or {}).get(key) or usual.get(key, "")


def _told(line: Line, key: str) -> tuple[Any, Any] | None:
    if key == "state":
        return (line["from"], line["to"]) if line["what"] == "state" and line.get("to") in STATES else None
    changes = line.get("changes") if line["what"] in {"changed", "edited"} else None
    pair = (changes or {}).get(key)
    if not isinstance(pair, list) or len(pair) != len(("old", "new")):
        return None
    old, new = pair
    return (old or [], new or []) if key == "tags" else (old or "", new or "")


def _changes(ticket: Ticket, key: str, now: Any) -> list[tuple[int, int, Any]]:
    """Back from now: where a line says that the value became another one, somebody changed it by hand in between."""
    lines, times = ticket.lines, ticket.times
    told = [place for place, line in enumerate(lines) if _told(line, key)]
    silent = [
        place
        for place, line in enumerate(lines)
        if line["what"] == "edited" and not line.get("article") and "changes" not in line
    ]
    found: list[tuple[int, int, Any]] = []
    value, behind = now, len(lines)
    for place in reversed(told):
        old, new = _told(lines[place], key) or ("", "")
        if value != new and not (ticket.meta is None and behind == len(lines)):
            edits = [edit for edit in silent if place < edit < behind]
            if edits:
                found.append((edits[0], times[edits[0] + 1], value))
            elif behind == len(lines):
                found.append((behind, max(times[-1], ticket.written), value))
        found.append((place, times[place + 1], new))
        value, behind = old, place
    if not told and key == "state" and lines and lines[0]["what"] == "new" and value != "new":
        if ticket.meta is not None:
            edit = silent[0] if silent else len(lines)
            moment = times[edit + 1] if silent else max(times[-1], ticket.written)
            found.append((edit, moment, value))
        value = "new"
    return [(-1, times[0], value), *found[::-1]]


def _close_imported(ticket: Ticket) -> None:
    states = ticket.changes["state"]
    came = not ticket.lines or ticket.lines[0]["what"] == "imported"
    if came and states[0][2] in CLOSED and ticket.meta and ticket.meta.get("closed_at"):
        closed = max(ticket.times[0], min([_seconds(ticket.meta["closed_at"]), *ticket.times[1:2]]))
        ticket.changes["state"] = [(-1, ticket.times[0], "open"), (-1, closed, states[0][2]), *states[1:]]


def _steady(times: list[int]) -> list[int]:
    """The longest run that does not go back stays, of several the one that ends first; found by trying all."""
    length = [1] * len(times)
    before: list[int | None] = [None] * len(times)
    for place in range(len(times)):
        for earlier in range(place):
            if times[earlier] <= times[place] and length[earlier] + 1 > length[place]:
                length[place], before[place] = length[earlier] + 1, earlier
    at: int | None = max(range(len(times)), key=lambda place: (length[place], -place))
    run = []
    while at is not None:
        run.append(at)
        at = before[at]
    steady: list[int] = []
    for place, time in enumerate(times):
        ahead = [times[each] for each in run if each > place]
        if place not in run:
            time = min(time, ahead[-1]) if ahead else time  # noqa: PLW2901  # it is moved
            time = max(time, steady[-1]) if steady else time  # noqa: PLW2901  # it is moved
        steady.append(time)
    return steady


def _seconds(text: str) -> int:
    moment = datetime.fromisoformat(text)
    assert moment.tzinfo
    return int(moment.timestamp())


# --- what is counted


class Asked(Struct, frozen=True, kw_only=True):
    """A question. Times are seconds, `until` is not within; `days` are the first and the last."""

    measure: str
    by: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None
    days: tuple[date | None, date | None] = (None, None)
    at: int | None = None
    now: int
    zone: ZoneInfo


def recount(tickets: Sequence[Ticket], asked: Asked) -> dict[tuple[str, ...], Any]:
    """By groups: the value, or for lengths and shares the parts that it is made of, in order."""
    found: dict[tuple[str, ...], list[Any]] = {}
    for ticket in tickets:
        for thing in _MEASURES[asked.measure](ticket, asked):
            for groups in _groups(ticket, thing, asked):
                found.setdefault(groups, []).append(thing.worth)
    if not asked.by:
        found.setdefault((), [])
    return {groups: _fold(asked.measure, parts) for groups, parts in found.items()}


def _fold(measure: str, parts: list[Any]) -> Any:
    if measure == "minutes_per_ticket":
        by_ticket: dict[str, int] = {}
        for number, minutes in parts:
            by_ticket[number] = by_ticket.get(number, 0) + minutes
        return sorted(by_ticket.values())
    if measure in LENGTHS:
        return sorted(parts)
    if measure.endswith(("_rate", "_share")):
        return (sum(parts), len(parts))
    return sum(parts)


def _thing(ticket: Ticket, place: int, at: int, asked: Asked, agent: str, worth: Any = 1) -> Thing:  # noqa: PLR0917  # short
    local = datetime.fromtimestamp(at, asked.zone)
    then = ticket.then(place)
    return Thing(number=ticket.number, at=at, day=local.date(), hour=local.hour, agent=agent, then=then, worth=worth)


def _is_within(thing: Thing, asked: Asked) -> bool:
    return (
        (asked.since is None or thing.at >= asked.since)
        and (asked.until is None or thing.at < asked.until)
        and (asked.at is None or thing.at <= asked.at)
    )


def _groups(ticket: Ticket, thing: Thing, asked: Asked) -> Iterator[tuple[str, ...]]:
    choices = [_values(ticket, thing, asked, group) for group in asked.by]
    if not choices:
        yield ()
    elif len(choices) == 1:
        yield from ((one,) for one in choices[0])
    else:
        yield from ((one, other) for one in choices[0] for other in choices[1])


def _values(ticket: Ticket, thing: Thing, asked: Asked, group: str) -> list[str]:
    if group in {"customer", "company", "problem"}:
        return [ticket.value_at(group, asked.at)]
    if group == "tag":
        return list(ticket.value_at("tags", asked.at)) or [""]
    if asked.measure in {"created", "duplicate_share"} and group in {"state", "agent"}:
        return [ticket.value_at({"agent": "owner"}.get(group, group), asked.at)]
    if group == "activity":
        return [thing.then["activity"]]
    values: dict[str, str] = {
        "queue": thing.then["queue"],
        "priority": thing.then["priority"],
        "state": thing.then["state"],
        "agent": thing.agent,
        "ticket": ticket.number,
        "day": thing.day.isoformat(),
        "week": f"{thing.day:%G-W%V}",
        "month": f"{thing.day:%Y-%m}",
        "hour": f"{thing.hour:02}",
        "weekday": f"{thing.day:%A}",
    }
    return [values[group]]


def _created(ticket: Ticket, asked: Asked) -> Iterator[Thing]:
    thing = _thing(ticket, -1, ticket.times[0], asked, ticket.value("owner", -1))
    if _is_within(thing, asked):
        yield thing


def _merged(ticket: Ticket, asked: Asked) -> Iterator[Thing]:
    for thing in _created(ticket, asked):
        yield _with(thing, int(ticket.value_at("state", asked.at) == "merged"))


def _with(thing: Thing, worth: Any) -> Thing:
    return replace(thing, worth=worth)


def _doer(ticket: Ticket, place: int) -> str:
    by: str = ticket.lines[place].get("by", "") if 0 <= place < len(ticket.lines) else ticket.value("owner", place)
    return by


def _closings(ticket: Ticket) -> Iterator[tuple[int, int, int | None, int | None]]:
    """Place and time of each closing, and of the opening that ended it."""
    closing: tuple[int, int] | None = None
    for place, time, state in ticket.changes["state"]:
        if state in CLOSED and closing is None:
            closing = place, time
        elif state in OPEN and closing is not None:
            yield (*closing, place, time)
            closing = None
    if closing is not None:
        yield (*closing, None, None)


def _closed(ticket: Ticket, asked: Asked) -> Iterator[Thing]:
    for place, time, _, _ in _closings(ticket):
        thing = _thing(ticket, place, time, asked, _doer(ticket, place))
        if _is_within(thing, asked):
            yield thing


def _solution(ticket: Ticket, asked: Asked) -> Iterator[Thing]:
    for place, time, _, until in _closings(ticket):
        thing = _thing(ticket, place, time, asked, _doer(ticket, place), time - ticket.times[0])
        lasts = until is None or (asked.at is not None and until > asked.at)
        if lasts and _is_within(thing, asked):
            yield thing


def _came_back(ticket: Ticket, asked: Asked) -> Iterator[Thing]:
    for place, time, _, until in _closings(ticket):
        thing = _thing(ticket, place, time, asked, _doer(ticket, place))
        if _is_within(thing, asked):
            yield _with(thing, int(until is not None and (asked.at is None or until <= asked.at)))


def _reopened(ticket: Ticket, asked: Asked) -> Iterator[Thing]:
    for place, _, again, until in _closings(ticket):
        if again is not None and until is not None:
            thing = _thing(ticket, again, until, asked, _doer(ticket, place))
            if _is_within(thing, asked):
                yield thing


def _state_changes(ticket: Ticket, asked: Asked) -> Iterator[Thing]:
    states = ticket.changes["state"]
    for (_, _, before), (place, time, after) in pairwise(states):
        thing = _thing(ticket, place, time, asked, _doer(ticket, place))
        if before != after and _is_within(thing, asked):
            yield thing


def _response(ticket: Ticket, asked: Asked) -> Iterator[Thing]:
    lines = ticket.lines
    first = _first_line(ticket)
    if first is None or not (first["what"] == "new" or (first["what"] == "imported" and _kind(first) == "customer")):
        return
    for place, line in enumerate(lines):
        is_old = line["what"] == "imported" and _kind(line) == "agent"
        if is_old or line["what"] in {"answered", "call"}:
            at = max(ticket.times[0], _name_time(line["article"]) if is_old else ticket.times[place + 1])
            thing = _thing(ticket, place, at, asked, line["by"], at - ticket.times[0])
            if _is_within(thing, asked):
                yield thing
            return


def _first_line(ticket: Ticket) -> Line | None:
    return ticket.lines[0] if ticket.lines else None


def _acknowledged(ticket: Ticket, asked: Asked) -> Iterator[Thing]:
    answers = {line["article"]: line.get("answers", "") for line in ticket.lines if line["what"] in ACKS}
    for place, line in enumerate(ticket.lines):
        if line["what"] == "sent" and ARTICLE.fullmatch(answers.pop(line.get("article", ""), "") or ""):
            at = ticket.times[place + 1]
            received = _name_time(
                {one["article"]: one for one in ticket.lines if one["what"] in ACKS}[line["article"]]["answers"]
            )
            thing = _thing(ticket, place, at, asked, "", max(0, at - received))
            if _is_within(thing, asked):
                yield thing


def _kind(line: Line) -> str:
    found = ARTICLE.fullmatch(line.get("article") or "")
    return found[2] if found else ""


def _name_time(name: str) -> int:
    found = ARTICLE.fullmatch(name)
    assert found
    return int(datetime.strptime(found[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC).timestamp())


def _articles(
    ticket: Ticket, asked: Asked, is_wanted: Callable[[Line, str, bool], bool]
) -> Iterator[tuple[Thing, Line]]:
    """Each article once; `is_wanted` gets its line, its kind, and whether it is a copy of another ticket's."""
    seen: set[str] = set()
    is_split = any(line["what"] == "split" and "from" in line for line in ticket.lines)
    for place, line in enumerate(ticket.lines):
        name, kind = line.get("article") or "", _kind(line)
        if not kind or name in seen or line["what"] not in MAIL_IN | MAIL_OUT | ACKS | {"note", "call"}:
            continue
        seen.add(name)
        if is_wanted(line, kind, is_split and len(seen) == 1):
            agent = line["by"] if kind in {"agent", "note", "call"} else ticket.value("owner", place)
            thing = _thing(ticket, place, max(ticket.times[0], _name_time(name)), asked, agent)
            if _is_within(thing, asked):
                yield thing, line


def _is_received(line: Line, kind: str, is_copy: bool) -> bool:
    return (kind == "customer" or (kind == "call" and line.get("direction") != "out")) and not is_copy


def _all_articles(ticket: Ticket, asked: Asked) -> Iterator[Thing]:
    yield from (thing for thing, _ in _articles(ticket, asked, lambda _line, _kind, _copy: True))


def _received(ticket: Ticket, asked: Asked) -> Iterator[Thing]:
    yield from (thing for thing, _ in _articles(ticket, asked, _is_received))


def _automatic(ticket: Ticket, asked: Asked) -> Iterator[Thing]:
    for thing, line in _articles(ticket, asked, _is_received):
        yield _with(thing, int(line["what"] in {"automatic", "bounce"}))


def _sent(ticket: Ticket, asked: Asked) -> Iterator[Thing]:
    def is_sent(line: Line, kind: str, _copy: bool) -> bool:
        return kind == "agent" or (kind == "call" and line.get("direction") == "out")

    for thing, line in _articles(ticket, asked, is_sent):
        if line["what"] not in {"automatic", "bounce"}:
            yield thing


def _duplicates(ticket: Ticket, asked: Asked) -> Iterator[Thing]:
    for place, line in enumerate(ticket.lines):
        if line["what"] == "duplicate" and not line.get("article"):
            thing = _thing(ticket, place, ticket.times[place + 1], asked, ticket.value("owner", place))
            if _is_within(thing, asked):
                yield thing
    copies = _articles(ticket, asked, lambda line, _kind, copy: line["what"] == "duplicate" and not copy)
    yield from (thing for thing, _ in copies)


def _minutes(ticket: Ticket, asked: Asked) -> Iterator[Thing]:
    meant: dict[str, tuple[int, Line]] = {}
    for place, line in enumerate(ticket.lines):
        minutes = line.get("minutes")
        if not isinstance(minutes, int) or (minutes == 0 and line["what"] != "time"):
            continue
        at, entry = meant.get(line.get("corrects", ""), (place, line))
        meant[line["mark"]] = at, entry
        thing = _thing(ticket, at, ticket.times[place + 1], asked, entry["by"], minutes)
        try:
            day = date.fromisoformat(line.get("day", ""))
        except (ValueError, TypeError):
            day = datetime.fromisoformat(line["at"]).astimezone(asked.zone).date()
        first, last = asked.days
        if (
            (first is None or day >= first)
            and (last is None or day <= last)
            and (asked.at is None or thing.at <= asked.at)
        ):
            yield replace(thing, day=day, then={**thing.then, "activity": entry.get("activity", "")})


def _minutes_per_ticket(ticket: Ticket, asked: Asked) -> Iterator[Thing]:
    for thing in _minutes(ticket, asked):
        yield _with(thing, (ticket.number, thing.worth))


def _standing(ticket: Ticket, asked: Asked, worth: Any = 1) -> Iterator[Thing]:
    if asked.at is None or ticket.times[0] <= asked.at:
        then = {key: ticket.value_at(key, asked.at) for key in KEYS}
        moment = asked.at if asked.at is not None else asked.now
        local = datetime.fromtimestamp(moment, asked.zone)
        owner = then["owner"]
        yield Thing(
            number=ticket.number, at=moment, day=local.date(), hour=local.hour, agent=owner, then=then, worth=worth
        )


def _open(ticket: Ticket, asked: Asked) -> Iterator[Thing]:
    yield from (thing for thing in _standing(ticket, asked) if thing.then["state"] in OPEN)


def _age(ticket: Ticket, asked: Asked) -> Iterator[Thing]:
    for thing in _open(ticket, asked):
        yield _with(thing, max(0, thing.at - ticket.times[0]))


LENGTHS = {"first_response", "solution", "acknowledgement", "age", "minutes_per_ticket"}
_MEASURES: Mapping[str, Callable[[Ticket, Asked], Iterator[Thing]]] = {
    "created": _created,
    "closed": _closed,
    "open": _open,
    "tickets": _standing,
    "reopened": _reopened,
    "changes": _state_changes,
    "articles": _all_articles,
    "received": _received,
    "sent": _sent,
    "duplicates": _duplicates,
    "minutes": _minutes,
    "minutes_per_ticket": _minutes_per_ticket,
    "first_response": _response,
    "solution": _solution,
    "acknowledgement": _acknowledged,
    "age": _age,
    "reopen_rate": _came_back,
    "duplicate_share": _merged,
    "automatic_share": _automatic,
}
