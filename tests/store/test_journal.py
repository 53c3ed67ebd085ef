"""Commits that a crash or git itself put off are made up: exactly what we wrote, once, and nothing of the user's."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from mdtickets.domain.event import What
from mdtickets.domain.settings import Agent
from mdtickets.store.durable import Disk
from mdtickets.store.git import Commit, Committed, Postponed
from mdtickets.store.journal import Journal, MadeUp
from mdtickets.store.tickets import digest_of
from tests.store.git_store import NOON, GitStore, article_name, commit, history_line, mail

TICKET = "tickets/2026/11/24/2026112410000010"
AGENTS = {"anna": Agent(key="anna", name="Anna Beispiel", email="anna@mustermann-video.example")}


@pytest.fixture
def journal(store: GitStore) -> Journal:
    return Journal(store.layout, Disk(), store.repository)


def count(made_up: MadeUp) -> int:
    """How many commits were made up; they must not be postponed."""
    assert isinstance(made_up.outcome, Committed)
    return made_up.outcome.count


def test_commits_are_made_and_forgotten(store: GitStore, journal: Journal) -> None:
    """Noted, made, gone from the journal."""
    batch = journal.add([mail(store, 1), mail(store, 2)])
    assert (journal.waiting(), len(journal.paths())) == (2, 6)
    assert isinstance(journal.commit([batch]), Committed)
    assert (journal.waiting(), journal.paths()) == (0, frozenset())
    assert (store.subjects(), store.status()) == (["mail 1", "mail 2"], [])


def test_batch_that_came_to_nothing_is_forgotten(store: GitStore, journal: Journal) -> None:
    """What was not put in place is not committed."""
    journal.drop(journal.add([mail(store, 1)]))
    assert count(journal.make_up()) == 0
    assert store.subjects() == []


def test_crash_before_the_commit(store: GitStore, journal: Journal) -> None:
    """The next run makes the commits: same authors, times and messages."""
    commits = [replace(mail(store, 1), author_name="Max Müller\ud800"), mail(store, 2, subject="two\n\nbecause\n")]
    journal.add(commits)
    assert count(journal.make_up()) == 2
    assert (store.subjects(), store.status(), journal.waiting()) == (["mail 1", "two"], [], 0)
    assert store.git("log", "-2", "--format=%an %at %b") == (
        f"Kim Lee {NOON.timestamp():.0f} because\n\nMax Müller? {NOON.timestamp():.0f} \n"
    )


def test_crash_after_the_commit(store: GitStore, journal: Journal) -> None:
    """What the branch has already is not committed again."""
    made = mail(store, 1)
    journal.add([made])
    store.commit(made)
    assert count(journal.make_up()) == 0
    assert (store.subjects(), journal.waiting()) == (["mail 1"], 0)


def test_crash_before_the_files_were_in_place(store: GitStore, journal: Journal) -> None:
    """What was noted but never written is forgotten; it will be filed again."""
    made = mail(store, 1)
    journal.add([made])
    for path in made.files:
        (store.root / path).unlink()
    assert journal.make_up() == MadeUp(outcome=Committed(tip=store.repository.head_commit() or "", count=0))
    assert (store.subjects(), journal.waiting()) == ([], 0)


def test_article_without_its_line_is_not_complete(store: GitStore, journal: Journal) -> None:
    """An article that no history names yet will be filed again, so it is not committed."""
    made = mail(store, 1)
    journal.add([made])
    _article, ticket, history = made.files
    store.write(history, b"")
    journal.make_up()
    assert list(store.contents()) == [ticket]


def test_edit_by_hand_stays_the_users(store: GitStore, journal: Journal) -> None:
    """A file that was edited after we wrote it is left to the user, and named."""
    made = mail(store, 1)
    journal.add([made])
    ticket = store.write(f"{TICKET}/ticket.md", b"edited")
    path = next(path for path in made.files if path.endswith("/ticket.md"))
    store.write(path, b"edited")
    made_up = journal.make_up()
    assert (count(made_up), made_up.edited) == (1, (path,))
    assert store.status() == [f"?? {entry}" for entry in sorted({path, ticket})]


def test_last_version_counts(store: GitStore, journal: Journal) -> None:
    """A file written by several commits is made up once, by the last; the others keep their articles."""
    first, second = _two_mails_of_one_ticket(store)
    journal.add([first])
    journal.add([second])
    assert journal.make_up().edited == ()
    assert store.git("log", "--reverse", "--format=", "--name-only", "-2").split() == [
        f"{TICKET}/{article_name(b'one')}",
        f"{TICKET}/{article_name(b'two')}",
        f"{TICKET}/history.jsonl",
    ]
    assert store.status() == []


def test_earlier_batches_come_first(store: GitStore, journal: Journal) -> None:
    """Commits are in the order in which the files were written, whoever makes them."""
    first, second = _two_mails_of_one_ticket(store)
    earlier, later = journal.add([first]), journal.add([second])
    assert isinstance(journal.commit([later]), Committed)
    assert journal.commit([earlier]) == Committed(tip=store.repository.head_commit() or "", count=0)
    assert (store.subjects(), store.status(), journal.waiting()) == (["one", "two"], [], 0)


def test_batches_together_keep_every_version(store: GitStore, journal: Journal) -> None:
    """Put off and committed in one round, each commit has the bytes of its moment."""
    first, second = _two_mails_of_one_ticket(store)
    assert isinstance(journal.commit([journal.add([first]), journal.add([second])]), Committed)
    history = f"{TICKET}/history.jsonl"
    assert store.git("show", f"HEAD^:{history}").encode() == first.files[history]
    assert (store.subjects(), store.status(), journal.waiting()) == (["one", "two"], [], 0)


def test_what_is_put_off_is_left_to_its_own(store: GitStore, journal: Journal) -> None:
    """Making up leaves batches alone that somebody holds, unless others come after them."""
    first, second = _two_mails_of_one_ticket(store)
    ours = journal.add([first])
    assert journal.is_made_up([ours])
    assert (count(journal.make_up(besides=[ours])), journal.waiting()) == (0, 1)
    journal.add([second])
    assert not journal.is_made_up([ours])
    assert count(journal.make_up(besides=[ours])) == 2
    assert (store.subjects(), store.status()) == (["one", "two"], [])


def test_others_between_ours_stay_between(store: GitStore, journal: Journal) -> None:
    """The branch ends with the last version of a file, whoever made the batches."""
    first, second = _two_mails_of_one_ticket(store)
    before, _theirs, after = journal.add([mail(store, 7)]), journal.add([first]), journal.add([second])
    assert isinstance(journal.commit([before, after]), Committed)
    assert (store.subjects(), store.status(), journal.waiting()) == (["mail 7", "one", "two"], [], 0)


def test_a_batch_made_up_by_others_is_not_taken_for_a_new_one(store: GitStore, journal: Journal) -> None:
    """Another process made up our batch and noted its own: our own end must not make that one forgotten."""
    first, second = _two_mails_of_one_ticket(store)
    ours = journal.add([first])
    journal.make_up()
    theirs = journal.add([second])
    journal.commit([ours])
    assert journal.waiting() == 1
    journal.commit([theirs])
    assert (store.subjects(), store.status()) == (["one", "two"], [])


def test_later_batches_wait_for_their_own(store: GitStore, journal: Journal) -> None:
    """A batch that another process is about to commit is left to it, its files neither taken nor called edited."""
    first, second = _two_mails_of_one_ticket(store)
    earlier, later = journal.add([first]), journal.add([second])
    journal.commit([earlier])
    assert (store.subjects(), journal.waiting()) == (["one"], 1)
    assert store.blob(f"{TICKET}/history.jsonl") == first.files[f"{TICKET}/history.jsonl"]
    journal.commit([later])
    assert (store.subjects(), store.status()) == (["one", "two"], [])


def test_postponed_commits_stay_noted(store: GitStore, journal: Journal) -> None:
    """While git is not ready the commits wait in the journal; then they are made, once."""
    store.git("switch", "-q", "--detach")
    batch = journal.add([mail(store, 1)])
    assert isinstance(journal.commit([batch]), Postponed)
    assert isinstance(journal.make_up().outcome, Postponed)
    assert journal.waiting() == 1
    store.git("switch", "-q", "main")
    assert count(journal.make_up()) == 1
    assert count(journal.make_up()) == 0
    assert (store.subjects(), store.status()) == (["mail 1"], [])


def test_git_that_fails_postpones(store: GitStore, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is wrong with git, making up is put off and nothing is forgotten."""
    first, second = _two_mails_of_one_ticket(store)
    _earlier, later = journal.add([first]), journal.add([second])
    monkeypatch.setenv("PATH", "")
    for outcome in (journal.commit([later]), journal.make_up().outcome, journal.make_up(thorough=True).outcome):
        assert outcome == Postponed(reason="git is not there.")
    assert journal.waiting() == 2


