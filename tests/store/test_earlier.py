"""A ticket as it was: actions, and the ticket.md of each."""

from datetime import UTC, datetime
from typing import Any

from mdtickets.domain.event import Event, What
from mdtickets.domain.model import State, Ticket
from mdtickets.store.earlier import steps
from mdtickets.store.tickets import TicketFiles, digest_of, new_ticket_files

ARTICLE = "20261124T081200Z-3f2a9c1d-customer.eml"
ANSWER = "20261124T091200Z-77b01c2e-agent.eml"


def test_each_action_has_the_ticket_of_its_time() -> None:
    """A ticket that was answered, closed, reopened is new, then closed, then open, with the digests its events tell."""
    told = [event.details["ticket_md"] for event in _story().events if "ticket_md" in event.details]
    assert told == [digest_of(step.ticket_bytes) for step in steps(_story())]


def test_deliveries_belong_to_the_action_that_queued() -> None:
    """That a mail was sent is no action of its own."""
    files = _story()
    sent = files.with_events(_event(13, What.SENT, article=ANSWER))
    assert len(list(steps(files))) == len(list(steps(sent)))
    *_, last = steps(sent)
    expected = [What.FOLLOW_UP, What.STATE, What.SENT]
    assert expected == [event.what for event in last.events]


def test_steps_hold_the_whole_history() -> None:
    """The last step has the history as it stands, the first its first line."""
    first, *_, last = steps(_story())
    assert _story().history_bytes == last.history_bytes
    assert first.history_bytes.count(b"\n") == 1


def test_articles_come_with_their_action() -> None:
    """Each step names the articles that its events file."""
    expected = [(ARTICLE,), (ANSWER,), (), ("20261124T101200Z-00000000-customer.eml",)]
    assert expected == [step.articles for step in steps(_story())]


def _story() -> TicketFiles:
    ticket = Ticket(number="2026112410000019", title="Recorder", queue="Support", created_at=_at(8), updated_at=_at(8))
    files = new_ticket_files(ticket).with_events(_event(8, What.NEW, article=ARTICLE))
    closed = ticket.change(state=State.CLOSED_SUCCESSFUL, owner="anna", closed_at=_at(9), updated_at=_at(9))
    files = files.with_ticket(closed).with_events(
        _event(9, What.ANSWERED, article=ANSWER),
        _event(9, What.CHANGED, changes={"owner": ["", "anna"]}),
        _event(9, What.STATE, state=("new", "closed successful")),
        _event(9, What.QUEUED, article=ANSWER),
    )
    tagged = closed.change(tags=("belt", "batch-7"), updated_at=_at(9, 30))
    files = files.with_ticket(tagged).with_events(
        _event(9, What.CHANGED, minute=30, changes={"tags": [[], ["belt", "batch-7"]]})
    )
    reopened = tagged.change(state=State.OPEN, closed_at=None, updated_at=_at(10))
    return files.with_ticket(reopened).with_events(
        _event(11, What.FOLLOW_UP, article="20261124T101200Z-00000000-customer.eml"),
        _event(11, What.STATE, state=("closed successful", "open")),
    )


def _event(
    hour: int, what: What, *, article: str | None = None, minute: int = 12, state: tuple[str, ...] = (), **details: Any
) -> Event:
    details |= dict(zip(("from", "to"), state, strict=False))
    return Event(at=_at(hour, minute), by="anna", what=what, article=article, details=details)


def _at(hour: int, minute: int = 12) -> datetime:
    return datetime(2026, 11, 24, hour, minute, tzinfo=UTC)
