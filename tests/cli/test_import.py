"""`import`: old mail becomes tickets and articles, with its numbers and dates, and nobody hears of it."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from mdtickets.mail.mbox import format_mbox_mail
from mdtickets.store.earlier import steps
from mdtickets.store.layout import Layout
from mdtickets.store.tickets import digest_of, load_ticket
from tests.cli.three_tickets import FIRST, ThreeTickets, make_three_tickets
from tests.mail.test_mbox import AT
from tests.world import OURS, mail, put_mail

KEPT = "2019010110000013"


def letter(name: str, subject: str, day: int, *, sender: str = "Max Alt <max@alt.example>", to: str = OURS) -> bytes:
    """An old mail of January 2019, which answers the one named before the dash of its name."""
    answers, _, _rest = name.rpartition("-")
    reply = f"In-Reply-To: <{answers}@alt.example>\n" if answers else ""
    head = f"From: {sender}\nTo: {to}\nSubject: {subject}\nDate: {day:02} Jan 2019 10:00:00 +0100\n"
    return f"{head}Message-ID: <{name}@alt.example>\n{reply}\nText of {name}.\n".encode()


QUESTION = letter("a", "Tape is stuck", 1)
ANSWER = letter("a-b", f"Re: [Ticket#{KEPT}] Tape is stuck", 2, sender=OURS, to="max@alt.example")
THANKS = letter("a-b-c", f"AW: [Ticket#{KEPT}] Tape is stuck", 3)
SHORT = letter("d", "[Ticket#1000123] Which cable?", 4)
OLD_MAIL = (QUESTION, ANSWER, THANKS, SHORT)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three tickets."""
    return make_three_tickets(tmp_path_factory.mktemp("three"))


@pytest.fixture
def store(template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> ThreeTickets:
    """A copy of them."""
    shutil.copytree(template, tmp_path / "world", symlinks=True)
    return ThreeTickets(tmp_path / "world", capsys)


def as_mbox(directory: Path) -> Path:
    path = directory / "old.mbox"
    path.write_bytes(b"".join(b"".join(format_mbox_mail([each], AT)) for each in reversed(OLD_MAIL)))
    return path


def as_maildir(directory: Path) -> Path:
    for place, each in enumerate(OLD_MAIL):
        folder = directory / "Maildir" / (".Old/cur" if place % 2 else "new")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"1700000000.M{place}.host{':2,RS' if place % 2 else ''}").write_bytes(each)
    (directory / "Maildir" / ".Old" / "cur" / "1700000001.M9.host:2,D").write_bytes(letter("z", "A draft", 9))
    return directory / "Maildir"


def as_files(directory: Path) -> Path:
    for place, each in enumerate(OLD_MAIL):
        folder = directory / "files" / str(place)
        folder.mkdir(parents=True)
        (folder / "mail.eml").write_bytes(each)
        (folder / "notes.txt").write_text("no mail", encoding="utf-8")
    return directory / "files"


def as_otrs(directory: Path) -> Path:
    for place, each in enumerate(OLD_MAIL):
        folder = directory / "article" / "2019" / "01" / f"{place + 1:02}" / str(4711 + place)
        folder.mkdir(parents=True)
        (folder / "plain.txt").write_bytes(each)
        (folder / "file-1.content_type").write_text("text/plain", encoding="utf-8")
    return directory / "article"


def short_number(store: ThreeTickets) -> str:
    """The ticket of the number that could not be kept."""
    (found,) = store.json("search", "number:1000123")["tickets"]
    return str(found["number"])


@pytest.mark.parametrize("lay_out", [as_mbox, as_maildir, as_files, as_otrs])
def test_a_thread_becomes_the_ticket_of_its_number(
    store: ThreeTickets, tmp_path: Path, lay_out: Callable[[Path], Path]
) -> None:
    """From any source: also its first mail, which had no number yet; the answer counts as ours."""
    done = store.json("import", str(lay_out(tmp_path)))
    assert (done["mails"], done["added"], len(done["opened"])) == (4, 4, 2)
    ticket = store.json("show", KEPT)["ticket"]
    assert [article["kind"] for article in ticket["articles"]] == ["customer", "agent", "customer"]
    assert [article["received_at"][:10] for article in ticket["articles"]] == ["2019-01-01", "2019-01-02", "2019-01-03"]
    assert (ticket["title"], ticket["state"], ticket["customer_name"]) == ("Tape is stuck", "open", "Max Alt")
    stored = sorted(path.read_bytes() for path in Layout(store.root).ticket(KEPT).glob("*.eml"))
    assert stored == sorted((QUESTION, ANSWER, THANKS))
    store.check()


def test_a_number_that_cannot_be_kept_is_noted(store: ThreeTickets, tmp_path: Path) -> None:
    """Mail that names it goes there, years later."""
    store.run("import", str(as_mbox(tmp_path)), "--state", "closed")
    number = short_number(store)
    assert store.json("show", number)["ticket"]["title"] == "Which cable?"
    put_mail(store.place, 9, mail("Re: [Ticket#1000123] Which cable?", sender="max@alt.example"))
    put_mail(store.place, 10, mail(f"Re: [Ticket#{KEPT}] Tape is stuck", sender="max@alt.example"))
    assert [each["number"] for each in store.json("file")["filed"]] == [number, KEPT]


