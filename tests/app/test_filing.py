"""Filing on real Maildirs and real git: what is stored, and what a bad file or a bad machine cannot do."""

import hashlib
import os
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from mdtickets.app.filing import FilingReport, file_waiting
from mdtickets.app.listing import row_of
from mdtickets.domain.event import What
from mdtickets.domain.history import find_entries
from mdtickets.errors import CannotWriteError, RefusedError
from mdtickets.store.problems import find_problems
from mdtickets.store.tickets import TicketFiles, load_ticket
from tests.machine import needs_proc
from tests.world import OURS, git, mail, make_world, open_world, put_mail

ODD_MAILS = {
    "CR LF": b"From: kim@lee.example\r\nSubject: a\r\n\r\nx\r\n",
    "bare CR": b"From: kim@lee.example\rSubject: b\r\rx\r",
    "mixed line ends": b"From: kim@lee.example\r\nSubject: c\n\nx\r\ny\n",
    "NUL": b"From: kim@lee.example\nSubject: d\n\na\0b\0\n",
    "8-bit": b"From: M\xfcller <m@lee.example>\nSubject: Gr\xfc\xdfe\n\n\xff\xfe\x80\n",
    "no final newline": b"From: kim@lee.example\nSubject: e\n\nno newline",
    "no header": b"just a line\n",
    "empty": b"",
    "mbox line": b"From kim@lee.example Tue Nov 24 10:00:00 2026\nFrom: kim@lee.example\n\nx\n",
    "attributes": b"$Id$ $Format:%H$\r\n\xef\xbb\xbf",
}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A place with a new store and two mailboxes."""
    make_world(tmp_path)
    return tmp_path


def _file(place: Path) -> FilingReport:
    session = open_world(place / "store")
    report = file_waiting(session)
    session.close()
    return report


def _tickets(place: Path) -> list[Path]:
    return sorted((place / "store" / "tickets").glob("*/*/*/*"))


def _load(place: Path, number: str) -> TicketFiles:
    return load_ticket(open_world(place / "store").layout, number)


def _answer(place: Path, second: int, subject: str = "First") -> None:
    """Kim writes again."""
    headers = f"Message-ID: <answer{second}@lee.example>\nIn-Reply-To: <{subject.lower()}@lee.example>\n"
    put_mail(place, second, mail(f"Re: {subject}", headers=headers))


def test_every_byte_is_kept(place: Path) -> None:
    """The article, and git's blob of it, are the bytes that were received."""
    for second, raw in enumerate(ODD_MAILS.values()):
        put_mail(place, second, raw)
    assert _file(place).failed == []
    articles = list((place / "store").rglob("*-customer.eml"))
    stored = {path.read_bytes() for path in articles}
    in_git = {_blob(place / "store", path) for path in articles}
    assert set(ODD_MAILS.values()) == stored
    assert set(ODD_MAILS.values()) == in_git


def _blob(root: Path, path: Path) -> bytes:
    name = f"HEAD:{path.relative_to(root)}"
    return subprocess.run(["git", "cat-file", "blob", name], cwd=root, check=True, capture_output=True).stdout


def test_a_large_mail_is_kept_without_being_held_in_memory(place: Path) -> None:
    """64 MB of it, byte for byte."""
    head = mail("Large").encode()
    path = put_mail(place, 1, head)
    with path.open("ab") as file:
        for _megabyte in range(64):
            file.write(os.urandom(1 << 20))
    expected = _sha256(path)
    assert _file(place).failed == []
    [article] = (place / "store").rglob("*-customer.eml")
    assert expected == _sha256(article)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def test_one_commit_for_each_mail(place: Path) -> None:
    """By its sender, with a message that tells what happened."""
    put_mail(place, 1, mail("First"))
    put_mail(place, 2, mail("Second", sender="Max Müller <max@mueller.example>"))
    _file(place)
    log = git(place / "store", "log", "--format=%an <%ae>|%cn|%s").splitlines()
    assert log[:2] == [
        "Max Müller <max@mueller.example>|mdtickets|2026112410000028: new, Second (acknowledged)",
        "Kim Lee <kim@lee.example>|mdtickets|2026112410000019: new, First (acknowledged)",
    ]


