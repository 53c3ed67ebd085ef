"""The tickets of a big store are what the store's format asks for."""

import hashlib
import json
from datetime import UTC, date, datetime

from mdtickets.domain.event import FILED, parse_event
from mdtickets.domain.number import check_digit
from mdtickets.store import frontmatter
from tests.bench import archive

_DAY = date(2026, 11, 22)
_TICKETS = list(archive.tickets(250, _DAY))


def test_as_many_as_asked_for() -> None:
    """Every ticket has a number of its own, a hundred a day, the last of the day asked for."""
    numbers = [ticket.number for ticket in _TICKETS]
    assert len(set(numbers)) == 250
    assert numbers == sorted(numbers)
    assert sum(number.startswith("20261122") for number in numbers) == 100
    assert all(check_digit(number[:-1]) == number[-1] for number in numbers)


def test_history_names_every_article() -> None:
    """Each article is named by an event that files it or answers with it; its name carries its digest."""
    for ticket in _TICKETS:
        events = [parse_event(line) for line in ticket.files["history.jsonl"].decode().splitlines()]
        articles = {name for name in ticket.files if name.endswith(".eml")}
        assert {event.article for event in events if event.article} == articles
        for name in articles:
            assert hashlib.sha256(ticket.files[name]).hexdigest().startswith(name.split("-")[1])


def test_last_event_carries_the_digest_of_ticket_md() -> None:
    """Otherwise every ticket would look edited by hand."""
    for ticket in _TICKETS:
        last = parse_event(ticket.files["history.jsonl"].decode().splitlines()[-1])
        assert last.details["ticket_md"] == hashlib.sha256(ticket.files["ticket.md"]).hexdigest()[:16]


def test_ticket_md_can_be_read() -> None:
    """The product's reader finds the number, and nine of ten tickets closed."""
    metas = [frontmatter.parse(ticket.files["ticket.md"]).meta for ticket in _TICKETS]
    assert [meta["number"] for meta in metas] == [ticket.number for ticket in _TICKETS]
    assert sum(meta["state"] == "closed successful" for meta in metas) == 225


def test_follow_ups_are_stored() -> None:
    """Answers within the archive lie in the ticket they answer."""
    filed = [
        json.loads(line)["what"] for ticket in _TICKETS for line in ticket.files["history.jsonl"].decode().splitlines()
    ]
    assert filed.count("follow_up") > 25
    assert set(filed) & FILED == {"new", "follow_up"}


def test_threads_for_show() -> None:
    """The last two tickets hold ten customer mails each."""
    for ticket in _TICKETS[-2:]:
        assert sum(name.endswith("-customer.eml") for name in ticket.files) == archive.THREAD
    assert _TICKETS[-1].created_at < datetime(2026, 11, 23, tzinfo=UTC)