def test_nobody_hears_of_it(store: ThreeTickets, tmp_path: Path) -> None:
    """No acknowledgement, nothing in the outbox, nobody waits for an answer."""
    before = sorted(Layout(store.root).outbox.rglob("*.json"))
    store.run("import", str(as_mbox(tmp_path)))
    assert sorted(Layout(store.root).outbox.rglob("*.json")) == before
    assert {event["what"] for event in store.json("log", KEPT)["events"]} == {"imported"}
    assert store.json("search", "is:unanswered", f"number:{KEPT}")["total"] == 0


def test_the_same_import_adds_nothing(store: ThreeTickets, tmp_path: Path) -> None:
    """Known by its bytes, and by its Message-ID where another program added to its header."""
    store.run("import", str(as_mbox(tmp_path)))
    commits = store.count_commits()
    changed = tmp_path / "changed.eml"
    changed.write_bytes(b"Status: RO\n" + QUESTION)
    done = store.json("import", str(as_files(tmp_path)), str(changed))
    assert (done["mails"], done["added"], done["known"]) == (5, 0, 5)
    assert store.count_commits() == commits


def test_an_import_is_one_commit(store: ThreeTickets, tmp_path: Path) -> None:
    """Not one for each of ten thousand old mails."""
    commits = store.count_commits()
    store.run("import", str(as_mbox(tmp_path)))
    assert store.count_commits() == commits + 1


def test_a_trial_changes_nothing(store: ThreeTickets, tmp_path: Path) -> None:
    """It says what would happen; then that happens. No directory of an old day is left."""
    before = sorted(store.root.rglob("*"))
    trial = store.json("import", str(as_mbox(tmp_path)), "--dry-run")
    assert [path for path in sorted((store.root / "tickets").rglob("*")) if path not in before] == []
    assert store.json("search", "from:alt.example")["total"] == 0
    store.check()
    assert store.json("import", str(as_mbox(tmp_path))) == trial


def test_queue_and_state_are_chosen(store: ThreeTickets, tmp_path: Path) -> None:
    """A closed ticket was closed when its last mail came."""
    store.run("import", str(as_mbox(tmp_path)), "--queue", "Sales", "--state", "closed")
    ticket = store.json("show", KEPT)["ticket"]
    assert (ticket["queue"], ticket["state"], ticket["closed_at"]) == (
        "Sales",
        "closed successful",
        "2019-01-03T09:00:00Z",
    )
    store.run("import", str(tmp_path / "old.mbox"), "--queue", "Salse", expect=2)
    store.run("import", str(tmp_path / "old.mbox"), "--state", "gone", expect=2)


_ENGLISH = "Ticket Number;Age;State;Priority;Queue;Subject\n{};7 y;closed unsuccessful;4 high;Sales;Tape\n"
_GERMAN = "Ticketnummer,Status,Priorität,Queue,Titel\n{},erfolglos geschlossen,4 hoch,Sales,Tape\n"
_QUOTED = (
    '"Ticketnummer";"Status";"Priorität";"Queue";"Betreff"\n"{}";"erfolglos geschlossen";"4 hoch";"Sales";"Tape"\n'
)


@pytest.mark.parametrize(
    ("table", "encoding"), [(_ENGLISH, "utf-8"), (_GERMAN, "utf-8-sig"), (_QUOTED, "latin-1")], ids=("en", "de", "old")
)
def test_a_table_tells_what_tickets_were_like(store: ThreeTickets, tmp_path: Path, table: str, encoding: str) -> None:
    """A ticket search of OTRS, saved as CSV in English or German; what it does not have is as usual."""
    path = tmp_path / "search.csv"
    path.write_text(table.format(KEPT), encoding=encoding)
    store.run("import", str(as_otrs(tmp_path)), "--tickets", str(path))
    ticket = store.json("show", KEPT)["ticket"]
    found = [ticket[key] for key in ("state", "priority", "queue", "title")]
    assert found == ["closed unsuccessful", "4 high", "Sales", "Tape"]
    assert store.json("show", short_number(store))["ticket"]["queue"] == "Support"


_TREE = """
-->||email-external||Max Alt <max@alt.example>||2019-01-01 10:00:00||<--------------
Tape is stuck.
-->||note-internal||Anna Beispiel <anna@mustermann-video.example>||2019-01-02 11:30:00||<--------------
Head is dirty; "see" the manual.

-->||phone||Eva Gone <eva@gone.example>||2019-01-02 12:00:00||<--------------
He called.
-->||note-external||Eva Gone <eva@gone.example>||2019-01-04 09:00:00||<--------------
All is well.
"""


