"""What can be counted: each measure in a few lines, and the groups that make sense for it.

A new measure is one more `Measure` in `MEASURES`: what it counts (`Source`, and the marks that what is counted has), what
becomes of it (`Figure`), its unit and its groups. `docs/statistics.md` says each of them in a sentence.
"""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct


class Group(StrEnum):
    """What statistics are broken down by."""

    QUEUE = "queue"
    CUSTOMER = "customer"
    COMPANY = "company"
    PROBLEM = "problem"
    AGENT = "agent"
    STATE = "state"
    PRIORITY = "priority"
    TAG = "tag"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    HOUR = "hour"
    WEEKDAY = "weekday"
    TICKET = "ticket"
    ACTIVITY = "activity"

    @property
    def is_time(self) -> bool:
        """Whether it cuts time into pieces that follow each other."""
        return self in _STRETCHES_OF_TIME

    @property
    def is_clock(self) -> bool:
        """Whether it is any kind of time."""
        return self.is_time or self in {Group.HOUR, Group.WEEKDAY}


_STRETCHES_OF_TIME = frozenset({Group.DAY, Group.WEEK, Group.MONTH})


class Source(StrEnum):
    """Of what something is counted."""

    HAPPENING = "happening"  # a ticket came, was answered, closed, opened again, changed its state
    POST = "post"  # articles
    SPENT = "spent"  # entries of time
    STRETCH = "stretch"  # tickets as they stand at a moment


class Mark(StrEnum):
    """What only some of it has."""

    CREATED = "created"
    CLOSED = "closed"
    REOPENED = "reopened"
    CHANGED = "changed"
    FIRST_RESPONSE = "first_response"
    ACKNOWLEDGED = "acknowledged"
    LASTING = "lasting"  # a closing after which the ticket was not opened again
    CAME_BACK = "came_back"  # one after which it was
    MERGED = "merged"  # of a ticket that went into another one
    ARTICLE = "article"
    RECEIVED = "received"
    SENT = "sent"
    AUTOMATIC = "automatic"
    SECOND_DELIVERY = "second_delivery"
    OPEN = "open"


class Figure(StrEnum):
    """What is made of what was found."""

    COUNT = "count"
    MINUTES = "minutes"  # their sum
    SPAN = "span"  # how long it took
    PER_TICKET = "per_ticket"  # how the sums of tickets spread
    SHARE = "share"  # how many of them have one more mark
    LEVEL = "level"  # how many there are at a moment
    AGE = "age"  # how long those have been there


class Measure(Struct, frozen=True, kw_only=True):
    """One thing to be counted."""

    name: str
    title: str  # what the figures are, for a heading
    unit: str  # tickets, articles, mails, minutes, %, changes
    source: Source
    figure: Figure
    marks: tuple[Mark, ...] = ()
    share: Mark | None = None  # of SHARE: what the part has
    groups: frozenset[Group]
    stands: frozenset[Group] = frozenset()  # groups by which the ticket counts as it stands, not as it stood then


_WHAT = frozenset({Group.CUSTOMER, Group.COMPANY, Group.PROBLEM, Group.TAG, Group.TICKET})
_WHERE = frozenset({Group.QUEUE, Group.AGENT, Group.STATE, Group.PRIORITY})
_WHEN = frozenset({Group.DAY, Group.WEEK, Group.MONTH, Group.HOUR, Group.WEEKDAY})
_EVERY = _WHAT | _WHERE | _WHEN
_FOLLOWING = frozenset({Group.DAY, Group.WEEK, Group.MONTH})


def _happening(name: str, title: str, *marks: Mark, **fields: object) -> Measure:
    usual: dict[str, object] = {"unit": "tickets", "figure": Figure.COUNT, "groups": _EVERY}
    return Measure(name=name, title=title, source=Source.HAPPENING, marks=marks, **(usual | fields))  # type: ignore[arg-type]  # by key


def _post(name: str, title: str, *marks: Mark, **fields: object) -> Measure:
    usual: dict[str, object] = {"unit": "articles", "figure": Figure.COUNT, "groups": _EVERY}
    return Measure(name=name, title=title, source=Source.POST, marks=marks, **(usual | fields))  # type: ignore[arg-type]  # by key


def _took(name: str, title: str, *marks: Mark) -> Measure:
    return _happening(name, title, *marks, unit="minutes", figure=Figure.SPAN)


def _spent(name: str, title: str, figure: Figure, unit: str = "minutes") -> Measure:
    # an entry has a day and no hour
    groups = (_EVERY | {Group.ACTIVITY}) - ({Group.HOUR, Group.TICKET} if figure is Figure.PER_TICKET else {Group.HOUR})
    return Measure(name=name, title=title, unit=unit, source=Source.SPENT, figure=figure, groups=groups)


def _level(name: str, title: str, *marks: Mark) -> Measure:
    groups = _WHAT | _WHERE | _FOLLOWING
    figures = {"source": Source.STRETCH, "figure": Figure.LEVEL}
    return Measure(name=name, title=title, unit="tickets", marks=marks, groups=groups, **figures)  # type: ignore[arg-type]  # by key


_ALL = (
    _happening("created", "tickets created", Mark.CREATED, stands=frozenset({Group.STATE, Group.AGENT})),
    _happening("closed", "tickets closed", Mark.CLOSED),
    _level("open", "open tickets", Mark.OPEN),
    _level("tickets", "tickets in any state"),
    _happening("reopened", "tickets opened again", Mark.REOPENED),
    _happening("changes", "changes of state", Mark.CHANGED, unit="changes"),
    _post("articles", "articles", Mark.ARTICLE),
    _post("received", "mails and calls received", Mark.RECEIVED),
    _post("sent", "mails and calls of the team", Mark.SENT),
    _post("duplicates", "mails that came once more", Mark.SECOND_DELIVERY, unit="mails"),
    _spent("minutes", "minutes spent", Figure.MINUTES),
    _spent("minutes_per_ticket", "minutes spent on a ticket", Figure.PER_TICKET),
    _took("first_response", "minutes until the first response", Mark.FIRST_RESPONSE),
    _took("solution", "minutes until the ticket was closed for good", Mark.CLOSED, Mark.LASTING),
    _took("acknowledgement", "minutes until a mail was acknowledged", Mark.ACKNOWLEDGED),
    Measure(
        name="age",
        title="minutes that open tickets have been there",
        unit="minutes",
        source=Source.STRETCH,
        figure=Figure.AGE,
        marks=(Mark.OPEN,),
        groups=_WHAT | _WHERE,
    ),
    _happening(
        "reopen_rate", "closings that came back", Mark.CLOSED, unit="%", figure=Figure.SHARE, share=Mark.CAME_BACK
    ),
    _happening(
        "duplicate_share",
        "tickets that went into another one",
        Mark.CREATED,
        unit="%",
        figure=Figure.SHARE,
        share=Mark.MERGED,
        stands=frozenset({Group.STATE, Group.AGENT}),
    ),
    _post(
        "automatic_share",
        "received mail that no person wrote",
        Mark.RECEIVED,
        unit="%",
        figure=Figure.SHARE,
        share=Mark.AUTOMATIC,
    ),
)

MEASURES: Mapping[str, Measure] = {measure.name: measure for measure in _ALL}
