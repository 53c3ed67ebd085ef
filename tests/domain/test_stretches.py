"""What was true of a ticket when, from what is true now and its history."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from mdtickets.domain.event import Event, What
from mdtickets.domain.stretches import Present, Standing, Stretch, stretches, walk
from mdtickets.domain.undone import mark_of

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
NEW = Standing(
    state="new", queue="Support", owner="", priority="3 normal", customer="kim-lee", company="", problem="", tags=()
)


def _present(hours_until_edit: int = 0, **values: object) -> Present:
    written = _at(hours_until_edit)
    return Present(standing=replace(NEW, **values), created_at=_at(0), written_at=written)


def _at(hours: int) -> int:
    return int((START + timedelta(hours=hours)).timestamp())


def _event(hours: int, what: str, **details: object) -> Event:
    return Event(at=START + timedelta(hours=hours), by="anna", what=what, details=details)


def _state(hours: int, old: str, new: str) -> Event:
    return _event(hours, What.STATE, **{"from": old, "to": new})


def _changed(hours: int, what: str = What.CHANGED, **changes: object) -> Event:
    return _event(hours, what, changes=changes)


def _seen(present: Present, *events: Event) -> list[Stretch]:
    return stretches(walk(present, events))


def _stretch(since: int, until: int | None, **values: object) -> Stretch:
    standing = replace(NEW, **values)
    return Stretch(since=_at(since), until=_at(until) if until is not None else None, standing=standing)


def test_a_ticket_without_a_history_was_always_what_it_is() -> None:
    """A directory with `ticket.md` alone says when it began and what it is."""
    assert [_stretch(0, None, state="open")] == _seen(_present(state="open"))


def test_each_change_begins_a_stretch() -> None:
    """States and keys, each with its time; what nothing changed was so from the beginning."""
    events = (
        _event(0, What.NEW),
        _state(2, "new", "open"),
        _changed(3, queue=["Support", "Sales"], tags=[[], ["vip"]]),
    )
    expected = [
        _stretch(0, 2),
        _stretch(2, 3, state="open"),
        _stretch(3, None, state="open", queue="Sales", tags=("vip",)),
    ]
    assert expected == _seen(_present(state="open", queue="Sales", tags=("vip",)), *events)


def test_changes_of_one_moment_are_one_stretch() -> None:
    """What lasted no second is no stretch."""
    events = (_event(0, What.NEW), _state(2, "new", "open"), _changed(2, owner=["", "anna"]))
    assert [_stretch(0, 2), _stretch(2, None, state="open", owner="anna")] == _seen(
        _present(state="open", owner="anna"), *events
    )


def test_what_was_undone_never_was() -> None:
    """A closing that was taken back leaves no trace."""
    closing = _state(2, "new", "closed successful")
    undone = _event(5, What.UNDONE, of=["state"], undoes=[mark_of(closing)])
    back = _event(5, What.STATE, **{"from": "closed successful", "to": "new", "inverse": True})
    assert [_stretch(0, None)] == _seen(_present(), _event(0, What.NEW), closing, undone, back)


def test_an_edit_by_hand_changed_what_nothing_else_did() -> None:
    """The event of an edit does not say what it changed; the changes around it do."""
    events = (
        _event(0, What.NEW),
        _changed(1, queue=["Support", "Sales"]),
        _event(4, What.EDITED),
        _changed(6, queue=["Repairs", "Support"]),
    )
    expected = [_stretch(0, 1), _stretch(1, 4, queue="Sales"), _stretch(4, 6, queue="Repairs"), _stretch(6, None)]
    assert expected == _seen(_present(), *events)


def test_an_edit_that_is_in_no_event_counts_from_when_the_file_was_written() -> None:
    """Nothing was written to the ticket since somebody closed it in an editor."""
    present = _present(7, state="closed successful")
    assert [_stretch(0, 7), _stretch(7, None, state="closed successful")] == _seen(present, _event(0, What.NEW))


def test_of_a_broken_ticket_the_history_counts() -> None:
    """What cannot be read says nothing against what was told."""
    present = replace(_present(9, queue=""), broken=True)
    events = (_event(0, What.NEW), _changed(1, queue=["Support", "Sales"]))
    assert [_stretch(0, 1), _stretch(1, None, queue="Sales")] == _seen(present, *events)


def test_a_clock_that_ran_backwards_makes_no_stretch_end_before_it_began() -> None:
    """The order of the history counts, not its times."""
    events = (_event(0, What.NEW), _state(5, "new", "open"), _state(-30, "open", "closed successful"))
    steps = walk(_present(state="closed successful"), events)
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert _stretch(5, None, state="closed successful") == stretches(steps)[-1]


def test_old_mail_was_worked_on_until_it_was_closed() -> None:
    """Imported tickets come closed; when they were, `ticket.md` tells."""
    present = replace(_present(state="closed successful"), closed_at=_at(48))
    imported = _event(9000, What.IMPORTED)
    assert [_stretch(0, 48, state="open"), _stretch(48, None, state="closed successful")] == _seen(present, imported)


def test_words_of_a_later_version_are_passed_over() -> None:
    """A state that nobody knows here changes nothing, and keys that are not followed neither."""
    events = (_event(0, What.NEW), _state(1, "new", "escalated"), _changed(2, due_at=[None, "x"], queue="no pair"))
    assert [_stretch(0, None)] == _seen(_present(), *events)