def test_trailers_are_for_programs(place: Path) -> None:
    """A subject that looks like one forges none."""
    put_mail(place, 1, mail("Ticket: 1", headers="Message-ID: <a@lee.example>\n"))
    _file(place)
    trailers = git(place / "store", "log", "-1", "--format=%(trailers:key=Ticket,key=Message-Id)").split("\n")
    assert [line for line in trailers if line] == ["Ticket: 2026112410000019", "Message-Id: <a@lee.example>"]


def test_the_same_mail_in_two_mailboxes_is_one_ticket(place: Path) -> None:
    """The second delivery is an event without an article; the other queue is noted."""
    raw = put_mail(place, 1, mail("First")).read_bytes()
    put_mail(place, 2, raw, folder=".Sales")
    report = _file(place)
    [ticket] = _tickets(place)
    second = next(event for event in _load(place, ticket.name).events if event.what == What.DUPLICATE)
    assert [filed.what for filed in report.filed] == [What.NEW, What.DUPLICATE]
    assert (second.article, second.details["queue"]) == (None, "Sales")


def test_nothing_of_the_users_is_committed_with_a_mail(place: Path) -> None:
    """Staged stays staged, changed stays changed, in the same ticket too."""
    root = place / "store"
    put_mail(place, 1, mail("First"))
    _file(place)
    [ticket] = _tickets(place)
    (root / "staged.txt").write_text("mine", encoding="utf-8")
    git(root, "add", "staged.txt")
    (ticket / "draft.txt").write_text("also mine", encoding="utf-8")
    (root / "mdtickets.toml").write_text((root / "mdtickets.toml").read_text() + "# mine\n", encoding="utf-8")
    _answer(place, 2)
    _file(place)
    assert git(root, "status", "--porcelain").splitlines() == [
        " M mdtickets.toml",
        "A  staged.txt",
        f"?? {ticket.relative_to(root)}/draft.txt",
    ]


def test_a_hand_edit_is_committed_alone_and_kept(place: Path) -> None:
    """Before the mail's own commit, as an event of its own; the mail is decided on by what was edited."""
    root = place / "store"
    put_mail(place, 1, mail("First"))
    _file(place)
    [ticket] = _tickets(place)
    path = ticket / "ticket.md"
    edited = path.read_text(encoding="utf-8").replace("state: new", "state: closed successful  # by phone")
    path.write_text(edited.replace("---\n", "---\ncolour: blue\n", 1) + "Called Kim.\n", encoding="utf-8")
    _answer(place, 2)
    _file(place)
    subjects = git(root, "log", "-2", "--format=%s").splitlines()
    assert [subject.partition(": ")[2] for subject in subjects] == [
        "follow-up by Kim Lee, reopened",
        "edited by mdtickets",
    ]
    text = path.read_text(encoding="utf-8")
    assert ("state: open  # by phone" in text, "colour: blue" in text, text.endswith("Called Kim.\n")) == (True,) * 3
    assert git(root, "status", "--porcelain") == ""


