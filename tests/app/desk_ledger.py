"""What the desk machine expects of each ticket: what it was before each action, so that every undo can be judged."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct, field

from mdtickets.domain.article_name import is_hand_written
from mdtickets.domain.event import AUTO_RESPONSES, DELIVERY, FILED, WRITTEN, Event, What
from mdtickets.domain.states import State, StateType
from mdtickets.domain.undo import Action, actions_of
from mdtickets.store.layout import TICKET_FILE

Files = dict[str, bytes]

# What is no part of what an undo gives back: the history only grows, the lock has a time of its own.
_APART = frozenset({"history.jsonl", "lock"})
_FINAL = FILED | AUTO_RESPONSES | WRITTEN | {What.MERGED, What.UNMERGED, What.SPLIT, What.REMINDED}
_CLOCK = "mdtickets"

_PENDING = {state for state in State if state.type in {StateType.PENDING_REMINDER, StateType.PENDING_AUTO}}
_CLOSED = {State.CLOSED_SUCCESSFUL, State.CLOSED_UNSUCCESSFUL}
_ANYWHERE = {State.OPEN, *_PENDING, *_CLOSED, State.MERGED, State.REMOVED}
# From a state to those that a command, a mail or the clock may make of it; undo and unmerge may go back to any.
ALLOWED: dict[State, set[State]] = {
    **{state: _ANYWHERE - {state} for state in (State.NEW, State.OPEN, *_PENDING, *_CLOSED, State.REMOVED)},
    State.MERGED: set(),
}


class Page(Struct):
    """One ticket: how far its history was read, its files and minutes as told, and as they were before each action."""

    seen: int = 0
    files: Files = field(default_factory=dict)
    minutes: int = 0
    before: list[tuple[Files, int] | None] = field(default_factory=list)  # None: it cannot be undone


def files_in(directory: Path) -> Files:
    """The ticket's files, without what undo leaves alone."""
    return {path.name: path.read_bytes() for path in directory.iterdir() if path.name not in _APART}


def is_by_hand(action: Action) -> bool:
    """Whether somebody did it with an editor, and the program only tells it."""
    return _name_of(action.events[0]) != ""


def follow(page: Page, events: Sequence[Event], start: Files, now: Files) -> list[Action]:
    """Read on in a history: the new actions. `start` is what lay there when the step began, `now` what lies there."""
    actions = [each for each in actions_of(events[page.seen :]) if not DELIVERY.issuperset(each.words)]
    page.seen = len(events)
    found: list[tuple[str, int]] = []  # notes told last, with their minutes
    for action in actions:
        spent = sum(event.minutes or 0 for event in action.events)
        name = _name_of(action.events[0])
        told_now, found = found, [*found, (name, spent)] if name and What.NOTE in action.words else []
        if name:
            page.before.append((dict(page.files), page.minutes))
            page.files[name] = start[name]
            page.minutes += spent
        elif What.UNDONE in action.words:
            _check_undone(page, now, told_now)
        else:
            # the clock may do two things at once: then the files are those after both
            assert page.files in (start, now, {}), "an edit by hand was not told before the action"
            page.before.append(None if _is_final(action) else (dict(page.files), page.minutes))
            page.minutes += spent
            page.files = now
    return actions


def check_transitions(events: Iterable[Event]) -> None:
    """Every change of state begins at the state that was there, and is one of the table."""
    state = State.NEW
    for events_of_one in (action.events for action in actions_of(tuple(events))):
        is_back = any(event.what in {What.UNDONE, What.UNMERGED} for event in events_of_one)
        for event in events_of_one:
            if event.what == What.STATE:
                old, new = State(event.details["from"]), State(event.details["to"])
                assert old is state
                assert is_back or new in ALLOWED[old], f"{old} → {new}"
                state = new


def _check_undone(page: Page, now: Files, found: Sequence[tuple[str, int]]) -> None:
    """The last action but for the notes that were found on the way: they are told, and stay."""
    del page.before[len(page.before) - len(found) :]
    before = page.before.pop()
    assert before is not None, "what cannot be undone was undone"
    page.files, page.minutes = before
    for name, minutes in found:
        page.before.append((dict(page.files), page.minutes))
        page.files[name] = now[name]
        page.minutes += minutes
    assert page.files == now


def _name_of(event: Event) -> str:
    """The file that was changed by hand, "" when none was."""
    if event.what == What.EDITED and event.by == _CLOCK:
        return event.article or TICKET_FILE
    return (event.article or "") if event.what == What.NOTE and is_hand_written(event.article or "") else ""


def _is_final(action: Action) -> bool:
    stolen = any(event.what == What.LOCKED and event.details.get("from") for event in action.events)
    return stolen or action.events[0].by == _CLOCK or bool(_FINAL.intersection(action.words))
