"""What a command did to tickets, for people and for programs."""

from collections.abc import Callable, Mapping
from typing import Any

from mdtickets.app.acting import Acted, Done
from mdtickets.app.zone import zone_of
from mdtickets.domain.agent import changes_of
from mdtickets.domain.event import Event, event_as_dict
from mdtickets.domain.plain import plain_line
from mdtickets.domain.timestamps import parse_time
from mdtickets.render import times
from mdtickets.render.terminal import Screen, Style

_SHOWN = 40
_MOST_SHOWN = 3  # words of a list
_TIMES = frozenset({"pending_until", "due_at"})

# Shows a time as the team's clock has it.
_Clock = Callable[[str], str]


def format_acted(acted: Acted, screen: Screen) -> str:
    """One line for each ticket: its number, what changed, from what to what."""
    verb = "would be " if acted.is_foreseen else ""
    zone, now = zone_of(acted.session), acted.session.now()

    def clock(text: str) -> str:
        return times.moment(parse_time(text), now, zone)

    opened = [f"{screen.paint(number, Style.LINK)}  {verb}opened\n" for number in acted.opened]
    changed = [f"{screen.paint(done.number, Style.LINK)}  {verb}{_what(done, clock)}\n" for done in acted.done]
    return "".join((*changed, *opened))


def acted_as_json(acted: Acted) -> dict[str, Any]:
    """The result object of every command that changes tickets."""
    return {
        "dry_run": acted.is_foreseen,
        "changed": [_as_json(done) for done in acted.done],
        "opened": list(acted.opened),
    }


def _what(done: Done, clock: _Clock) -> str:
    if done.is_nothing:
        return "unchanged: it was so already"
    changes = _changes(done)
    state = changes.pop("state", None)
    parts = [str(state[1])] if state else []
    parts += [_change(key, old, new, clock) for key, (old, new) in changes.items()]
    parts += ["locked"] if done.is_taken else ["unlocked"] if done.is_given_free else []
    minutes = sum(event.minutes or 0 for event in done.change.events)
    spent = f" ({minutes} min)" if minutes else ""
    told = [_word(event) for event in done.change.events]
    return plain_line((", ".join(parts) or ", ".join(told)) + spent)


def _changes(done: Done) -> dict[str, list[object]]:
    """By key, the state and the team's own keys too: [old, new]."""
    before, change = done.before, done.change
    states: dict[str, list[object]] = {}
    if change.ticket.state is not before.state:
        states = {"state": [before.state.value, change.ticket.state.value]}
    own = {key: pair for event in change.events for key, pair in _told(event.details).items() if key in change.own}
    return {**states, **changes_of(before, change.ticket), **own}


def _word(event: Event) -> str:
    of = event.details.get("of")
    words = ", ".join(map(str, of)) if isinstance(of, list) else ""
    return f"{words} {event.what}".replace("_", " ").strip()


def _told(details: Mapping[str, Any]) -> Mapping[str, list[object]]:
    changes = details.get("changes")
    return changes if isinstance(changes, dict) else {}


def _change(key: str, old: object, new: object, clock: _Clock) -> str:
    """One key: from what to what; of two lists, what came and what went."""
    if isinstance(old, list) and isinstance(new, list) and old and new:
        came = [f"+{word}" for word in new if word not in old]
        went = [f"-{word}" for word in old if word not in new]
        if came or went:
            return f"{key} {_listed([*came, *went])}"
    return f"{key} {_text(key, old, clock)} → {_text(key, new, clock)}"


def _text(key: str, value: object, clock: _Clock) -> str:
    if key in _TIMES and isinstance(value, str):
        return clock(value)
    if isinstance(value, list):
        return _listed(value) or "nothing"
    text = str(value or "nothing")
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _listed(words: list[Any]) -> str:
    more = f" and {len(words) - _MOST_SHOWN} more" if len(words) > _MOST_SHOWN else ""
    return ", ".join(map(str, words[:_MOST_SHOWN])) + more


def _as_json(done: Done) -> dict[str, Any]:
    return {
        "number": done.number,
        "changes": _changes(done),
        "lock": done.change.lock.value,
        "events": [event_as_dict(event) for event in done.change.events],
    }