BROKEN = {
    "bad YAML": (b"---\nnumber: '2026\n---\n", "ticket.md:"),
    "wrong type": (b"---\nnumber: 2026112410000019\ntitle: [a, b]\nqueue: Support\n---\n", "ticket.md:3"),
    "unknown state": (b"---\nnumber: 2026112410000019\ntitle: a\nstate: weird\nqueue: S\n---\n", "ticket.md:4"),
    "merge markers": (b"---\nnumber: 2026112410000019\n<<<<<<< ours\ntitle: a\n=======\n---\n", "ticket.md:3"),
    "not UTF-8": (b"---\nnumber: \xff\n---\n", "ticket.md:2"),
    "gone": (None, "ticket.md: is missing"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_ticket_gets_its_mail_and_keeps_its_file(place: Path, kind: str) -> None:
    """Reported with file and line; the article and the history line are there; everything else goes on."""
    data, where = BROKEN[kind]
    put_mail(place, 1, mail("First"))
    _file(place)
    [ticket] = _tickets(place)
    path = ticket / "ticket.md"
    if data is None:
        path.unlink()
    else:
        path.write_bytes(data)
    _answer(place, 2)
    put_mail(place, 3, mail("Other", sender="max@mueller.example"))
    report = _file(place)
    files = _load(place, ticket.name)
    assert [filed.what for filed in report.filed] == [What.FOLLOW_UP, What.NEW]
    assert data == (path.read_bytes() if path.exists() else None)
    assert len([entry for entry in find_entries(files.events) if entry.kind == "customer"]) == 2
    session = open_world(place / "store")
    shown, [problem] = row_of(session, ticket.name).broken, find_problems(session.catalog)
    session.close()
    assert where in shown
    assert f"{problem.path}{f':{problem.line}' if problem.line else ''}: {problem.problem}" == shown


def test_a_mended_ticket_follows(place: Path) -> None:
    """The next mail reopens it as if it had never been broken."""
    put_mail(place, 1, mail("First"))
    _file(place)
    [ticket] = _tickets(place)
    path = ticket / "ticket.md"
    good = path.read_bytes()
    path.write_bytes(b"---\nbroken")
    _answer(place, 2)
    _file(place)
    path.write_bytes(good.replace(b"state: new", b"state: closed successful"))
    _answer(place, 3)
    _file(place)
    assert b"state: open" in path.read_bytes()


def test_links_are_not_followed(place: Path, tmp_path: Path) -> None:
    """Neither one in a Maildir nor an article that is one; both are named."""
    secret = tmp_path / "secret"
    secret.write_text("do not file me", encoding="utf-8")
    (place / "mail" / "new" / "1795510801.M1P1Q1.x").symlink_to(secret)
    put_mail(place, 1, mail("First"))
    report = _file(place)
    assert [problem.path.rpartition("/")[2] for problem in report.skipped] == ["1795510801.M1P1Q1.x"]
    assert not any(b"do not file me" in path.read_bytes() for path in (place / "store" / "tickets").rglob("*.*"))


def test_a_ticket_directory_that_is_a_link_is_left_alone(place: Path, tmp_path: Path) -> None:
    """A mail that belongs to it opens a ticket of its own; nothing is written through the link."""
    put_mail(place, 1, mail("First"))
    _file(place)
    [ticket] = _tickets(place)
    outside = tmp_path / "outside"
    ticket.rename(outside)
    ticket.symlink_to(outside)
    before = sorted(path.name for path in outside.iterdir())
    _answer(place, 2)
    report = _file(place)
    assert [filed.what for filed in report.filed] == [What.NEW]
    assert before == sorted(path.name for path in outside.iterdir())


def test_a_held_index_postpones_the_commit_only(place: Path) -> None:
    """The mail is filed and leaves the Maildir; the commit is made up when the lock is gone."""
    root = place / "store"
    put_mail(place, 1, mail("First"))
    (root / ".git" / "index.lock").touch()
    report = _file(place)
    assert ([filed.what for filed in report.filed], "index" in report.postponed) == ([What.NEW], True)
    assert list((place / "mail" / "new").iterdir()) == []
    (root / ".git" / "index.lock").unlink()
    assert _file(place).postponed == ""
    assert (git(root, "status", "--porcelain"), git(root, "log", "-1", "--format=%an")) == ("", "Kim Lee\n")


def test_a_clone_files_nothing(place: Path) -> None:
    """Without a system_id of its own it would give numbers twice."""
    put_mail(place, 1, mail("First"))
    (place / "store" / ".mdtickets" / "local.toml").unlink()
    with pytest.raises(RefusedError, match="system_id"):
        _file(place)
    assert len(list((place / "mail" / "new").iterdir())) == 1


def test_a_mail_that_cannot_be_read_does_not_block_the_others(place: Path) -> None:
    """It stays where it is and is tried again."""
    put_mail(place, 1, mail("First"))
    bad = put_mail(place, 2, mail("Second"))
    put_mail(place, 3, mail("Third"))
    report = _file_without_reading(place, bad)
    assert ([filed.title for filed in report.filed], bad.exists()) == (["First", "Third"], True)
    assert [failed.path for failed in report.failed] == [str(bad)]
    assert [filed.title for filed in _file(place).filed] == ["Second"]


def _file_without_reading(place: Path, bad: Path) -> FilingReport:
    """File as somebody who may not read one of the mails: as root, that takes a process without the right to."""
    if os.geteuid() != 0:
        bad.chmod(0)
        report = _file(place)
        bad.chmod(0o600)
        return report
    return _file_with_io_error(place, bad)


def _file_with_io_error(place: Path, bad: Path) -> FilingReport:
    """Root reads everything, so the article's place is taken by a directory in place of that."""
    session = open_world(place / "store", _refuse(bad))
    report = file_waiting(session)
    session.close()
    return report


def _refuse(bad: Path) -> Callable[[str, str], None]:
    digest = hashlib.sha256(bad.read_bytes()).hexdigest()[:8]

    def before_step(operation: str, path: str) -> None:
        if operation == "write" and f"-{digest}-" in path:
            raise PermissionError(13, "Permission denied", path)

    return before_step


@needs_proc
@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_loses_nothing(place: Path, tmp_path: Path) -> None:
    """The mail stays in the Maildir, the store stays whole, and it is filed once there is room."""
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)], check=True)
    try:
        root = make_world(disk)
        put_mail(disk, 0, mail("Before"))
        _file(disk)
        filler = disk / "filler"
        put_mail(disk, 1, mail("First", body="x" * 200_000))
        put_mail(disk, 2, mail("Second"))
        _fill(filler)
        assert _try_to_file(disk) == []
        assert len(list((disk / "mail" / "new").iterdir())) == 2
        filler.unlink()
        assert [filed.title for filed in _file(disk).filed] == ["First", "Second"]
        assert git(root, "status", "--porcelain") == ""
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def _try_to_file(place: Path) -> list[str]:
    """What was filed; nothing when the machine lets nothing be filed."""
    try:
        return [filed.title for filed in _file(place).filed]
    except CannotWriteError:
        return []


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 4096)