def test_removed_file_is_made_up(store: GitStore, journal: Journal) -> None:
    """A removal is a change like any other; one that did not happen is none."""
    path = store.write("customers/lee.md", b"x")
    other = store.write("customers/max.md", b"x")
    store.commit(commit("cards", {path: b"x", other: b"x"}))
    journal.add([commit("gone", {}, removed=(path, other))])
    (store.root / path).unlink()
    assert count(journal.make_up()) == 1
    assert store.git("show", "--format=", "--name-status").split() == ["D", path]


def test_journal_is_no_part_of_the_store(store: GitStore, journal: Journal) -> None:
    """Git does not see the journal."""
    journal.add([commit("x", {})])
    assert store.status() == []


@pytest.mark.parametrize("torn", [b"", b"{", b"\0" * 300, b'{"commits": 2}\n{"author": ["a"', b'{"commits": 1}\n[]\n'])
def test_torn_journal_is_made_up_from_the_histories(store: GitStore, journal: Journal, torn: bytes) -> None:
    """A journal that a power cut tore costs no commit."""
    batch = journal.add([mail(store, 1)])
    batch.path.write_bytes(torn)
    assert count(journal.make_up()) == 1
    assert store.subjects() == ["2026112410000010: new, VR-200"]
    assert (store.status(), journal.waiting()) == ([], 0)