def as_search(directory: Path) -> Path:
    """A ticket search with articles, owner and accounted time, of a ticket with mail and of one with a call alone."""
    path = directory / "search.csv"
    call = "-->||phone||Anna Beispiel <anna@mustermann-video.example>||2019-01-07 08:00:00||<--------------\nWhere are you?"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL)
        rows.writerow(
            [
                "Ticket Number",
                "Closed",
                "State",
                "Owner",
                "UserFirstname",
                "UserLastname",
                "AccountedTime",
                "ArticleTree",
            ]
        )
        rows.writerow([KEPT, "2019-01-05 12:00:00", "closed successful", "ab", "Anna", "Beispiel", "12.50", _TREE])
        rows.writerow(["2019010110000022", "", "open", "gone", "Eva", "Gone", "0", call])
    return path


def test_a_table_has_notes_calls_owner_and_time(store: ThreeTickets, tmp_path: Path) -> None:
    """They lie among the mails in the order of time; what an agent who is gone wrote has his name."""
    table = as_search(tmp_path)
    done = store.json("import", str(as_otrs(tmp_path)), "--tickets", str(table))
    assert (done["added"], done["notes"], len(done["opened"])) == (4, 4, 3)
    ticket = store.json("show", KEPT)["ticket"]
    kinds = [article["kind"] for article in ticket["articles"]]
    assert kinds == ["customer", "agent", "note", "call", "customer", "note"]
    assert [article.get("visible") for article in ticket["articles"] if article["kind"] == "note"] == [False, True]
    assert (ticket["owner"], ticket["minutes"], ticket["closed_at"]) == ("anna", 12, "2019-01-05T11:00:00Z")
    assert [entry["agent"] for entry in store.json("time", KEPT)["entries"]] == ["anna"]
    called = store.json("show", "2019010110000022")["ticket"]
    assert (called["owner"], called["state"], len(called["articles"])) == ("", "open", 1)
    store.check()


def test_the_same_table_adds_nothing(store: ThreeTickets, tmp_path: Path) -> None:
    """Notes are known by their bytes."""
    paths = (str(as_otrs(tmp_path)), "--tickets", str(as_search(tmp_path)))
    trial = store.json("import", *paths, "--dry-run")
    assert store.json("import", *paths) == trial
    done = store.json("import", *paths)
    assert (done["added"], done["notes"], done["known"]) == (0, 0, 8)


@pytest.mark.parametrize(("with_table", "closed_at"), [(True, "2019-01-05T11:00:00Z"), (False, "2019-01-03T09:00:00Z")])
def test_an_imported_ticket_can_be_told_action_by_action(
    store: ThreeTickets, tmp_path: Path, *, with_table: bool, closed_at: str
) -> None:
    """Each step has the bytes whose digest its event names, with the times of then."""
    table = ("--tickets", str(as_search(tmp_path))) if with_table else ("--state", "closed")
    store.run("import", str(as_otrs(tmp_path)), *table)
    files = load_ticket(Layout(store.root), KEPT)
    told = [event.details["ticket_md"] for event in files.events if "ticket_md" in event.details]
    found = list(steps(files))
    assert [digest_of(step.ticket_bytes) for step in found] == told
    assert f'closed_at: "{closed_at}"'.encode() in found[-1].ticket_bytes


def test_a_table_without_numbers_is_none(store: ThreeTickets, tmp_path: Path) -> None:
    """Before anything is imported."""
    path = tmp_path / "search.csv"
    path.write_text("a;b\n1;2\n", encoding="utf-8")
    store.run("import", str(as_mbox(tmp_path)), "--tickets", str(path), expect=65)
    assert store.json("search", "from:alt.example")["total"] == 0


def test_a_ticket_that_was_worked_on_stays_as_it_is(store: ThreeTickets, tmp_path: Path) -> None:
    """The old mail joins it, and changes nothing else."""
    path = tmp_path / "late.eml"
    path.write_bytes(letter("late", f"[Ticket#{FIRST}] Recorder eats tapes", 5))
    before = store.ticket(FIRST)
    store.run("import", str(path))
    assert store.ticket(FIRST) == before
    assert store.json("log", FIRST)["events"][-1]["what"] == "imported"
    store.check()


def test_what_is_no_mail_is_named(store: ThreeTickets, tmp_path: Path) -> None:
    """The rest is imported, and the exit code says that it is not all."""
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0 no mail")
    paths = [str(tmp_path / name) for name in ("photo.jpg", "missing.mbox")]
    done = store.json("import", *paths, str(as_mbox(tmp_path)), expect=1)
    assert done["added"] == 4
    assert [Path(each["path"]).name for each in done["skipped"]] == ["photo.jpg", "missing.mbox"]


def test_an_export_comes_back(store: ThreeTickets, tmp_path: Path) -> None:
    """What one store gave out, another one takes in, and the same one knows."""
    store.run("export", "--mbox", str(tmp_path / "all.mbox"))
    done = store.json("import", str(tmp_path / "all.mbox"))
    assert (done["added"], done["known"]) == (0, done["mails"])
    assert done["mails"] > 3