@needs_proc
@pytest.mark.skipif(os.geteuid() != 0, reason="a read-only mount needs root")
def test_a_read_only_store_keeps_the_mail_waiting(place: Path, tmp_path: Path) -> None:
    """Nothing is filed, nothing is lost, and the reason is told."""
    tickets = place / "store" / "tickets"
    tickets.mkdir()
    put_mail(place, 1, mail("First"))
    subprocess.run(["mount", "--bind", str(tickets), str(tickets)], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(tickets)], check=True)
        report = _file(place)
    finally:
        subprocess.run(["umount", "-l", str(tickets)], check=True)
    [failed] = report.failed
    assert "Read-only" in failed.reason
    assert [filed.title for filed in _file(place).filed] == ["First"]


def test_numbers_never_go_back(place: Path) -> None:
    """A directory that was moved away, a clock that was set back: no number is given twice."""
    put_mail(place, 1, mail("First"))
    _file(place)
    [ticket] = _tickets(place)
    ticket.rename(place / "elsewhere")
    put_mail(place, 2, mail("Second"))
    session = open_world(place / "store", now=open_world(place / "store").now().replace(day=23))
    report = file_waiting(session)
    session.close()
    assert [filed.number for filed in report.filed] == ["2026112410000028"]


def test_a_name_from_mail_never_becomes_a_path(place: Path) -> None:
    """Neither the sender's nor the file's."""
    put_mail(place, 1, mail("../../x", sender='"../../../etc/passwd" <../../x@lee.example>'))
    _file(place)
    [card] = (place / "store" / "customers").iterdir()
    assert card.name == "etc-passwd.md"


def test_our_own_mail_is_never_answered(place: Path) -> None:
    """A loop through our own address ends at once."""
    put_mail(place, 1, mail("Loop", sender=OURS))
    [filed] = _file(place).filed
    assert (filed.what, filed.acknowledged) == (What.AUTOMATIC, "")
