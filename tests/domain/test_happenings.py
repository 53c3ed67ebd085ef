"""What is counted of a ticket: openings, closings, answers, articles, minutes."""

from datetime import UTC, date, datetime, timedelta

from mdtickets.domain.event import Event, What
from mdtickets.domain.happenings import Happening, Post, Spent, happenings, posts, spent
from mdtickets.domain.stretches import Present, Standing, walk
from mdtickets.domain.undone import mark_of

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
MAIL = "20260302T085500Z-3f2a9c1d-customer.eml"
ACK = "20260302T090000Z-77b01c2e-ack.eml"
ANSWER = "20260302T100000Z-5be1d20a-agent.eml"


def _at(minutes: int) -> int:
    return int((START + timedelta(minutes=minutes)).timestamp())


def _event(after: int, what: str, by: str = "anna", /, **fields: object) -> Event:
    article = fields.pop("article", None)
    spent = fields.pop("minutes", None)
    at = START + timedelta(minutes=after)
    return Event(at=at, by=by, what=what, article=article, minutes=spent, details=fields)  # type: ignore[arg-type]  # by the tests


def _state(minutes: int, old: str, new: str) -> Event:
    return _event(minutes, What.STATE, **{"from": old, "to": new})


def _new() -> Event:
    return _event(0, What.NEW, "kim@lee.example", article=MAIL)


def _present(state: str = "new", queue: str = "Support") -> Present:
    standing = Standing(
        state=state, queue=queue, owner="bert", priority="3 normal", customer="", company="", problem="", tags=()
    )
    return Present(standing=standing, created_at=_at(-5), written_at=_at(0))


def _happened(present: Present, *events: Event) -> list[Happening]:
    return happenings(walk(present, events), events)


def _of(what: str, found: list[Happening]) -> list[tuple[int, str, int | None, int | None]]:
    return [(each.at, each.agent, each.since, each.until) for each in found if each.what == what]


def test_a_closing_lasts_until_the_ticket_is_opened_again() -> None:
    """Closed twice, opened once between: the first closing ended, and whoever closed it has it come back."""
    events = (
        _new(),
        _state(10, "new", "closed successful"),
        _event(30, What.STATE, "mdtickets", **{"from": "closed successful", "to": "open"}),
        _state(50, "open", "closed unsuccessful"),
    )
    found = _happened(_present("closed unsuccessful"), *events)
    assert [(_at(10), "anna", _at(-5), _at(30)), (_at(50), "anna", _at(-5), None)] == _of("closed", found)
    assert [(_at(30), "anna", None, None)] == _of("reopened", found)
    assert len(_of("changed", found)) == 3


def test_other_words_for_closed_are_no_closing_more() -> None:
    """Closed stays closed when it turns out unsolved, and when it is merged into another ticket."""
    events = (
        _new(),
        _state(10, "new", "closed successful"),
        _state(20, "closed successful", "closed unsuccessful"),
        _state(30, "closed unsuccessful", "merged"),
    )
    found = _happened(_present("merged"), *events)
    assert [(_at(10), "anna", _at(-5), None)] == _of("closed", found)
    assert _of("reopened", found) == []


def test_merging_an_open_ticket_is_no_closing() -> None:
    """It went on elsewhere."""
    found = _happened(_present("merged"), _new(), _state(10, "new", "merged"))
    assert _of("closed", found) == []


def test_the_first_response_is_a_persons() -> None:
    """Acknowledgements, notes and mail to others answer nobody; the first answer or call does."""
    events = (
        _new(),
        _event(1, What.AUTO_REPLY, "mdtickets", article=ACK, answers=MAIL),
        _event(5, What.NOTE),
        _event(7, What.FORWARDED),
        _event(60, What.ANSWERED, article=ANSWER),
        _event(90, What.CALL, "bert"),
    )
    assert [(_at(60), "anna", _at(-5), None)] == _of("first_response", _happened(_present(), *events))


def test_nobody_waits_for_a_response_to_our_own_mail() -> None:
    """A ticket that an agent began, or a program, has no first response."""
    for begun in (What.COMPOSED, What.CALL, What.AUTOMATIC):
        events = (_event(0, begun), _event(60, What.ANSWERED, article=ANSWER))
        assert _of("first_response", _happened(_present(), *events)) == []


def test_an_acknowledgement_took_from_the_mails_arrival_until_it_was_sent() -> None:
    """The mail's file name says when it arrived; only what was sent counts."""
    queued = (_new(), _event(1, What.AUTO_REPLY, "mdtickets", article=ACK, answers=MAIL), _event(1, What.QUEUED))
    sent = _event(3, What.SENT, "mdtickets", article=ACK)
    assert _of("acknowledged", _happened(_present(), *queued)) == []
    assert [(_at(3), "", _at(-5), None)] == _of("acknowledged", _happened(_present(), *queued, sent))


def test_articles_go_in_out_or_stay() -> None:
    """Received mail is whose the ticket was; a second delivery is counted apart."""
    events = (
        _new(),
        _event(1, What.AUTO_REPLY, "mdtickets", article=ACK),
        _event(60, What.ANSWERED, article=ANSWER),
        _event(61, What.NOTE, article="20260302T101000Z-a01f44c9-note.md"),
        _event(70, What.DUPLICATE, "mdtickets"),
    )
    found = [
        (each.what, each.direction, each.automatic, each.agent) for each in posts(walk(_present(), events), events)
    ]
    assert found == [
        ("new", "in", False, "bert"),
        ("auto_reply", "out", True, "bert"),
        ("answered", "out", False, "anna"),
        ("note", "own", False, "anna"),
        ("duplicate", "in", False, "bert"),
    ]


def test_what_a_ticket_was_split_off_with_came_before() -> None:
    """The mail was received once, with the other ticket."""
    split = Event(at=START, by="anna", what=What.SPLIT, details={"from": "2026030210000019"})
    events = (_new(), split)
    assert [each.copied for each in posts(walk(_present(), events), events)] == [True]


def test_a_correction_counts_where_the_entry_did() -> None:
    """By whom, on which day, in which queue: as the entry that it corrects."""
    entry = _event(5, What.TIME, minutes=30, activity="phone", day="2026-03-01")
    moved = _event(6, What.CHANGED, changes={"queue": ["Support", "Sales"]})
    mended = _event(7, What.TIME, "bert", minutes=-10, activity="phone", day="2026-03-01", corrects=mark_of(entry))
    events = (_new(), entry, moved, mended)
    found: list[Spent] = list(spent(walk(_present(queue="Sales"), events), events, UTC))
    assert [(each.agent, each.minutes, each.standing.queue) for each in found] == [
        ("anna", 30, "Support"),
        ("anna", -10, "Support"),
    ]
    assert {date(2026, 3, 1)} == {each.day for each in found}


def test_what_was_undone_is_not_counted() -> None:
    """No note, no minutes, no closing."""
    note = _event(5, What.NOTE, article="20260302T101000Z-a01f44c9-note.md", minutes=5)
    closing = _state(6, "new", "closed successful")
    undone = _event(9, What.UNDONE, of=["note", "state"], undoes=[mark_of(note), mark_of(closing)])
    back = _event(9, What.STATE, **{"from": "closed successful", "to": "new", "inverse": True})
    events = (_new(), note, closing, undone, back)
    steps = walk(_present(), events)
    found: list[Post] = list(posts(steps, events))
    assert [MAIL[-12:]] == [f"{each.kind}.eml" for each in found]
    assert list(spent(steps, events, UTC)) == []
    assert [each.what for each in happenings(steps, events)] == ["created"]
