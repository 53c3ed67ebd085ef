"""Attachments leave the store only where the user wants them."""

from pathlib import Path

import pytest

from mdtickets.app.attachments import list_attachments, save_attachments
from mdtickets.app.reading import read_html, read_raw, read_thread
from mdtickets.app.session import Session, open_session
from mdtickets.errors import CannotWriteError, NotFoundError
from mdtickets.store.indexing import rebuild
from tests.cli.desk_store import RECORDER, REMOTE, make_store


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """The store of the example firm, open."""
    layout = make_store(tmp_path / "store")
    session = open_session(layout.root)
    rebuild(layout, session.catalog)
    return session


def test_attachments_are_named_as_the_sender_named_them(session: Session) -> None:
    """A name is data; it is shown as it came."""
    found = list_attachments(read_thread(session, RECORDER))
    assert [(each.article, each.attachment.name, each.attachment.size) for each in found] == [(1, "../photo.jpg", 10)]


def test_a_saved_attachment_stays_in_its_directory(session: Session, tmp_path: Path) -> None:
    """`../` leads nowhere."""
    target = tmp_path / "downloads"
    saved = save_attachments(session, read_thread(session, RECORDER), target)
    assert [each.saved for each in saved] == [str(target / "photo.jpg")]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["downloads", "mail", "store"]


def test_a_name_that_is_taken_gets_a_number(session: Session, tmp_path: Path) -> None:
    """Nothing is ever overwritten."""
    thread = read_thread(session, RECORDER)
    for _ in range(2):
        save_attachments(session, thread, tmp_path / "downloads")
    assert sorted(path.name for path in (tmp_path / "downloads").iterdir()) == ["photo-2.jpg", "photo.jpg"]


def test_a_link_in_the_way_is_not_followed(session: Session, tmp_path: Path) -> None:
    """A prepared link cannot redirect what is written."""
    target = tmp_path / "downloads"
    target.mkdir()
    (target / "photo.jpg").symlink_to(tmp_path / "elsewhere")
    save_attachments(session, read_thread(session, RECORDER), target)
    assert not (tmp_path / "elsewhere").exists()


def test_a_place_that_is_no_directory_is_told(session: Session, tmp_path: Path) -> None:
    """The sentence names the place."""
    place = tmp_path / "file"
    place.touch()
    with pytest.raises(CannotWriteError, match=str(place)):
        save_attachments(session, read_thread(session, RECORDER), place)


def test_raw_is_the_file_byte_for_byte(session: Session) -> None:
    """What was received is what comes out."""
    path = next(session.layout.ticket(RECORDER).glob("20261124T081200Z-*-customer.eml"))
    assert read_raw(session, RECORDER, 1) == path.read_bytes()


def test_raw_of_many_articles_asks_which(session: Session) -> None:
    """Bytes of several mails in one stream would help nobody."""
    with pytest.raises(NotFoundError, match=r"has 5 articles\. Name one: --article 1 … 5"):
        read_raw(session, RECORDER, None)


def test_raw_of_the_only_article_needs_no_number(session: Session) -> None:
    """Where there is one, it is meant."""
    assert read_raw(session, REMOTE, None).startswith(b"From: max@example.org\n")


def test_a_mail_without_html_says_so(session: Session) -> None:
    """Nothing is made up for a browser."""
    with pytest.raises(NotFoundError, match="has no HTML part"):
        read_html(session, REMOTE, None)
