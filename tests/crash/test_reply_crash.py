"""An answer is stopped at every durable operation: it is there whole or not at all, and leaves once at most."""

import shutil
from collections.abc import Callable
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
from mdtickets.store.catalog import Catalog
from mdtickets.store.indexing import rebuild
from mdtickets.store.layout import Layout
from mdtickets.store.tickets import load_ticket
from tests.stops import stop_at
from tests.world import git, mail, make_world, open_world, put_mail

_TEXT = "Hold Eject for ten seconds."


def _number(place: Path) -> str:
    [ticket] = (place / "store").glob("tickets/*/*/*/*/ticket.md")
    return ticket.parent.name


def _begin(place: Path) -> None:
    """Kim's ticket, filed and acknowledged; Anna's draft, written and kept."""
    root = make_world(place)
    put_mail(place, 1, mail("Recorder eats tapes"))
    with closing(open_world(root)) as session:
        file_waiting(session)
        send_due(session)
        number, anna = _number(place), session.settings.agents["anna"]
        drafting.take_ticket(session, anna, number)
        draft = drafting.begin_reply(session, anna, number, drafting.Wish(), _TEXT)
        drafts.keep_draft(session, number, "anna", draft)


def _reply(place: Path, before_step: Callable[[str, str], None] | None = None) -> None:
    """What `reply --resume` does once the editor is closed."""
    with closing(open_world(place / "store", before_step)) as session:
        number = _number(place)
        _send(session, number, drafts.load_draft(session, number, "anna"))
        drafts.drop_draft(session, number, "anna")
        send_due(session, only=[number])


def _send(session: Session, number: str, draft: Draft) -> None:
    found = answering.review(session, session.settings.agents["anna"], number, draft, named=frozenset())
    reply = answering.Reply(session=session, draft=draft, seen=found.seen)
    answering.send_reply(session, session.settings.agents["anna"], number, reply).finish()


def _stop_at(place: Path, step: int) -> bool:
    """Answer in a process of its own that ends before that step; whether it got so far."""
    return stop_at(step, lambda before_step: _reply(place, before_step))


def _go_on(place: Path) -> None:
    """Somebody comes back: whatever was left is finished, and the draft, if it is still there, is resumed."""
    with closing(open_world(place / "store")) as session:
        number = _number(place)
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
    while True:
        place = tmp_path / str(stops)
        shutil.copytree(before, place, symlinks=True)
        if not _stop_at(place, stops):
            break
        _go_on(place)
        _check(place, f"stop {stops}")
        shutil.rmtree(place)
        stops += 1
    _check(place, "no stop")
    assert stops > 20


def _check(place: Path, where: str) -> None:
    root = place / "store"
    layout = Layout(root)
    files = load_ticket(layout, _number(place))
    answers = [event.article for event in files.events if event.what == "answered"]
    sent = [path.read_bytes() for path in (root / ".mdtickets" / "outgoing" / "new").iterdir()]
    assert len(answers) == 1, where
    stored = (layout.ticket(files.number) / str(answers[0])).read_bytes()
    assert [raw for raw in sent if _TEXT.encode() in raw] == [stored], where
    assert [event.details["to"] for event in files.events if event.what == "state"] == ["closed successful"], where
    assert [event.what for event in files.events][-1] == "sent", where
    assert git(root, "status", "--porcelain") == "", where
    with closing(Catalog(layout.catalog)) as kept, closing(Catalog(place / "fresh.sqlite")) as fresh:
        rebuild(layout, fresh)
        assert fresh.dump() == kept.dump(), where
