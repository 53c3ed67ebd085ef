"""What a commit says: a subject that reads well in `git log --oneline`, the reasons, and trailers for programs.

    2026112410000420: follow-up by Kim Lee, reopened

    in-reply-to: In-Reply-To names our article 4

    Ticket: 2026112410000420
    Article: 20261125T075512Z-3f2a9c1d-customer.eml
    Event: follow_up
    Message-Id: <b7@lee.example>

Whatever a stranger wrote stands on one line, before the last paragraph, where git looks for no trailers.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from mdtickets.domain.event import AUTO_RESPONSES, DELIVERY, Event, What
from mdtickets.domain.model import State, StateType
from mdtickets.domain.plain import plain_line
from mdtickets.domain.settings import Agent

_LONGEST_SUBJECT = 100
_LONGEST_LINE = 500
_ELLIPSIS = "…"

# Events that add a word to what the others are about, and are the subject only when nothing else is.
_SIDE = AUTO_RESPONSES | DELIVERY | {What.STATE, What.CHANGED}
_CLOSED = frozenset({StateType.CLOSED, StateType.MERGED, StateType.REMOVED})


def commit_message(
    number: str, events: Sequence[Event], *, title: str = "", name: str = "", message_id: str = ""
) -> str:
    """The message of the commit that holds these events of one ticket.

    `title` is the ticket's, `name` the display name of who wrote (the event's `by` when empty), `message_id` that of
    the mail, without angle brackets.
    """
    reasons = [_one_line(f"{reason.rule}: {reason.reason}") for event in events for reason in event.why]
    paragraphs = [
        _subject(number, events, title, name),
        "\n".join(reasons),
        "\n".join(_trailers(number, events, message_id)),
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n"


def commit_author(by: str, agents: Mapping[str, Agent], name: str = "") -> tuple[str, str]:
    """Name and address of who did it: an agent as the settings know him, a sender by his address, or mdtickets."""
    agent = agents.get(by)
    if agent:
        return agent.name or agent.key, agent.email or f"{agent.key}@localhost"
    if "@" in by:
        return name or by, by
    return by or "mdtickets", f"{by or 'mdtickets'}@localhost"


def _subject(number: str, events: Sequence[Event], title: str, name: str) -> str:
    main = next((event for event in events if event.what not in _SIDE), None) or next(iter(events), None)
    if main is None:
        return number
    who = _words(name or main.by)
    remarks = "".join(_remarks(events, main))
    # title and name give way, what happened does not
    room = _LONGEST_SUBJECT + 1 - len(f"{number}: {_headline(main, '.', '.')}{remarks}")
    subject = f"{number}: {_headline(main, _cut(_words(title), room), _cut(who, room))}{remarks}"
    return _cut(subject, _LONGEST_SUBJECT)


def _headline(event: Event, title: str, who: str) -> str:
    special = _HEADLINES.get(event.what)
    if special:
        return special(event, title, who)
    return f"{_words(event.what.replace('_', ' '))} by {who}"[:_LONGEST_SUBJECT]


def _new(_event: Event, title: str, _who: str) -> str:
    return f"new, {title}" if title else "new"


def _follow_up(event: Event, _title: str, who: str) -> str:
    unverified = ", unverified" if event.details.get("unverified") is True else ""
    return f"follow-up by {who}{unverified}"


def _duplicate(event: Event, _title: str, who: str) -> str:
    return f"duplicate from {who}" if event.article else f"second delivery of a mail from {who}"


def _bounce(_event: Event, _title: str, who: str) -> str:
    return f"delivery report from {who}"


def _automatic(_event: Event, _title: str, who: str) -> str:
    return f"automatic mail from {who}"


def _junk(_event: Event, _title: str, who: str) -> str:
    return f"junk from {who}"


def _state(event: Event, _title: str, who: str) -> str:
    return f"{_words(str(event.details.get('to', 'state')))[:30]} by {who}"


def _changed(event: Event, _title: str, who: str) -> str:
    changes = event.details.get("changes")
    keys = ", ".join(map(_words, changes)) if isinstance(changes, dict) else ""
    return f"{_cut(keys, 50) or 'ticket'} changed by {who}"


def _tied(event: Event, _title: str, who: str) -> str:
    tie = next(
        (f" {key} {_words(str(event.details[key]))[:30]}" for key in ("into", "from") if key in event.details), ""
    )
    return f"{_words(event.what)}{tie} by {who}"


def _reminded(_event: Event, _title: str, _who: str) -> str:
    return "reminder"


def _told_of(event: Event, _title: str, _who: str) -> str:
    return f"{event.what}, {_words(str(event.details.get('target', '')).replace('_', ' '))[:30]}"


def _undone(event: Event, _title: str, who: str) -> str:
    words = event.details.get("of")
    told = ", ".join(_words(str(word)) for word in words) if isinstance(words, list) else ""
    return f"{_cut(told, 50) or 'action'} undone by {who}"


def _acknowledgement(_event: Event, _title: str, _who: str) -> str:
    return "acknowledged"


def _delivery(event: Event, _title: str, _who: str) -> str:
    return f"mail {event.what}"


_HEADLINES: Mapping[str, Callable[[Event, str, str], str]] = {
    What.NEW: _new,
    What.FOLLOW_UP: _follow_up,
    What.DUPLICATE: _duplicate,
    What.BOUNCE: _bounce,
    What.AUTOMATIC: _automatic,
    What.JUNK: _junk,
    What.STATE: _state,
    What.CHANGED: _changed,
    What.UNDONE: _undone,
    **dict.fromkeys((What.MERGED, What.UNMERGED, What.SPLIT), _tied),
    What.REMINDED: _reminded,
    **dict.fromkeys((What.WARNED, What.ESCALATED), _told_of),
    **dict.fromkeys(AUTO_RESPONSES, _acknowledgement),
    **dict.fromkeys(DELIVERY, _delivery),
}


def _remarks(events: Sequence[Event], main: Event) -> Iterator[str]:
    others = [event for event in events if event is not main]
    if main.what != What.MERGED:  # it says so itself
        yield from (f", {_state_word(event)}" for event in others if event.what == What.STATE)
    minutes = sum(event.minutes or 0 for event in events)
    notes = [f"{minutes} min"] if minutes else []
    if any(event.what in AUTO_RESPONSES for event in others):
        notes.append("acknowledged")
    if notes:
        yield f" ({', '.join(notes)})"


def _state_word(event: Event) -> str:
    """`closed` and `reopened` for the two changes people look for, else the new state."""
    old, new = _state_type(event.details.get("from")), _state_type(event.details.get("to"))
    if new is StateType.CLOSED:
        return "closed"
    if old in _CLOSED and new is StateType.OPEN:
        return "reopened"
    return _words(str(event.details.get("to", "")))[:30]


def _state_type(word: object) -> StateType | None:
    return next((state.type for state in State if state == word), None)


def _trailers(number: str, events: Sequence[Event], message_id: str) -> Iterator[str]:
    yield f"Ticket: {number}"
    yield from (f"Article: {_words(name)}" for name in dict.fromkeys(event.article for event in events) if name)
    yield from (f"Event: {_words(what)}" for what in dict.fromkeys(event.what for event in events))
    identifier = "".join(plain_line(message_id).split()).strip("<>")
    if identifier:
        yield f"Message-Id: <{identifier[:_LONGEST_LINE]}>"


def _one_line(text: str) -> str:
    return _cut(_words(text), _LONGEST_LINE)


def _words(text: str) -> str:
    return " ".join(plain_line(text).split())


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else text[: max(0, room - 1)].rstrip() + _ELLIPSIS
