"""The full text follows whatever happens to the files, and says how far it is."""

import io
import shutil
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest

from mdtickets.app.committing import recover
from mdtickets.app.filing import file_waiting
from mdtickets.app.freshness import refresh_for_reading, reindex
from mdtickets.app.full_text import FullText, catch_up, full_text, make_anew
from mdtickets.app.querying import Asked, plan_of
from mdtickets.app.searching import search
from mdtickets.app.session import Session
from mdtickets.app.text_leaves import find_texts
from mdtickets.domain.overview import Selection
from mdtickets.domain.query import Prefix, Word
from mdtickets.errors import RefusedError
from mdtickets.store import index_wanted
from mdtickets.store.index import writing
from mdtickets.store.index_state import IndexState, directory_of, state_of
from mdtickets.store.layout import Layout
from tests.world import git, mail, make_world, open_world, put_mail

FIRST, SECOND = "2026112410000019", "2026112410000028"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A store with two tickets."""
    root = make_world(tmp_path)
    put_mail(tmp_path, 1, mail("First", body="Der Rechnungsdrucker druckt nicht."))
    put_mail(tmp_path, 2, mail("Second", sender="Max Müller <max@mueller.example>", body="Hello from Lörrach."))
    _file(open_world(root))
    return root


def _file(session: Session) -> None:
    file_waiting(session)
    with session.filing():
        recover(session)
    session.close()


def _found(session: Session, word: str, field: str = "") -> set[str]:
    """What a searching command finds."""
    refresh_for_reading(session)
    text = full_text(session)
    assert text.index
    try:
        return text.index.tickets(Word(word, field))
    finally:
        text.index.close()


def _close(text: FullText) -> FullText:
    if text.index:
        text.index.close()
    return text


def test_the_first_question_makes_the_index_of_a_small_store(root: Path) -> None:
    """Nobody has to say so, and it is up to date then."""
    session = open_world(root)
    assert state_of(session.layout, session.catalog) == IndexState(state="missing", behind=2)
    assert _found(session, "drucker") == {FIRST}
    assert state_of(session.layout, session.catalog) == IndexState(state="up to date", behind=0)


def test_a_mail_that_is_filed_is_found(root: Path, tmp_path: Path) -> None:
    """And of the ticket it came to, only it is read."""
    session = open_world(root)
    assert _found(session, "toner") == set()
    put_mail(tmp_path, 3, mail("Re: First", headers="In-Reply-To: <first@lee.example>\n", body="Der Toner ist leer."))
    _file(open_world(root))
    assert state_of(session.layout, session.catalog) == IndexState(state="behind", behind=1)
    assert _found(session, "toner") == {FIRST}
    assert _found(session, "drucker") == {FIRST}
    text = full_text(session)
    assert text.index
    assert text.index.articles == len(session.catalog.query("SELECT 1 FROM article"))


def test_the_text_of_an_attachment_is_found_and_shown(root: Path, tmp_path: Path) -> None:
    """By the words of an office document, and by its name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<w:p><w:t>Zwei Stecker zu vier Euro</w:t></w:p>")
    message = EmailMessage()
    message["From"], message["Subject"] = "Kim Lee <kim@lee.example>", "Offer"
    message.set_content("See the file.")
    message.add_attachment(buffer.getvalue(), maintype="application", subtype="zip", filename="Angebot.docx")
    put_mail(tmp_path, 3, message.as_bytes())
    _file(open_world(root))
    session = open_world(root)
    words = (("stecker", ""), ("stecker", "attachment"), ("angebot", "filename"), ("stecker", "body"))
    assert [len(_found(session, word, field)) for word, field in words] == [1, 1, 1, 0]
    texts = find_texts(session, [Word("stecker")])
    plan = plan_of(session, Word("stecker"), texts.found)
    asked = Asked(text="stecker", query=Word("stecker"), plan=plan)
    (match,) = search(session, asked, texts, Selection(states=("all",))).matches
    assert [match.excerpt.text[start:end] for start, end in match.excerpt.marks] == ["Stecker"]
    assert texts.index
    texts.index.close()


def test_a_hand_edit_is_found(root: Path) -> None:
    """Another title, and notes below the front matter."""
    session = open_world(root)
    _found(session, "drucker")
    path = Layout(root).ticket(FIRST) / "ticket.md"
    text = path.read_text(encoding="utf-8").replace("title: First", "title: Kopierer")
    path.write_text(f"{text}\nAnna fragt den Techniker.\n", encoding="utf-8")
    with session.filing():
        reindex(session)
    assert [_found(session, word, field) for word, field in (("kopierer", "subject"), ("techniker", "note"))] == [
        {FIRST}, {FIRST},
    ]  # fmt: skip
    path.write_text(text, encoding="utf-8")
    with session.filing():
        reindex(session)
    assert (_found(session, "techniker"), _found(session, "drucker")) == (set(), {FIRST})


