"""What a history tells of the notes that somebody put into a ticket's directory by hand, and of later edits of them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from mdtickets.domain.article_name import is_hand_written
from mdtickets.domain.event import Event, What
from mdtickets.domain.model import Reason
from mdtickets.domain.undone import live_events, mark_of

NOTE_MD = "note_md"  # the digest of such a note as it lay there


def told_notes(events: Sequence[Event]) -> Mapping[str, str]:
    """By file name: the digest of the note as the history last told it, "" where it does not say. None that is undone."""
    return {event.article or "": str(event.details.get(NOTE_MD, "")) for event in _of_notes(events)}


def minutes_of(events: Sequence[Event], name: str) -> int:
    """What that note counts by now."""
    return sum(event.minutes or 0 for event in _of_notes(events) if event.article == name)


def edit_of_note(
    events: Sequence[Event], name: str, *, digest: str, minutes: int | None, by: str, now: datetime
) -> Event:
    """The event for a note that lies there otherwise than told; other minutes in it correct those it had."""
    first = next(event for event in _of_notes(events) if event.article == name)
    more = (minutes or 0) - minutes_of(events, name)
    return Event(
        at=now,
        by=by,
        what=What.EDITED,
        article=name,
        why=(Reason(rule="edited", reason=f"{name} was changed by hand"),),
        minutes=more or None,
        details={NOTE_MD: digest} | ({"corrects": mark_of(first)} if more and first.minutes else {}),
    )


def _of_notes(events: Sequence[Event]) -> Iterable[Event]:
    told = {What.NOTE, What.EDITED}
    return (one for one in live_events(events) if one.article and one.what in told and is_hand_written(one.article))
