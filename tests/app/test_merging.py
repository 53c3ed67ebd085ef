"""Merging, unmerging and splitting in a store."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from mdtickets.app.acting import act
from mdtickets.app.merging import merge, unmerge
from mdtickets.app.reading import read_thread
from mdtickets.app.session import Session
from mdtickets.app.splitting import split
from mdtickets.domain.agent import take
from mdtickets.domain.event import What
from mdtickets.domain.model import Link, State
from mdtickets.errors import RefusedError
from tests.app.desk_world import FIRST, MAX, SECOND, anna, file_now, files_of, is_locked, make_desk, ticket_of
from tests.world import git, mail, open_world, put_mail

THIRD = "2026112410000037"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A store with two tickets."""
    return make_desk(tmp_path)


@pytest.fixture
def session(root: Path) -> Iterator[Session]:
    """The same, open."""
    session = open_world(root)
    yield session
    session.close()


def test_a_follow_up_to_the_old_ticket_goes_to_the_main_one(root: Path, session: Session, tmp_path: Path) -> None:
    """Max knows nothing of our numbers; his answer arrives all the same."""
    merge(session, anna(session), [SECOND], FIRST).finish()
    put_mail(tmp_path, 20, mail("Re: Second", sender=MAX, headers="In-Reply-To: <second@lee.example>\n"))
    file_now(root)
    event = files_of(session, FIRST).events[-1]
    assert (event.what, event.by, event.details.get("unverified")) == (What.FOLLOW_UP, "max@mueller.example", None)
    assert len(files_of(session, SECOND).events) == 6


def test_the_main_ticket_shows_all_articles_by_time(session: Session) -> None:
    """One exchange to read; each article says where it lies."""
    merge(session, anna(session), [SECOND], FIRST).finish()
    shown = [(article.number, article.position) for article in read_thread(session, FIRST).in_order]
    assert shown == [(FIRST, 1), (SECOND, 1), (FIRST, 2), (FIRST, 3), (SECOND, 2)]
    assert len(read_thread(session, FIRST).articles) == 3


def test_merging_is_one_commit_by_the_agent(session: Session, root: Path) -> None:
    """Both sides or none, in git too."""
    assert merge(session, anna(session), [SECOND], FIRST).finish() == ""
    assert git(root, "log", "-1", "--format=%an: %s") == (
        f"Anna Beispiel: 2 tickets: merged into {FIRST} by Anna Beispiel, …\n"
    )
    assert git(root, "status", "--porcelain") == ""


def test_merging_gives_the_old_tickets_lock_free(session: Session) -> None:
    """And keeps the one on the main ticket."""
    act(session, anna(session), [FIRST, SECOND], take)
    merge(session, anna(session), [SECOND], FIRST)
    assert (is_locked(session, FIRST), is_locked(session, SECOND)) == (True, False)


def test_a_circle_is_refused_and_nothing_changed(session: Session) -> None:
    """FIRST cannot go into what went into it."""
    merge(session, anna(session), [SECOND], FIRST)
    with pytest.raises(RefusedError, match="itself merged"):
        merge(session, anna(session), [FIRST], SECOND)
    assert ticket_of(session, FIRST).state is State.NEW


def test_unmerging_is_the_inverse(session: Session) -> None:
    """Both tickets are what they were, but for the time of their last change."""
    before = [ticket_of(session, number) for number in (FIRST, SECOND)]
    merge(session, anna(session), [SECOND], FIRST)
    unmerge(session, anna(session), [SECOND])
    after = [ticket_of(session, number) for number in (FIRST, SECOND)]
    assert [replace(one, updated_at=two.updated_at) for one, two in zip(after, before, strict=True)] == before
    assert [files_of(session, number).events[-1].what for number in (FIRST, SECOND)] == [What.UNMERGED] * 2


def test_a_split_article_is_a_ticket_of_its_own(session: Session, root: Path) -> None:
    """The same bytes under a new number, tied both ways; the old history keeps its line."""
    article = files_of(session, FIRST).events[3].article
    assert article
    acted = split(session, anna(session), FIRST, 3)
    assert (acted.opened, acted.finish()) == ((THIRD,), "")
    new = ticket_of(session, THIRD)
    assert (new.title, new.customer, new.state, new.queue) == ("First", "kim-lee", State.NEW, "Support")
    assert (new.links, ticket_of(session, FIRST).links) == (
        (Link(type="parent", number=FIRST),),
        (Link(type="child", number=THIRD),),
    )
    one, two = (session.layout.ticket(number) / article for number in (FIRST, THIRD))
    assert one.read_bytes() == two.read_bytes()
    assert [event.what for event in files_of(session, THIRD).events] == [What.NEW, What.SPLIT]
    assert git(root, "status", "--porcelain") == ""


def test_the_number_of_a_split_ticket_is_not_given_again(session: Session, root: Path, tmp_path: Path) -> None:
    """Numbers of mail and of commands come from one row."""
    split(session, anna(session), FIRST, 3).finish()
    put_mail(tmp_path, 30, mail("Other", sender="Pat <pat@pat.example>"))
    file_now(root)
    assert ticket_of(session, "2026112410000046").title == "Other"


@pytest.mark.parametrize(("position", "told"), [(2, "no received mail"), (9, "no article 9")])
def test_only_a_received_mail_can_be_split(session: Session, position: int, told: str) -> None:
    """Our own answers stay where they are."""
    with pytest.raises(RefusedError, match=told):
        split(session, anna(session), FIRST, position)


def test_a_dry_run_of_split_gives_no_number(session: Session) -> None:
    """What would happen is told; nothing is there."""
    assert split(session, anna(session), FIRST, 3, dry_run=True).opened == (THIRD,)
    assert not session.layout.ticket(THIRD).exists()
