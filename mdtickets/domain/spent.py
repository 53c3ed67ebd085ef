"""Time spent on a ticket: entries that are added and corrected, never deleted. What a ticket costs is computed from them."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo

from msgspec import Struct
from msgspec.structs import replace

from mdtickets.domain.agent import Change, Situation
from mdtickets.domain.event import Event, What
from mdtickets.domain.undone import live_events, mark_of
from mdtickets.errors import RefusedError, UsageError

_MOST_MINUTES = 7 * 24 * 60
_LONGEST_TEXT = 500
_DAYS_AGO = {"today": 0, "heute": 0, "yesterday": 1, "gestern": 1}


class TimeEntry(Struct, frozen=True, kw_only=True):
    """One line of a ticket's time account. A correction has the difference as its minutes."""

    position: int  # 1 … n
    agent: str
    minutes: int
    day: date  # on which it was spent
    activity: str = ""
    text: str = ""
    event: Event
    corrects: int | None = None  # position of the entry it is about


def time_entries(events: Sequence[Event], zone: tzinfo) -> tuple[TimeEntry, ...]:
    """Every event that took time, in order. What was undone took none; other minutes of an edited note correct it."""
    entries: list[TimeEntry] = []
    positions: dict[str, int] = {}  # by mark of the event
    noted: dict[str, int] = {}  # by article
    for event in live_events(events):
        if event.minutes is None or (event.minutes == 0 and event.what != What.TIME):
            continue
        position = positions[mark_of(event)] = len(entries) + 1
        corrects = positions.get(_text(event, "corrects"))
        if event.article:
            first = noted.setdefault(event.article, position)
            corrects = first if event.what == What.EDITED and first != position else corrects
        entries.append(
            TimeEntry(
                position=position,
                agent=event.by,
                minutes=event.minutes,
                day=_day_of(event, zone),
                activity=_text(event, "activity"),
                text=_text(event, "text"),
                event=event,
                corrects=corrects,
            )
        )
    return tuple(entries)


def settled_entries(events: Sequence[Event], zone: tzinfo) -> tuple[TimeEntry, ...]:
    """The entries with their corrections joined, so that each has the minutes that count; those left with none are gone.

    They keep agent, day, activity, text and position of the entry that was corrected, whoever corrected it. What costs are
    reckoned by: an entry is rounded once.
    """
    entries = time_entries(events, zone)
    roots: dict[int, int] = {}  # position of each entry → of the one it is counted with
    minutes: dict[int, int] = {}
    for entry in entries:
        root = roots[entry.position] = roots.get(entry.corrects or 0, entry.position)
        minutes[root] = minutes.get(root, 0) + entry.minutes
    return tuple(
        replace(entry, minutes=minutes[entry.position], corrects=None)
        for entry in entries
        if minutes.get(entry.position)
    )


def add_time(
    situation: Situation, minutes: int, day: date, *, activity: str = "", text: str = "", timer: str = ""
) -> Change:
    """More time spent by this agent on that day. `timer` = when his timer was started: it counts once."""
    if not 0 < minutes <= _MOST_MINUTES:
        raise RefusedError(
            f"{minutes} is no number of minutes.", f"Give 1 to {_MOST_MINUTES:,}; mend one by --correct."
        )
    if day > situation.now.date() + timedelta(days=1):
        raise RefusedError(f"{day} is still to come.", "Time is entered when it was spent.")
    if timer and any(_text(event, "timer") == timer and event.by == situation.agent.key for event in situation.events):
        return Change(ticket=situation.ticket)
    details = {"activity": activity, "day": day.isoformat(), "text": text[:_LONGEST_TEXT], "timer": timer}
    return _entered(situation, minutes, details)


def correct_time(situation: Situation, position: int, minutes: int, zone: tzinfo) -> Change:
    """The entry of that position counts so many minutes from now on: the difference is entered. Both stay."""
    entries = time_entries(situation.events, zone)
    if not 1 <= position <= len(entries):
        named = f"Choose of 1 … {len(entries)}." if entries else "It has none yet."
        raise RefusedError(f"{situation.number} has no time entry {position}.", named)
    entry = entries[position - 1]
    if entry.corrects is not None:
        raise RefusedError(f"Entry {position} corrects entry {entry.corrects}.", "Correct that one once more.")
    if not 0 <= minutes <= _MOST_MINUTES:
        raise RefusedError(f"{minutes} is no number of minutes.", f"Give 0 to {_MOST_MINUTES:,}.")
    difference = minutes - sum(each.minutes for each in entries if position in {each.position, each.corrects})
    if difference == 0:
        return Change(ticket=situation.ticket)
    details = {"activity": entry.activity, "day": entry.day.isoformat(), "corrects": mark_of(entry.event)}
    return _entered(situation, difference, details)


def require_minutes(situation: Situation, minutes: int | None) -> None:
    """Refuse an answer that tells no time where the queue wants to know it (`time_required`). 0 is an answer."""
    if minutes is None and situation.settings.queue(situation.ticket.queue).time_required:
        queue = situation.ticket.queue
        raise RefusedError(f"The queue {queue} wants to know the time spent.", "Tell it: --minutes N (0 is allowed).")


def whole_minutes(since: datetime, now: datetime) -> int:
    """What a timer that ran from then to now counts: rounded, at least one."""
    return max(1, int((now - since).total_seconds() / 60 + 0.5))


def parse_day(text: str, today: date) -> date:
    """The day that is meant: 2026-11-24, 24.11., 24.11.2026, today, yesterday. Raises UsageError."""
    word = text.strip().lower()
    if word in _DAYS_AGO:
        return today - timedelta(days=_DAYS_AGO[word])
    try:
        return _dated(word, today)
    except ValueError:
        raise UsageError(f'"{text}" is no day.', "Say 2026-11-24, 24.11., today or yesterday.") from None


def _dated(word: str, today: date) -> date:
    matched = re.fullmatch(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})?", word)
    if not matched:
        return date.fromisoformat(word)
    day = date(int(matched[3] or today.year), int(matched[2]), int(matched[1]))
    # in January, 24.12. is the one just past
    return day.replace(year=day.year - 1) if not matched[3] and day > today else day


def _entered(situation: Situation, minutes: int, details: dict[str, str]) -> Change:
    told = {key: value for key, value in details.items() if value}
    event = Event(at=situation.now, by=situation.agent.key, what=What.TIME, minutes=minutes, details=told)
    ticket = situation.ticket
    return Change(ticket=replace(ticket, updated_at=max(situation.now, ticket.updated_at)), events=(event,))


def _day_of(event: Event, zone: tzinfo) -> date:
    try:
        return date.fromisoformat(_text(event, "day"))
    except ValueError:
        return event.at.astimezone(zone).date()


def _text(event: Event, key: str) -> str:
    found = event.details.get(key)
    return found if isinstance(found, str) else ""
