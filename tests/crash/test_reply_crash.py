"""An answer is stopped at every durable operation: it is there whole or not at all, and leaves once at most."""

from contextlib import closing, suppress
from pathlib import Path

import pytest

from mdtickets.app import answering, drafting, drafts
from mdtickets.app.committing import recover
from mdtickets.app.filing import file_waiting
from mdtickets.app.sending import send_due
from mdtickets.app.session import Session
from mdtickets.domain.draft import Draft
from mdtickets.errors import RefusedError
from mdtickets.store.tickets import load_ticket
from tests.stops import do_in, each_stop
from tests.world import check_whole, mail, make_world, open_world, put_mail

_TEXT = "Hold Eject for ten seconds."


def _only(session: Session) -> str:
    [ticket] = session.layout.tickets.rglob("ticket.md")
    return ticket.parent.name


def _begin(place: Path) -> None:
    """Kim's ticket, filed and acknowledged; Anna's draft, written and kept."""
    root = make_world(place)
    put_mail(place, 1, mail("Recorder eats tapes"))
    with closing(open_world(root)) as session:
        file_waiting(session)
        send_due(session)
        number, anna = _only(session), session.settings.agents["anna"]
        drafting.take_ticket(session, anna, number)
        draft = drafting.begin_reply(session, anna, number, drafting.Wish(), _TEXT)
        drafts.keep_draft(session, number, "anna", draft)


def _reply(session: Session) -> None:
    """What `reply --resume` does once the editor is closed."""
    number = _only(session)
    _send(session, number, drafts.load_draft(session, number, "anna"))
    drafts.drop_draft(session, number, "anna")
    send_due(session, only=[number])


def _send(session: Session, number: str, draft: Draft) -> None:
    found = answering.review(session, session.settings.agents["anna"], number, draft, named=frozenset())
    reply = answering.Reply(session=session, draft=draft, seen=found.seen)
    answering.send_reply(session, session.settings.agents["anna"], number, reply).finish()


def _go_on(session: Session) -> None:
    """Somebody comes back: whatever was left is finished, and the draft, if it is still there, is resumed."""
    number = _only(session)
    with session.filing():
        recover(session)
    if drafts.draft_path(session.layout, number, "anna").exists():
        with suppress(RefusedError):  # sent already
            _send(session, number, drafts.load_draft(session, number, "anna"))
        drafts.drop_draft(session, number, "anna")
    send_due(session)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_an_answer_that_was_stopped_is_stored_once_and_sent_once(tmp_path: Path) -> None:
    """One article, one mail with its bytes, one state, all committed, the catalog true: wherever it stopped."""
    before = tmp_path / "before"
    before.mkdir()
    _begin(before)
    stops = 0
    for place in each_stop(before, tmp_path, _reply):
        do_in(place, _go_on)
        _check(place, f"stop {stops}")
        stops += 1
    do_in(before, _reply)
    _check(before, "no stop")
    assert stops == 38


def _check(place: Path, where: str) -> None:
    with closing(open_world(place / "store")) as session:
        files = load_ticket(session.layout, _only(session))
    answers = [event.article for event in files.events if event.what == "answered"]
    sent = [path.read_bytes() for path in (place / "store/.mdtickets/outgoing/new").iterdir()]
    assert len(answers) == 1, where
    stored = (session.layout.ticket(files.number) / str(answers[0])).read_bytes()
    assert [raw for raw in sent if _TEXT.encode() in raw] == [stored], where
    assert [event.details["to"] for event in files.events if event.what == "state"] == ["closed successful"], where
    assert [event.what for event in files.events][-1] == "sent", where
    check_whole(place)
