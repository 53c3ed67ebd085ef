"""What a command did to tickets, for people and for programs."""

from typing import Any

from mdtickets.app.acting import Acted, Done
from mdtickets.domain.agent import LockChange, changes_of
from mdtickets.domain.event import event_as_dict
from mdtickets.domain.plain import plain_line
from mdtickets.render.terminal import Screen, Style

_SHOWN = 40


def format_acted(acted: Acted, screen: Screen) -> str:
    """One line for each ticket: its number, what changed, from what to what."""
    verb = "would be " if acted.is_foreseen else ""
    opened = [f"{screen.paint(number, Style.LINK)}  {verb}opened\n" for number in acted.opened]
    changed = [f"{screen.paint(done.number, Style.LINK)}  {verb}{_what(done)}\n" for done in acted.done]
    return "".join((*changed, *opened))


def acted_as_json(acted: Acted) -> dict[str, Any]:
    """The result object of every command that changes tickets."""
    return {
        "dry_run": acted.is_foreseen,
        "changed": [_as_json(done) for done in acted.done],
        "opened": list(acted.opened),
    }


def _what(done: Done) -> str:
    if done.is_nothing:
        return "unchanged: it was so already"
    before, after = done.before, done.change.ticket
    parts = [after.state.value] if after.state is not before.state else []
    parts += [f"{key} {_old_new(*pair)}" for key, pair in changes_of(before, after).items()]
    parts += {LockChange.TAKE: ["locked"], LockChange.RELEASE: ["unlocked"], LockChange.KEEP: []}[done.change.lock]
    minutes = sum(event.minutes or 0 for event in done.change.events)
    spent = f" ({minutes} min)" if minutes else ""
    told = [event.what.replace("_", " ") for event in done.change.events]
    return plain_line((", ".join(parts) or ", ".join(told)) + spent)


def _old_new(old: object, new: object) -> str:
    return f"{_text(old)} → {_text(new)}"


def _text(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
    return text[:_SHOWN] or "nothing"


def _as_json(done: Done) -> dict[str, Any]:
    changes = changes_of(done.before, done.change.ticket)
    if done.change.ticket.state is not done.before.state:
        changes = {"state": [done.before.state.value, done.change.ticket.state.value], **changes}
    return {
        "number": done.number,
        "changes": changes,
        "lock": done.change.lock.value,
        "events": [event_as_dict(event) for event in done.change.events],
    }