def test_another_branch_is_followed(root: Path) -> None:
    """What is not there is not found."""
    session = open_world(root)
    assert _found(session, "lörrach") == {SECOND}
    git(root, "checkout", "-q", "-b", "before", "HEAD~1")
    there = {path.name for path in (root / "tickets").rglob("2026*") if path.is_dir() and len(path.name) > 4}
    assert _found(session, "hello") == there & {SECOND}
    git(root, "checkout", "-q", "-")
    assert _found(session, "hello") == {SECOND}


def test_a_catalog_made_anew_costs_a_look(root: Path) -> None:
    """Nothing is read again of what did not change, and what is gone meanwhile is forgotten."""
    session = open_world(root)
    _found(session, "drucker")
    text = _close(full_text(session))
    assert text.index
    before = sorted(path.name for path in directory_of(session.layout).glob("*.seg"))
    session.close()
    for path in (root / ".mdtickets").glob("catalog*"):
        path.unlink()
    shutil.rmtree(Layout(root).ticket(SECOND))
    session = open_world(root)
    refresh_for_reading(session)
    assert state_of(session.layout, session.catalog).state == "behind"
    assert (_found(session, "lörrach"), _found(session, "drucker")) == (set(), {FIRST})
    assert {*before} & {path.name for path in directory_of(session.layout).glob("*.seg")}


def test_an_index_that_is_gone_torn_or_old_is_made_anew(root: Path) -> None:
    """By whoever asks, in a small store."""
    session = open_world(root)
    directory = directory_of(session.layout)
    for harm in (
        lambda: shutil.rmtree(directory),
        lambda: next(directory.glob("*.toc")).write_bytes(b"torn"),
        lambda: next(directory.glob("*.seg")).write_bytes(b""),
        lambda: (directory / "words.sqlite").write_bytes(b"no database"),
        lambda: next(directory.glob("*.toc")).unlink(),
    ):
        assert _found(session, "drucker") == {FIRST}
        harm()
        _close(full_text(session))
    assert _found(session, "drucker") == {FIRST}


def test_while_somebody_writes_a_question_is_answered_from_what_there_is(root: Path, tmp_path: Path) -> None:
    """Without waiting, and the state says that it is behind."""
    session = open_world(root)
    _found(session, "drucker")
    put_mail(tmp_path, 3, mail("Third", body="Der Toner ist leer."))
    _file(open_world(root))
    with writing(session.layout, session.disk):
        text = full_text(session)
        assert text.index
        assert (text.index.tickets(Word("toner")), text.state) == (set(), IndexState(state="behind", behind=1))
        text.index.close()
    assert catch_up(session) == 1
    assert text.index is not None
    assert _found(session, "toner") == {"2026112410000037"}


def test_an_index_that_git_tracks_is_refused(root: Path) -> None:
    """With what to do about it."""
    session = open_world(root)
    make_anew(session)
    git(root, "add", "-f", ".mdtickets/index")
    for ask in (full_text, catch_up, make_anew):
        with pytest.raises(RefusedError) as caught:
            ask(session)
        assert "git rm" in str(caught.value.hint)


def test_where_nothing_can_be_written_a_question_is_answered(root: Path, tmp_path: Path) -> None:
    """From what there is, and the state says how far that is."""
    session = open_world(root)
    _found(session, "drucker")
    put_mail(tmp_path, 3, mail("Third", body="Der Toner ist leer."))
    _file(open_world(root))
    directory = directory_of(session.layout)
    (directory / "sums.new").mkdir()  # in the way of a writer
    text = full_text(session)
    assert text.index
    assert (text.index.tickets(Word("drucker")), text.state.behind) == ({FIRST}, 1)
    text.index.close()
    (directory / "sums.new").rmdir()
    assert _found(session, "toner") == {"2026112410000037"}


def test_a_beginning_that_too_many_words_have_is_said(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commonest are looked for; nothing is left out in silence."""
    session = open_world(root)
    make_anew(session)
    assert find_texts(session, [Prefix("dr")]).remarks == ()
    monkeypatch.setattr(index_wanted, "MOST_OF_PREFIX", 0)
    (remark,) = find_texts(session, [Prefix("dr"), Word("hello")]).remarks
    assert remark.startswith("dr*: more than ")
