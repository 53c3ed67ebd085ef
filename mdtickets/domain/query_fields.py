"""The fields of a query: what may stand behind each, and which leaf it is. One table, which the document repeats.

A reader raises `Unknown` for a value that means nothing; the parser adds where it stands.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from mdtickets.domain.nearest import nearest_hint
from mdtickets.domain.query import (
    EVERYTHING,
    Between,
    Equals,
    Has,
    Is,
    Not,
    Own,
    Phrase,
    Prefix,
    Query,
    StartsWith,
    TextField,
    Word,
)
from mdtickets.domain.states import Priority, State, StateType
from mdtickets.domain.timestamps import format_time

ALL = "all"
NONE = "none"
ME = "me"

_DATE_HINT = "Say it as 2026-11, 2026-11-24, today, last-week, monday, 3d, or a range: last-week.., 3d..1d."
_NUMBER_HINT = "Say it as 30, >30, <=30, or a range: 2..5."


class Unknown(Exception):  # noqa: N818  # caught by the parser alone, which makes the error of it
    """A value that means nothing here, and what would."""

    def __init__(self, problem: str, suggestion: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.suggestion = suggestion


class Value(Struct, frozen=True, kw_only=True):
    """What stands behind a field, its quotation marks taken off."""

    text: str
    is_phrase: bool = False  # it stood in quotation marks as a whole

    @property
    def stem(self) -> str:
        """What comes before a final star, "" when there is none."""
        return self.text[:-1] if self.text.endswith("*") and not self.is_phrase else ""


def _nothing(_field: str) -> Iterable[str]:
    return ()


class Stretch(Protocol):
    """A stretch of time: from `start` to just before `end`; a moment counted from now has no length."""

    @property
    def start(self) -> datetime:
        """Its first second."""

    @property
    def end(self) -> datetime:
        """The second behind its last."""

    @property
    def is_moment(self) -> bool:
        """Whether it has no length."""


class Context(Struct, frozen=True, kw_only=True):
    """What a query is read by. Each is asked for only when a query needs it, for each costs a list its start."""

    now: datetime
    period: Callable[[str, bool], Stretch | None]  # what words mean, looking ahead or back: `periods.find_period`
    agent: Callable[[], str] = str  # the key of whoever asks, "" when nobody is named
    words: Callable[[str], Iterable[str]] = _nothing  # by field: the words in use; of "own", the team's own keys


# --- words


def text_of(value: Value, field: str = "") -> Query:
    """A leaf for the full text. Signs alone mean nothing, so they are no condition."""
    if not re.search(r"\w", value.text):
        return EVERYTHING
    if value.is_phrase:
        return Phrase(value.text, field) if len(value.text.split()) > 1 else Word(value.text.strip(), field)
    if value.stem and "*" not in value.stem:
        return Prefix(value.stem, field)
    if "*" in value.text:
        raise Unknown(
            "A star stands for the end of a word only.", 'For example: druck*. In quotation marks it is a "*".'
        )
    return Word(value.text, field)


def _in_text(field: TextField) -> "_Reader":
    return lambda value, _context: text_of(value, field.value)


def _equal(field: str) -> "_Reader":
    def read(value: Value, _context: Context) -> Query:
        if value.stem:
            return StartsWith(field, value.stem)
        return Equals(field, "" if value.text.lower() == NONE and not value.is_phrase else value.text)

    return read


def _one_of_a_few(field: str) -> "_Reader":
    """A word that must be in use, in any case of its letters."""

    def read(value: Value, context: Context) -> Query:
        if value.stem or value.text.lower() in {NONE, ""}:
            return _equal(field)(value, context)
        return Equals(field, _known(value.text, context.words(field), field))

    return read


def _agent(field: str) -> "_Reader":
    def read(value: Value, context: Context) -> Query:
        if value.text.lower() == ME:
            return Equals(field, _myself(context))
        if value.text.lower() == "nobody":
            return Equals(field, "")
        return _one_of_a_few(field)(value, context)

    return read


def _known(text: str, words: Iterable[str], field: str) -> str:
    seen = []
    for word in words:  # the first ones cost little, the last ones need the settings
        if word.lower() == text.lower():
            return word
        seen.append(word)
    if seen:
        raise Unknown(f'There is no {field} "{text}".', nearest_hint(text, seen))
    return text


def _myself(context: Context) -> str:
    agent = context.agent()
    if not agent:
        raise Unknown("Nobody of the team is named.", "Say who you are: --as AGENT or MDTICKETS_AGENT.")
    return agent


def _held(value: Value, context: Context) -> Query:
    """`lock:anna`, `lock:me`, `lock:none`."""
    leaf = _agent("lock")(value, context)
    who = leaf.value if isinstance(leaf, Equals) else ""
    return Is("locked", who) if who else Not(Is("locked"))


def _state(value: Value, _context: Context) -> Query:
    """A state, a state type, `pending` for all that waits, or `all`."""
    words = {word.value.replace(" ", "-"): word.value for word in (*StateType, *State)}
    text = value.text.lower().replace(" ", "-")
    if text in {ALL, "*"}:
        return Equals("state", ALL)
    if text == "pending":
        return Is("pending")
    if text not in words:
        raise Unknown(f'There is no state "{value.text}".', nearest_hint(text, [*words, "pending", ALL]))
    return Equals("state", words[text])


def _number(value: Value, _context: Context) -> Query:
    digits = value.text.strip("[]").lower().removeprefix("ticket#").lstrip("#").removesuffix("*")
    if not (digits.isascii() and digits.isdecimal()):
        raise Unknown(f'"{value.text}" is no part of a ticket number.', "It has digits only.")
    return Equals("number", digits)


def _message_id(value: Value, _context: Context) -> Query:
    return Equals("message-id", value.text.strip().strip("<>"))


# --- ranges


class _Range(Struct, frozen=True):
    """`A..B`, `>A`, `A`: each end as text, None where it is open; and whether the value itself belongs to it."""

    low: str | None
    high: str | None
    without_low: bool = False
    without_high: bool = False


def _range_of(text: str) -> _Range:
    for sign in (">=", "<=", ">", "<"):
        if text.startswith(sign):
            bound = text[len(sign) :].strip()
            if sign[0] == ">":
                return _Range(bound, None, without_low=sign == ">")
            return _Range(None, bound, without_high=sign == "<")
    low, dots, high = text.partition("..")
    return _Range(low.strip() or None, high.strip() or None) if dots else _Range(text, text)


def _figure(field: str, read: Callable[[str], int]) -> "_Reader":
    def figure(value: Value, _context: Context) -> Query:
        asked = _range_of(value.text)
        low = None if asked.low is None else read(asked.low) + asked.without_low
        high = None if asked.high is None else read(asked.high) + (not asked.without_high)
        return Between(field, low, high)

    return figure


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Unknown(f'"{text}" is no number.', _NUMBER_HINT)
    return int(text)


def _minutes(text: str) -> int:
    """`30`, `30m`, `2h`, `1h30`."""
    found = re.fullmatch(r"(?:([0-9]{1,5})h)?(?:([0-9]{1,8})m?)?", text)
    if not found or not text:
        raise Unknown(f'"{text}" is no time spent.', "Say it in minutes or hours: >30, 2h, 1h30..3h.")
    return 60 * int(found[1] or 0) + int(found[2] or 0)


def _rank(text: str) -> int:
    """The digit of a priority."""
    word = " ".join(text.lower().replace("-", " ").split())
    for priority in Priority:
        digit, _, name = priority.value.partition(" ")
        if word in {digit, name, priority.value}:
            return int(digit)
    names = [priority.value.partition(" ")[2].replace(" ", "-") for priority in Priority]
    raise Unknown(f'There is no priority "{text}".', nearest_hint(word.replace(" ", "-"), names))


def _time(field: str, *, ahead: bool = False) -> "_Reader":
    def time(value: Value, context: Context) -> Query:
        if value.text.lower() in {NONE, "any"}:
            known = Between(field, None, None)
            return Not(known) if value.text.lower() == NONE else known
        asked = _range_of(value.text)
        low = None if asked.low is None else _period(asked.low, context, ahead=ahead)
        high = None if asked.high is None else _period(asked.high, context, ahead=ahead)
        if asked.low == asked.high and low and low.is_moment:
            return _until_now(field, low.start, context.now)
        start = (low.end if asked.without_low else low.start) if low else None
        end = (high.start if asked.without_high else high.end) if high else None
        return Between(field, format_time(start) if start else None, format_time(end) if end else None)

    return time


def _until_now(field: str, moment: datetime, now: datetime) -> Query:
    """`created:3d` is what was created since then, `due:3d` what is due by then."""
    return Between(field, *(format_time(end) for end in sorted((moment, now))))


def _period(text: str, context: Context, *, ahead: bool) -> Stretch:
    found = context.period(text, ahead)
    if found is None:
        raise Unknown(f'"{text}" is no date that I understand.', _DATE_HINT)
    return found


# --- flags


def _is(value: Value, context: Context) -> Query:
    flag = value.text.lower()
    if flag == "mine":
        return Equals("owner", _myself(context))
    if flag == "watched":
        return Is(flag, _myself(context))
    if flag in _OPPOSITES:
        return Not(Is(_OPPOSITES[flag]))
    if flag == "unowned":
        return Equals("owner", "")
    if flag not in FLAGS:
        raise Unknown(f'There is no "is:{value.text}".', nearest_hint(flag, (*FLAGS, *_OPPOSITES)))
    return Is(flag)


def _has(value: Value, _context: Context) -> Query:
    what = value.text.lower()
    if what not in THINGS:
        raise Unknown(f'There is no "has:{value.text}".', nearest_hint(what, THINGS))
    return Has(what)


def own_of(key: str, value: Value) -> Query:
    """A value of a key of the team's own."""
    return Own(key, value.stem, is_prefix=True) if value.stem else Own(key, "" if value.text == NONE else value.text)


