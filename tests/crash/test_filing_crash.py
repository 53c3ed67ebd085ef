"""Filing is stopped at every durable operation, run again, and must end as if it had never stopped."""

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from mdtickets.app.filing import file_waiting
from mdtickets.app.freshness import reindex
from mdtickets.app.sending import send_due
from mdtickets.app.session import Session
from tests.stops import do_in, each_stop
from tests.world import check_whole, mail, make_world, open_world, put_mail, tree


def _close(root: Path) -> None:
    """The first ticket is closed by hand and committed, as an agent would without any command."""
    [ticket] = (root / "tickets").rglob("ticket.md")
    text = ticket.read_text(encoding="utf-8")
    ticket.write_text(text.replace("state: new", "state: closed successful"), encoding="utf-8")


def _prepare(place: Path) -> None:
    """A closed ticket, and a mixed set waiting: new, follow-ups, duplicates, automatic, a child before its parent."""
    root = make_world(place)
    put_mail(place, 1, mail("First"))
    do_in(place, _file)
    _close(root)
    [number] = [path.name for path in (root / "tickets").glob("*/*/*/*")]
    second = put_mail(place, 10, mail("Second", sender="Max Müller <max@mueller.example>")).read_bytes()
    put_mail(place, 11, mail("Re: First", headers="In-Reply-To: <first@lee.example>\n"))
    put_mail(place, 12, second, folder=".Sales")
    put_mail(place, 13, mail("Away", headers=f"Auto-Submitted: auto-replied\nSubject: Ticket#{number}\n"))
    put_mail(place, 14, mail("Re: Parent", headers="In-Reply-To: <parent@lee.example>\n"), folder=".Sales")
    put_mail(place, 15, mail("Parent"), folder=".Sales")
    put_mail(place, 16, mail("Re: Parent again", headers="References: <parent@lee.example>\n"), folder=".Sales")
    put_mail(place, 17, b"")
    put_mail(place, 18, mail(f"Ticket#{number} hello", sender="Eve <eve@elsewhere.example>"))


def _file(session: Session) -> None:
    assert file_waiting(session).failed == []


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    """The store before, and the tree after a run that nothing stopped."""
    before = tmp_path_factory.mktemp("before")
    _prepare(before)
    after = tmp_path_factory.mktemp("after") / "world"
    shutil.copytree(before, after, symlinks=True)
    do_in(after, _file)
    return before, tree(after)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_stop_ends_in_the_same_tree(golden: tuple[Path, dict[str, bytes]], tmp_path: Path) -> None:
    """Same tickets, same cards, same outbox, same Maildirs, all of it committed, wherever it stopped."""
    before, expected = golden
    stops = 0
    for place in each_stop(before, tmp_path, _file):
        do_in(place, _file)
        assert expected == tree(place), f"stop {stops}"
        check_whole(place)
        stops += 1
    assert stops == 65


def test_deleting_the_private_directory_sends_nothing_twice(
    golden: tuple[Path, dict[str, bytes]], tmp_path: Path
) -> None:
    """Whatever was queued is unknown then; a second run queues nothing of it again."""
    before, _expected = golden
    place = tmp_path / "world"
    shutil.copytree(before, place, symlinks=True)
    do_in(place, _file)
    private = place / "store" / ".mdtickets"
    local = (private / "local.toml").read_bytes()
    shutil.rmtree(private)
    private.mkdir()
    (private / "local.toml").write_bytes(local)
    session = open_world(place / "store")
    report = file_waiting(session)
    with session.filing():
        reindex(session)
    session.close()
    assert ([*report.filed], list((private / "outbox").rglob("*.json"))) == ([], [])


def _answers(place: Path) -> Counter[bytes]:
    """How many acknowledgements left for each mail, by its Message-ID."""
    sent = (place / "outgoing").rglob("*@*")
    return Counter(re.findall(rb"^In-Reply-To:\s*(\S+)", path.read_bytes(), re.MULTILINE)[0] for path in sent)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_deleting_the_private_directory_after_any_stop_sends_nothing_twice(
    golden: tuple[Path, dict[str, bytes]], tmp_path: Path
) -> None:
    """Stopped anywhere, sent what may leave, everything private deleted, run again: each mail is answered once at most."""
    before, _expected = golden
    world = tmp_path / "world"
    shutil.copytree(before, world, symlinks=True)
    with (world / "store" / "mdtickets.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[sending]\nmaildir = "../outgoing"\n')
    stops = 0
    for place in each_stop(world, tmp_path, _file):
        _go_on_without_what_is_private(place, f"stop {stops}")
        stops += 1
    do_in(world, _file)
    _go_on_without_what_is_private(world, "no stop")
    assert stops == 65


def _go_on_without_what_is_private(place: Path, where: str) -> None:
    do_in(place, send_due)
    private = place / "store" / ".mdtickets"
    shutil.rmtree(private)
    private.mkdir()
    (private / "local.toml").write_text('system_id = "10"\n', encoding="utf-8")
    do_in(place, _file)
    do_in(place, send_due)
    answers = _answers(place)
    assert max(answers.values()) == 1, f"{where}: {answers}"
    assert list((place / "mail" / "new").iterdir()) == []
