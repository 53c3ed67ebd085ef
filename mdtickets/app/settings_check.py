"""What a settings file says, value by value, and everything that is wrong with it, each with its line."""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct, field

from mdtickets.app.holidays_library import ask
from mdtickets.app.settings_kinds import nearest
from mdtickets.app.settings_schema import (
    AGENT_KEY,
    FORMAT,
    QUEUE_NAME,
    TABLES,
    TOP,
    Key,
    Shape,
    Table,
    table_header,
    toml_key,
    unknown_key,
)
from mdtickets.app.toml_lines import KeyLines, mistake
from mdtickets.domain.model import Problem
from mdtickets.domain.settings import DEFAULT_CALENDAR, FiledMode, Transport, Weekday

_WEEK = frozenset(Weekday)

Path = tuple[str, ...]
Tree = dict[str, Any]


class Source(Struct, frozen=True, kw_only=True):
    """One settings file: its path in the store, its text, and whether it is this machine's own."""

    path: str
    text: str
    local: bool = False


class Findings(Struct):
    """What one file says: checked values in the shape of the file, and what is wrong with the others."""

    source: Source
    values: Tree = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _lines: KeyLines | None = None

    @property
    def lines(self) -> KeyLines:
        """Where its keys stand; found out when somebody asks."""
        self._lines = self._lines or KeyLines(self.source.text)
        return self._lines

    def add(self, path: Path, sentence: str) -> None:
        """Note what is wrong with a key."""
        told = f"{table_header(path)}{toml_key(path[-1])}: {sentence}"
        self.problems.append(Problem(path=self.source.path, line=self.lines.find_nearest(path), problem=told))