_Reader = Callable[[Value, Context], Query]

# What `is:` may ask, with what it means.
FLAGS: Mapping[str, str] = {
    "open": "somebody may still have to act: new, open or pending",
    "new": "in the state new",
    "pending": "waits for a time",
    "closed": "closed, solved or not",
    "merged": "another ticket took over",
    "removed": "taken out of every list",
    "mine": "you are its owner",
    "unowned": "nobody is its owner",
    "watched": "you watch it",
    "locked": "an agent holds it now",
    "unanswered": "its customer waits for an answer",
    "overdue": "open, and its due time or the time it waited for is over",
    "unverified": "a mail was filed whose sender does not belong to it",
    "bounced": "a mail of ours came back",
    "undelivered": "a mail of ours did not arrive, or may not have",
    "duplicate": "it may be about the same as another one",
    "broken": "its ticket.md cannot be read",
}
_OPPOSITES: Mapping[str, str] = {"unlocked": "locked", "answered": "unanswered"}

THINGS: tuple[str, ...] = (
    "attachment", "note", "call", "answer", "owner", "responsible", "customer", "company", "problem", "tag", "link",
    "due", "minutes",
)  # fmt: skip

FIELDS: Mapping[str, _Reader] = {
    **{field.value: _in_text(field) for field in TextField},
    "queue": _one_of_a_few("queue"),
    "state": _state,
    "owner": _agent("owner"),
    "responsible": _agent("responsible"),
    "lock": _held,
    "customer": _equal("customer"),
    "company": _equal("company"),
    "tag": _equal("tag"),
    "problem": _equal("problem"),
    "priority": _figure("priority", _rank),
    "number": _number,
    "message-id": _message_id,
    "created": _time("created"),
    "updated": _time("updated"),
    "closed": _time("closed"),
    "waits": _time("waits"),
    "pending": _time("pending", ahead=True),
    "due": _time("due", ahead=True),
    "articles": _figure("articles", _count),
    "minutes": _figure("minutes", _minutes),
    "is": _is,
    "has": _has,
}

# Other names that people will use: those of `--json`, of mail, and of other programs.
ALIASES: Mapping[str, str] = {
    "title": "subject", "cc": "to", "text": "body", "file": "filename", "tags": "tag", "prio": "priority",
    "agent": "owner", "id": "message-id", "created-at": "created", "updated-at": "updated", "closed-at": "closed",
    "waits-since": "waits", "pending-until": "pending", "due-at": "due", "status": "state", "q": "queue",
}  # fmt: skip
