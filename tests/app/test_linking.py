"""Links between tickets, also when one of them was merged."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mdtickets.app.attachments import list_attachments, save_attachments
from mdtickets.app.linking import link, unlink
from mdtickets.app.merging import merge, unmerge
from mdtickets.app.reading import read_thread
from mdtickets.app.session import Session
from mdtickets.domain.model import Link
from mdtickets.errors import RefusedError
from tests.app.desk_world import FIRST, SECOND, anna, file_now, make_desk, ticket_of
from tests.world import mail, open_world, put_mail

THIRD = "2026112410000037"
_PAT = "Pat <pat@pat.example>"
_TYPE = 'MIME-Version: 1.0\nContent-Type: text/plain; name="tape.txt"\nContent-Disposition: attachment; filename="tape.txt"\n'


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """Three tickets; the third has an attachment."""
    root = make_desk(tmp_path)
    put_mail(tmp_path, 9, mail("Third", sender=_PAT, headers=_TYPE))
    file_now(root)
    session = open_world(root)
    yield session
    session.close()


def _shown(session: Session, number: str) -> list[tuple[str, str]]:
    return [(found.type, found.meant) for found in read_thread(session, number).links]


def test_a_link_to_a_merged_ticket_means_the_main_one(session: Session) -> None:
    """From both ends, while the files keep what they said; apart again, all is as before."""
    link(session, anna(session), [FIRST], SECOND, "parent")
    merge(session, anna(session), [SECOND], THIRD)
    assert _shown(session, FIRST) == [("parent", THIRD)]
    assert _shown(session, THIRD) == [("child", SECOND), ("child", FIRST)]
    assert ticket_of(session, FIRST).links == (Link(type="parent", number=SECOND),)
    unmerge(session, anna(session), [SECOND])
    assert _shown(session, FIRST) == [("parent", SECOND)]
    assert _shown(session, THIRD) == []


def test_a_link_between_two_that_became_one_is_named_as_it_was(session: Session) -> None:
    """A ticket is never shown as tied to itself."""
    link(session, anna(session), [FIRST], SECOND, "normal")
    merge(session, anna(session), [SECOND], FIRST)
    assert _shown(session, FIRST) == [("normal", SECOND), ("child", SECOND)]


def test_linking_to_a_merged_ticket_links_the_main_one(session: Session) -> None:
    """Whichever of the two numbers was typed."""
    merge(session, anna(session), [SECOND], THIRD)
    link(session, anna(session), [FIRST], SECOND, "normal")
    assert ticket_of(session, FIRST).links == (Link(type="normal", number=THIRD),)
    assert Link(type="normal", number=FIRST) in ticket_of(session, THIRD).links
    with pytest.raises(RefusedError, match="they are one ticket"):
        link(session, anna(session), [THIRD], SECOND, "normal")


def test_unlinking_takes_out_what_is_shown(session: Session) -> None:
    """The link stands in the merged ticket; the number of the main one, which `show` tells, takes it out."""
    link(session, anna(session), [FIRST], SECOND, "normal")
    merge(session, anna(session), [SECOND], THIRD)
    unlink(session, anna(session), [FIRST], THIRD)
    assert _shown(session, FIRST) == []
    assert _shown(session, THIRD) == [("child", SECOND)]
    assert ticket_of(session, SECOND).links == (Link(type="parent", number=THIRD),)


def test_a_main_ticket_has_the_attachments_of_the_merged_ones(session: Session, tmp_path: Path) -> None:
    """Named with the ticket they lie in, and saved with the others."""
    merge(session, anna(session), [THIRD], FIRST)
    thread = read_thread(session, FIRST)
    assert [(each.number, each.article, each.attachment.name) for each in list_attachments(thread)] == [
        (THIRD, 1, "tape.txt")
    ]
    saved = save_attachments(session, thread, tmp_path / "saved")
    assert [Path(each.saved).name for each in saved] == ["tape.txt"]
