"""The store's settings: `mdtickets.toml`, overridden by this machine's `local.toml`, as values or as precise errors."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mdtickets.app.settings_check import Findings, Source, Tree, check_source, check_together, merge
from mdtickets.app.settings_schema import TABLES, TARGET_KEYS, TOP, Key
from mdtickets.domain.model import Problem
from mdtickets.domain.settings import (
    Acknowledge,
    Agent,
    CalendarRules,
    FiledMode,
    Mailbox,
    Queue,
    Rate,
    Sending,
    Settings,
    Target,
    Weekday,
)
from mdtickets.errors import SettingsError
from mdtickets.store.layout import Layout


def load_settings(layout: Layout) -> Settings:
    """The settings of a store. Raises SettingsError with the first mistake, and how many there are."""
    return settings_of(read_sources(layout))


def settings_of(sources: Sequence[Source]) -> Settings:
    """The settings that these files say together, the last one winning. Raises SettingsError."""
    values, problems = examine(sources)
    if problems:
        raise settings_error(problems)
    return build(values)


def find_problems(sources: Sequence[Source]) -> tuple[Problem, ...]:
    """Everything that is wrong with these settings files."""
    return examine(sources)[1]


def read_sources(layout: Layout) -> tuple[Source, ...]:
    """The texts of the tracked settings and of this machine's. Raises SettingsError when one cannot be read."""
    shared = Source(path=layout.relative(layout.settings), text=_read(layout, layout.settings))
    local = Source(path=layout.relative(layout.local_settings), text=_read(layout, layout.local_settings), local=True)
    return shared, local


def examine(sources: Sequence[Source]) -> tuple[Tree, tuple[Problem, ...]]:
    """The checked values of all files together, and everything that is wrong with them."""
    findings = [check_source(source) for source in sources]
    problems = [problem for found in findings for problem in found.problems]
    values: Tree = {}
    for found in findings:
        values = merge(values, found.values)
    if not any(_is_unread(found) for found in findings):
        problems += check_together(values, findings)
    order = [source.path for source in sources]
    return values, tuple(sorted(problems, key=lambda problem: (order.index(problem.path), problem.line or 0)))


def settings_error(problems: Sequence[Problem]) -> SettingsError:
    """One error for all mistakes: the first in full, and how many more there are."""
    more = len(problems) - 1
    hint = f"({more} more: see `mdtickets config check`.)" if more else ""
    return SettingsError(tell(problems[0]), hint)


def tell(problem: Problem) -> str:
    """A problem on one line: `mdtickets.toml:14: …`."""
    place = f"{problem.path}:{problem.line}" if problem.line else problem.path
    ending = "" if problem.problem.endswith((".", "?", ")", "`")) else "."
    return f"{place}: {problem.problem}{ending}"


def default_of(key: Key) -> Any:
    """The value of a key that is not there."""
    empty = key.default == ""
    return "" if empty else key.kind.parse(key.default)


def build(values: Mapping[str, Any]) -> Settings:
    """The settings of checked values; what is not there has its default."""
    top = _filled(TOP, values)
    queues = {name: _queue(name, keys) for name, keys in _table(values, "queue")}
    agents = {key: _agent(key, keys) for key, keys in _table(values, "agent")}
    return Settings(
        name=top["name"],
        language=str(top["language"]),
        timezone=top["timezone"],
        system_id=top["system_id"],
        hooks=top["hooks"],
        list_columns=str(top["list_columns"]),
        currency=top["currency"],
        mailboxes=tuple(_mailbox(keys) for keys in values.get("mailbox", ())),
        queues=queues,
        agents=agents,
        sending=Sending(**_filled(TABLES["sending"].keys, values.get("sending", {}))),
        acknowledge=Acknowledge(**_filled(TABLES["acknowledge"].keys, values.get("acknowledge", {}))),
        rates=tuple(_rate(keys, top["currency"]) for keys in values.get("rate", ())),
        calendars={name: _calendar(name, keys) for name, keys in _table(values, "calendar")},
        targets=tuple(_targets(values)),
    )


def _table(values: Mapping[str, Any], name: str) -> list[tuple[str, Mapping[str, Any]]]:
    return list(values.get(name, {}).items())


def _filled(keys: Mapping[str, Key], values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] if name in values else default_of(key) for name, key in keys.items()}


def _mailbox(values: Mapping[str, Any]) -> Mailbox:
    filled = _filled(TABLES["mailbox"].keys, values)
    mode, folder = filled.pop("filed")
    return Mailbox(filed=FiledMode(mode), filed_folder=folder, **filled)


def _queue(name: str, values: Mapping[str, Any]) -> Queue:
    filled = _filled(TABLES["queue"].keys, values)
    return Queue(name=name, **{key: value for key, value in filled.items() if key not in TARGET_KEYS})


def _calendar(name: str, values: Mapping[str, Any]) -> CalendarRules:
    filled = _filled(TABLES["calendar"].keys, values)
    week = tuple(filled[day] or () for day in Weekday)
    return CalendarRules(
        name=name,
        timezone=filled["timezone"],
        week=week,
        country=filled["country"],
        region=filled["region"],
        days_off=values.get("days_off", {}),
        days_on=values.get("days_on", {}),
    )


def _targets(values: Mapping[str, Any]) -> Iterator[Target]:
    """The tables `target`, and what the queues say themselves."""
    for keys in values.get("target", ()):
        yield Target(**keys)
    for name, keys in _table(values, "queue"):
        said = {key: keys[key] for key in TARGET_KEYS if key in keys}
        if said:
            yield Target(queue=name, **said)


def _rate(values: Mapping[str, Any], currency: str) -> Rate:
    said = {name: value for name, value in values.items() if value}  # "" is as if it were not there
    return Rate(**{"amount": values["amount"], "currency": currency, **said})


def _agent(key: str, values: Mapping[str, Any]) -> Agent:
    return Agent(
        key=key,
        name=values.get("name") or key,
        email=values.get("email", ""),
        signature=values.get("signature", ""),
        queues=tuple(values.get("queues", ())),
        notify=frozenset(values.get("notify", default_of(TABLES["agent"].keys["notify"]))),
        notify_command=values.get("notify_command", ""),
    )


def _is_unread(found: Findings) -> bool:
    return bool(found.problems) and not found.values


def _read(layout: Layout, path: Any) -> str:
    try:
        # some editors begin a file with a byte order mark
        return str(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        if path == layout.local_settings:
            return ""
        raise SettingsError(f"{layout.relative(path)} is missing.", "Is this a store?") from None
    except UnicodeDecodeError as error:
        line = path.read_bytes().count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{layout.relative(path)}:{line}: not UTF-8.") from None
    except OSError as error:
        raise SettingsError(f"{layout.relative(path)}: {error.strerror}.") from error