def check_source(source: Source) -> Findings:
    """All values of one file, and all that is wrong with it taken alone."""
    found = Findings(source)
    try:
        data = tomllib.loads(source.text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        line, problem = mistake(source.text, error)
        found.problems.append(Problem(path=source.path, line=line, problem=f"not TOML: {problem}"))
        return found
    if not _knows_format(found, data):
        return found
    for name, value in data.items():
        if name in TABLES:
            found.values[name] = _CHECKS[TABLES[name].shape](found, (name,), value, TABLES[name])
        elif name in TOP:
            _check_value(found, (name,), value, TOP[name], found.values)
        else:
            found.add((name,), unknown_key(name, {**TOP, **TABLES}))
    return found


def merge(base: Tree, above: Tree) -> Tree:
    """The values of both, those of `above` winning; lists are replaced, not joined."""
    merged = dict(base)
    for key, value in above.items():
        old = merged.get(key)
        merged[key] = merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def check_together(values: Tree, sources: Sequence[Findings]) -> Iterator[Problem]:
    """What is wrong between keys that are right by themselves. The last source is the one that wins."""

    def wrong(path: Path, sentence: str) -> Problem:
        told = f"{table_header(path)}{toml_key(path[-1])}: {sentence}"
        # the file that wins and has the key, else the one that has at least its table
        places = [(found.source.path, found.lines.find(path)) for found in reversed(sources)]
        places += [(found.source.path, found.lines.find_nearest(path)) for found in reversed(sources)]
        where = next((place for place in places if place[1] is not None), places[-1])
        return Problem(path=where[0], line=where[1], problem=told)

    yield from _check_mailboxes(values, wrong)
    yield from _check_calendars(values, wrong)
    yield from _check_targets(values, wrong)
    for number, rate in enumerate(values.get("rate", [])):
        if rate.get("valid_from") and rate.get("valid_to") and rate["valid_to"] < rate["valid_from"]:
            yield wrong(("rate", str(number), "valid_to"), "lies before valid_from")
    sending = values.get("sending", {})
    if sending.get("transport") is Transport.SMTP and not sending.get("host"):
        yield wrong(("sending", "transport"), '"smtp" needs a host: name the server under host first')
    seen: dict[str, str] = {}
    for key, agent in values.get("agent", {}).items():
        email = str(agent.get("email", "")).lower()
        if email and email in seen:
            yield wrong(("agent", key, "email"), f"{email} belongs to {seen[email]} already")
        seen.setdefault(email, key)


def _check_mailboxes(values: Tree, wrong: Callable[[Path, str], Problem]) -> Iterator[Problem]:
    queues = list(values.get("queue", {}))
    places: set[tuple[str, str]] = set()
    for number, mailbox in enumerate(values.get("mailbox", [])):
        path = ("mailbox", str(number))
        queue, folder = mailbox.get("queue", ""), mailbox.get("folder", "")
        if queue and queue not in queues:
            yield wrong((*path, "queue"), f'there is no queue "{queue}"' + (nearest(queue, queues) or _make(queue)))
        place = (mailbox.get("maildir", ""), folder)
        if place in places:
            yield wrong((*path, "maildir"), "this mailbox is there twice")
        places.add(place)
        if folder and mailbox.get("filed") == (FiledMode.FOLDER, folder):
            yield wrong((*path, "filed"), "mail cannot be filed into the folder that it is taken from")


def _check_calendars(values: Tree, wrong: Callable[[Path, str], Problem]) -> Iterator[Problem]:
    calendars = values.get("calendar", {})
    for name, queue in values.get("queue", {}).items():
        called = queue.get("calendar", "")
        if called and called not in calendars and called != DEFAULT_CALENDAR:
            told = nearest(called, list(calendars)) or f". Make one first: a table [calendar.{toml_key(called)}]"
            yield wrong(("queue", name, "calendar"), f'there is no calendar "{called}"{told}')
    for name, calendar in calendars.items():
        path = ("calendar", name)
        if not any(calendar.get(day, key.default) for day, key in TABLES["calendar"].keys.items() if day in _WEEK):
            yield wrong((*path, "mon"), "this calendar has no working hours on any day")
        if calendar.get("region") and not calendar.get("country"):
            yield wrong((*path, "region"), "is a part of a country: name that under country")
        elif calendar.get("country"):
            yield from _check_country(path, calendar["country"], calendar.get("region", ""), wrong)


def _check_country(path: Path, country: str, region: str, wrong: Callable[[Path, str], Problem]) -> Iterator[Problem]:
    """Whether its holidays are known. Without the library nobody can tell."""
    found = ask(country, region, "en")
    if found is None or found.is_known:
        return
    if found.regions:
        yield wrong((*path, "region"), f'{country} has no part "{region}". There are: {", ".join(found.regions)}')
    else:
        told = f'the holidays of "{country}" are not known{nearest(country, found.countries)}'
        yield wrong((*path, "country"), told)


def _check_targets(values: Tree, wrong: Callable[[Path, str], Problem]) -> Iterator[Problem]:
    queues = list(values.get("queue", {}))
    for number, target in enumerate(values.get("target", [])):
        queue = target.get("queue", "")
        if queue and queue not in queues:
            told = nearest(queue, queues) or _make(queue)
            yield wrong(("target", str(number), "queue"), f'there is no queue "{queue}"{told}')


def _make(queue: str) -> str:
    return f". Make one first: a table [queue.{toml_key(queue)}]"


def _knows_format(found: Findings, data: Mapping[str, Any]) -> bool:
    given = data.get("format")
    if given is None and found.source.local:
        return True
    if given is None:
        found.problems.append(Problem(path=found.source.path, line=1, problem=f'"format = {FORMAT}" is missing'))
        return False
    if given != FORMAT or isinstance(given, bool):
        found.add(("format",), f"this program knows format {FORMAT} only, so it does not touch this store")
        return False
    return True


def _check_one(found: Findings, path: Path, value: Any, table: Table) -> Tree:
    """The keys of one table."""
    values: Tree = {}
    if not isinstance(value, dict):
        found.add(path, f"must be a table: [{'.'.join(map(toml_key, path))}]")
        return values
    for name, item in value.items():
        if name in table.keys:
            _check_value(found, (*path, name), item, table.keys[name], values)
        else:
            found.add((*path, name), unknown_key(name, table.keys))
    return values


def _check_named(found: Findings, path: Path, value: Any, table: Table) -> Tree:
    """Tables that have names: queues, agents, calendars."""
    values: Tree = {}
    if not isinstance(value, dict):
        found.add(path, f"must be tables: [{path[0]}.NAME]")
        return values
    is_agent = path[0] == "agent"
    pattern, what = (AGENT_KEY, "letters, digits and . _ -") if is_agent else (QUEUE_NAME, "a name without /")
    for name, item in value.items():
        if not isinstance(item, dict):
            found.add((*path, name), f"stands in no table; begin one with [{path[0]}.NAME]")
        elif not pattern.fullmatch(name):
            found.add((*path, name), f"must be {what}, at most {40 if is_agent else 100} characters")
        else:
            values[name] = _check_one(found, (*path, name), item, table)
    return values


def _check_list(found: Findings, path: Path, value: Any, table: Table) -> list[Tree]:
    """A list of tables: mailboxes, rates."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        found.add(path, f"must be written [[{path[0]}]], once for each")
        return []
    values = []
    for number, item in enumerate(value):
        here = (*path, str(number))
        values.append(_check_one(found, here, item, table))
        for name, key in table.keys.items():
            if key.required and name not in item:
                found.add((*here, name), "is missing")
    return values


def _check_value(found: Findings, path: Path, value: Any, key: Key, values: Tree) -> None:
    if key.only_local and not found.source.local:
        how = f"mdtickets config set --local {path[-1]} {value}"
        found.add(path, f"belongs to one machine: take it out here and say `{how}`")
        return
    try:
        values[path[-1]] = key.kind.parse(value)
    except ValueError as error:
        found.add(path, f"must be {error}")


_CHECKS: Mapping[Shape, Callable[[Findings, Path, Any, Table], Any]] = {
    Shape.ONE: _check_one,
    Shape.NAMED: _check_named,
    Shape.LIST: _check_list,
}