def test_deleted_journal_is_made_up_from_the_histories(store: GitStore, journal: Journal) -> None:
    """Without .mdtickets the histories say who wrote what and when; cards of the customers come along."""
    mail(store, 1, b"one")
    agents = history_line(What.NOTE, article_name(b"note"), by="anna")
    store.write(f"{TICKET}/{article_name(b'note')}", b"note")
    ticket = b'---\nnumber: "2026112410000010"\ntitle: T\nqueue: Support\ncustomer: lee\n---\n'
    store.write(f"{TICKET}/ticket.md", ticket)
    store.write(f"{TICKET}/history.jsonl", history_line(What.NEW, "x", ticket_md=digest_of(ticket)) + agents)
    store.write("customers/lee.md", b"---\nname: Lee\n---\n")
    stranger = store.write("customers/stranger.md", b"the user's own")
    assert count(journal.make_up(agents=AGENTS)) == 1
    assert store.git("log", "-1", "--format=%an <%ae> %s").strip() == (
        "Anna Beispiel <anna@mustermann-video.example> 2026112410000010: note by anna"
    )
    orphan = f"{TICKET}/{article_name(b'one')}"
    assert store.status() == [f"?? {path}" for path in sorted((stranger, orphan))]


def test_histories_are_asked_when_told_to(store: GitStore, journal: Journal) -> None:
    """With a journal in place the work tree is searched only on demand."""
    journal.drop(journal.add([]))
    mail(store, 1)
    assert count(journal.make_up()) == 0
    assert count(journal.make_up(thorough=True)) == 1
    assert store.status() == []


def test_edited_ticket_is_not_made_up_from_the_history(store: GitStore, journal: Journal) -> None:
    """`ticket.md` goes along only as the history knows it."""
    mail(store, 1)
    path = store.write(f"{TICKET}/ticket.md", b"---\nedited: yes\n---\n")
    journal.make_up()
    assert store.status() == [f"?? {path}"]


@pytest.mark.parametrize("trap", ["wrong digest", "link", "no history", "other name"])
def test_only_real_articles_are_made_up(store: GitStore, journal: Journal, trap: str) -> None:
    """What is no article with the bytes its name tells stays the user's."""
    made = mail(store, 1)
    article, _ticket, history = made.files
    _set(store, trap, article, history)
    assert count(journal.make_up()) == 0
    assert store.subjects() == []


def test_half_staged_files_are_made_up(store: GitStore, journal: Journal) -> None:
    """Files that a crash left in the index alone are made up like untracked ones."""
    mail(store, 1)
    store.git("add", "tickets")
    assert count(journal.make_up()) == 1
    assert store.status() == []


def _two_mails_of_one_ticket(store: GitStore) -> Sequence[Commit]:
    """Two mails filed to one ticket, one after the other; the disk is as after the second."""
    first_line, second_line = (history_line(What.FOLLOW_UP, article_name(raw)) for raw in (b"one", b"two"))
    history = store.write(f"{TICKET}/history.jsonl", first_line + second_line)
    articles = [store.write(f"{TICKET}/{article_name(raw)}", raw) for raw in (b"one", b"two")]
    return (
        commit("one", {articles[0]: None, history: first_line}),
        commit("two", {articles[1]: None, history: first_line + second_line}),
    )


def _set(store: GitStore, trap: str, article: str, history: str) -> None:
    place: Path = store.root / article
    if trap == "wrong digest":
        store.write(article, b"other bytes")
    elif trap == "link":
        place.unlink()
        place.symlink_to("/etc/passwd")
    elif trap == "no history":
        (store.root / history).unlink()
    else:
        place.rename(place.with_name("photo.jpg"))
