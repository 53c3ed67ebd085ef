"""Commit messages read well in `git log` and cannot be forged by what a stranger writes."""

import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdtickets.domain.commit_message import commit_author, commit_message
from mdtickets.domain.event import Event, What
from mdtickets.domain.model import Reason
from mdtickets.domain.settings import Agent

NUMBER = "2026112410000420"
ARTICLE = "20261125T075512Z-3f2a9c1d-customer.eml"


def event(what: str, by: str = "kim@lee.example", **fields: Any) -> Event:
    """An event of one moment."""
    return Event(at=datetime(2026, 11, 24, 9, 12, tzinfo=UTC), by=by, what=what, **fields)


def state(old: str, new: str) -> Event:
    return event(What.STATE, details={"from": old, "to": new})


def test_whole_message() -> None:
    """Subject, reasons, trailers: each a paragraph."""
    why = (Reason(rule="in-reply-to", reason="In-Reply-To names our article 4"), Reason(rule="reopen", reason="queue"))
    events = [event(What.FOLLOW_UP, article=ARTICLE, why=why), state("closed successful", "open")]
    assert commit_message(NUMBER, events, name="Kim Lee", message_id="b7@lee.example") == (
        "2026112410000420: follow-up by Kim Lee, reopened\n"
        "\n"
        "in-reply-to: In-Reply-To names our article 4\n"
        "reopen: queue\n"
        "\n"
        "Ticket: 2026112410000420\n"
        "Article: 20261125T075512Z-3f2a9c1d-customer.eml\n"
        "Event: follow_up\n"
        "Event: state\n"
        "Message-Id: <b7@lee.example>\n"
    )


@pytest.mark.parametrize(
    ("events", "subject"),
    [
        ([event(What.NEW), event(What.AUTO_REPLY), event(What.QUEUED)], "new, VR-200 eats tapes (acknowledged)"),
        ([event(What.NEW)], "new, VR-200 eats tapes"),
        ([event(What.FOLLOW_UP)], "follow-up by kim@lee.example"),
        ([event(What.FOLLOW_UP, details={"unverified": True})], "follow-up by kim@lee.example, unverified"),
        ([event(What.DUPLICATE, article=ARTICLE)], "duplicate from kim@lee.example"),
        ([event(What.DUPLICATE)], "second delivery of a mail from kim@lee.example"),
        ([event(What.BOUNCE)], "delivery report from kim@lee.example"),
        ([event(What.AUTOMATIC)], "automatic mail from kim@lee.example"),
        ([event(What.JUNK)], "junk from kim@lee.example"),
        (
            [event(What.ANSWERED, "anna", minutes=15), event(What.QUEUED, "anna"), state("open", "closed successful")],
            "answered by anna, closed (15 min)",
        ),
        ([event(What.NOTE, "bert", minutes=5)], "note by bert (5 min)"),
        ([event(What.EDITED, "anna")], "edited by anna"),
        ([state("open", "pending reminder")], "pending reminder by kim@lee.example"),
        ([event(What.FOLLOW_UP), state("pending reminder", "open")], "follow-up by kim@lee.example, open"),
        ([event(What.CHANGED, "anna", details={"changes": {"queue": 1, "owner": 2}})], "queue, owner changed by anna"),
        ([event(What.SENT, "mdtickets")], "mail sent"),
        ([event(What.AUTO_REPLY, "mdtickets"), event(What.QUEUED, "mdtickets")], "acknowledged"),
        ([event("a_later_word", "anna")], "a later word by anna"),
    ],
)
def test_subjects(events: Sequence[Event], subject: str) -> None:
    """What happened, by whom, and what came of it."""
    first = commit_message(NUMBER, events, title="VR-200 eats tapes").partition("\n")[0]
    assert first == f"{NUMBER}: {subject}"


def test_without_events_there_is_the_number() -> None:
    """A commit that nothing is said of still names its ticket."""
    assert commit_message(NUMBER, []) == f"{NUMBER}\n\nTicket: {NUMBER}\n"


def test_long_subject_keeps_what_happened() -> None:
    """A long title gives way to the number and to what came of it."""
    subject = commit_message(NUMBER, [event(What.NEW), event(What.AUTO_REPLY)], title="x" * 300).partition("\n")[0]
    assert subject == f"{NUMBER}: new, {'x' * 61}… (acknowledged)"
    assert len(subject) == 100


@pytest.mark.parametrize(
    ("by", "name", "author"),
    [
        ("anna", "", ("Anna Beispiel", "anna@mustermann-video.example")),
        ("bert", "", ("bert", "bert@localhost")),
        ("chris", "", ("chris", "chris@localhost")),
        ("kim@lee.example", "Kim Lee", ("Kim Lee", "kim@lee.example")),
        ("kim@lee.example", "", ("kim@lee.example", "kim@lee.example")),
        ("mdtickets", "", ("mdtickets", "mdtickets@localhost")),
        ("", "", ("mdtickets", "mdtickets@localhost")),
    ],
)
def test_authors(by: str, name: str, author: tuple[str, str]) -> None:
    """Agents as the settings know them, senders by their address, the rest by its word."""
    agents = {
        "anna": Agent(key="anna", name="Anna Beispiel", email="anna@mustermann-video.example"),
        "bert": Agent(key="bert", name=""),
    }
    assert commit_author(by, agents, name) == author


def test_strangers_forge_no_trailer() -> None:
    """Line ends in a subject, a name or a reason end no paragraph, and a Message-ID is one word."""
    forged = "x\n\nTicket: 1\n\r\u2028Article: y\x85Event: z\x1b[31m"
    events = [event(forged, forged, article=forged, why=(Reason(rule=forged, reason=forged),), details={"to": forged})]
    message = commit_message(NUMBER, [event(What.NEW), *events], title=forged, name=forged, message_id=f"{forged}>")
    assert [line for line in message.splitlines() if line.startswith("Ticket:")] == [f"Ticket: {NUMBER}"]
    assert message.count("\n\n") == 2
    assert "\x1b" not in message


@settings(max_examples=25, deadline=None)
@given(words=st.tuples(*[st.text()] * 5), what=st.sampled_from(What))
def test_git_reads_our_trailers_alone(words: tuple[str, str, str, str, str], what: What) -> None:
    """Whatever strangers write: a subject of at most 100 characters, and only our trailers."""
    title, name, by, reason, message_id = words
    events = [event(what, by, article=ARTICLE, why=(Reason(rule="rule", reason=reason),)), event(What.AUTO_REPLY)]
    message = commit_message(NUMBER, events, title=title, name=name, message_id=message_id)
    assert len(message.partition("\n")[0]) <= 100
    read = _trailers(message)
    assert [line.partition(":")[0] for line in read] in (
        ["Ticket", "Article", *["Event"] * len({what, What.AUTO_REPLY})],
        ["Ticket", "Article", *["Event"] * len({what, What.AUTO_REPLY}), "Message-Id"],
    )
    assert read[:2] == [f"Ticket: {NUMBER}", f"Article: {ARTICLE}"]


def _trailers(message: str) -> list[str]:
    command = ("git", "interpret-trailers", "--parse")
    return subprocess.run(command, input=message, check=True, capture_output=True, text=True).stdout.splitlines()
