"""A ticket's history on a terminal."""

from datetime import UTC, datetime
from typing import Any

from mdtickets.domain.event import Event
from mdtickets.domain.model import Reason
from mdtickets.render.history import format_log, format_why
from mdtickets.render.width import width_of
from tests.conftest import Golden
from tests.render.build import NARROW, PIPE

AT = datetime(2026, 11, 24, 9, 12, tzinfo=UTC)
ARTICLES = {"a.eml": 1, "b.eml": 2}
LONG = "kind new, template new.en: language en from Content-Language; 0 of 10 in 24 h to kim@lee.example"


def event(
    what: str, article: str | None = None, *why: tuple[str, str], minutes: int | None = None, **details: Any
) -> Event:
    """An event of the example firm."""
    reasons = tuple(Reason(rule=rule, reason=reason) for rule, reason in why)
    return Event(at=AT, by="anna", what=what, article=article, why=reasons, minutes=minutes, details=details)


HISTORY = [
    event(
        "new", "a.eml", ("new ticket", "no In-Reply-To"), source={"maildir": "../mail"}, duplicates=["2026112410000587"]
    ),
    event("auto_reply", "b.eml", ("acknowledged", LONG), answers="a.eml"),
    event("failed", "b.eml", detail="550 no such user", message_id="x@y"),
    event("changed", changes={"queue": ["Support", "Sales"], "owner": ["", "bert"]}),
    event("time", minutes=15),
    event("juggled", balls=3, unverified=True),
]


def test_log_is_a_table_of_events(golden: Golden) -> None:
    """What people need of each event; what only programs need is left out; unknown words are shown as they are."""
    text = format_log(HISTORY, ARTICLES, AT, UTC, NARROW)
    golden("log", text)
    assert max(map(width_of, text.splitlines())) <= 80


def test_why_wraps_reasons_beside_their_rules(golden: Golden) -> None:
    """The article stands once, the reason keeps its column."""
    text = format_why(HISTORY, ARTICLES, NARROW)
    golden("why", text)
    assert max(map(width_of, text.splitlines())) <= 80


def test_reasons_of_strangers_are_harmless() -> None:
    """A reason may quote a mail; it cannot command the terminal."""
    hostile = [event("new", "a.eml", ("new ticket", "subject \x1b]0;owned\x07\n\u202e"))]
    assert format_why(hostile, ARTICLES, PIPE) == "1\tnew ticket\tsubject \ufffd]0;owned\ufffd \ufffd\n"
