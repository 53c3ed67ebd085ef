"""One ticket as a thread, from real files to the screen."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from mdtickets.app.reading import Thread, read_thread
from mdtickets.app.session import Session, open_session
from mdtickets.domain.model import State
from mdtickets.render.terminal import Screen
from mdtickets.render.thread import Detail, format_thread
from mdtickets.render.width import width_of
from mdtickets.store.indexing import rebuild
from tests.cli.desk_store import INVOICE, NOW, RECORDER, make_store
from tests.conftest import Golden
from tests.render.build import NARROW, PIPE, make_lock


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """The store of the example firm, open."""
    layout = make_store(tmp_path / "store")
    session = open_session(layout.root)
    rebuild(layout, session.catalog)
    return session


def shown(session: Session, number: str, screen: Screen = NARROW, **detail: bool) -> str:
    """The ticket as a screen shows it."""
    return format_thread(read_thread(session, number), Detail(**detail), NOW, screen)


def test_a_thread_reads_from_top_to_bottom(session: Session, golden: Golden) -> None:
    """Who wrote what when, quoted text folded, attachments named."""
    text = shown(session, RECORDER)
    golden("show", text)
    assert max(map(width_of, text.splitlines())) <= 80


def test_all_unfolds_what_was_folded(session: Session, golden: Golden) -> None:
    """Nothing of an article is out of reach."""
    golden("show-all", shown(session, RECORDER, unfold=True))


def test_headers_are_shown_on_demand(session: Session, golden: Golden) -> None:
    """Every header of each mail, decoded and harmless."""
    golden("show-headers", shown(session, INVOICE, headers=True))


def test_a_mail_of_ours_that_did_not_arrive_says_why(session: Session) -> None:
    """The server's words stand where the answer stands."""
    assert "! not delivered: 550 5.1.1 no such user" in shown(session, INVOICE)


def test_a_pipe_gets_lines_as_they_are(session: Session) -> None:
    """Grep finds a sentence that a terminal would wrap."""
    assert "stops with ERR-4711. The belt makes a noise as if it were slipping, and" in shown(session, RECORDER, PIPE)


def test_no_escape_reaches_the_screen(session: Session) -> None:
    """Whatever a body, a name or a subject holds, only our own codes are obeyed."""
    assert "\x1b" not in shown(session, RECORDER, unfold=True, headers=True)


def test_a_broken_ticket_is_shown_with_file_and_line(session: Session) -> None:
    """What the articles say is still there."""
    path = session.layout.ticket(INVOICE) / "ticket.md"
    path.write_text(path.read_text(encoding="utf-8").replace("pending reminder", "asleep"), encoding="utf-8")
    text = shown(session, INVOICE)
    assert "/2026112410000578/ticket.md:4: state:" in text
    assert "Bitte senden Sie uns die Rechnung." in text


def test_an_article_whose_file_is_gone_is_named(session: Session) -> None:
    """A missing file is a line in the thread, not the end of it."""
    next(session.layout.ticket(INVOICE).glob("*-customer.eml")).unlink()
    assert "-customer.eml: No such file or directory" in shown(session, INVOICE)


def test_an_article_that_is_a_link_is_not_followed(session: Session, tmp_path: Path) -> None:
    """A link in a ticket's directory leads nowhere."""
    secret = tmp_path / "secret"
    secret.write_text("the password", encoding="utf-8")
    article = next(session.layout.ticket(INVOICE).glob("*-customer.eml"))
    article.unlink()
    article.symlink_to(secret)
    assert "the password" not in shown(session, INVOICE)


def with_row(thread: Thread, **fields: object) -> Thread:
    """The same thread of another ticket."""
    return replace(thread, row=replace(thread.row, **fields))


def test_the_head_tells_who_holds_the_ticket_and_what_it_waits_for(session: Session, golden: Golden) -> None:
    """Lock, responsible agent, pending time, tags and likely duplicates stand above the articles."""
    thread = with_row(
        read_thread(session, INVOICE, 1),
        lock=replace(make_lock("anna"), since=NOW),
        responsible="chris",
        state=State.PENDING_REMINDER,
        tags=("invoice",),
        possible_duplicates=("2026112310000587",),
    )
    golden("show-head", format_thread(thread, Detail(), NOW, NARROW))
