"""`export`: tickets for other programs, read back by the programs themselves."""

import csv
import io
import json
import mailbox
import os
import shutil
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from mdtickets.store.layout import Layout
from tests.cli.three_tickets import FIRST, SECOND, THIRD, ThreeTickets, make_three_tickets
from tests.world import mail, put_mail

_CONFIG = """\
[database]
path={database}
mail_root={store}/tickets
[user]
primary_email=support@mustermann-video.example
[new]
ignore=ticket.md;history.jsonl;lock;/\\.md$/
tags=
[maildir]
synchronize_flags=false
"""

_KEYS = """\
set confirmcreate=no
set confirmappend=no
set mbox_type=mbox
set quit=yes
set folder={folder}
unset wait_key
push "<tag-pattern>~s invoice<enter><tag-prefix><copy-message><kill-line>{saved}<enter><quit>"
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three tickets and their acknowledgements."""
    return make_three_tickets(tmp_path_factory.mktemp("three"))


@pytest.fixture
def store(template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> ThreeTickets:
    """A copy of it."""
    shutil.copytree(template, tmp_path / "world", symlinks=True)
    return ThreeTickets(tmp_path / "world", capsys)


def articles(store: ThreeTickets) -> list[Path]:
    return sorted(Layout(store.root).tickets.glob("*/*/*/*/*.eml"))


def contents(directory: Path) -> list[bytes]:
    return sorted(path.read_bytes() for path in (directory / "cur").iterdir())


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


def output(*command: str | Path, home: Path) -> str:
    environment = {**os.environ, "HOME": str(home), "TERM": "xterm"}
    done = subprocess.run(
        command, check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment, timeout=20
    )
    return done.stdout


def test_a_maildir_has_the_very_bytes(store: ThreeTickets, tmp_path: Path) -> None:
    """Each mail once, as it was received or sent, marked as read."""
    place = tmp_path / "out"
    store.run("export", "--maildir", str(place))
    assert contents(place) == sorted(path.read_bytes() for path in articles(store))
    assert all(path.name.endswith(".mdtickets:2,S") for path in (place / "cur").iterdir())
    assert not [*(place / "new").iterdir(), *(place / "tmp").iterdir()]


def test_links_take_no_space(store: ThreeTickets, tmp_path: Path) -> None:
    """With --link a mail is the article's own file."""
    place = tmp_path / "out"
    store.run("export", "--maildir", str(place), "--link")
    inodes = {path.stat().st_ino for path in (place / "cur").iterdir()}
    assert inodes == {path.stat().st_ino for path in articles(store)}


def test_a_second_export_adds_what_is_new(store: ThreeTickets, tmp_path: Path) -> None:
    """Flags and folder may have changed meanwhile; what is there stays."""
    place = tmp_path / "out"
    first = store.json("export", "--maildir", str(place))
    moved = next((place / "cur").iterdir())
    moved.rename(place / "new" / moved.name.replace(":2,S", ""))
    flagged = next((place / "cur").iterdir())
    flagged.rename(f"{flagged}F")
    put_mail(store.place, 9, mail("Lid is loose"))
    store.run("file")
    trial = store.json("export", "--maildir", str(place), "--dry-run")
    again = store.json("export", "--maildir", str(place))
    assert again == trial
    assert (first["tickets"], again["tickets"]) == (3, 4)
    assert 0 < again["added"] == again["mails"] - first["mails"]
    assert store.json("export", "--maildir", str(place))["added"] == 0


def test_a_query_chooses(store: ThreeTickets, tmp_path: Path) -> None:
    """Text and fields, tickets in any state."""
    store.run("close", SECOND)
    found = store.run("export", "--csv", "-", "subject:invoice", "is:closed")
    assert [row["number"] for row in csv.DictReader(io.StringIO(found))] == [SECOND]


def test_an_mbox_is_read_back(store: ThreeTickets, tmp_path: Path) -> None:
    """Python's reader finds each mail; a line that looks like a separator is none."""
    put_mail(store.place, 9, mail("Quoted", body="From here on it fails.\n>From there, too.\nfrom"))
    store.run("file")
    place = tmp_path / "out.mbox"
    store.run("export", "--mbox", str(place))
    with closing(mailbox.mbox(place)) as found:
        assert len(articles(store)) == len(found)
    assert b"\n>From here on it fails.\n>>From there, too.\nfrom\n" in place.read_bytes()
    assert "is there already" in store.run("export", "--mbox", str(place), expect=73)


def test_json_lines_are_what_show_says(store: ThreeTickets) -> None:
    """One ticket a line, in the order of numbers."""
    lines = store.run("export", "--jsonl", "-").splitlines()
    assert [json.loads(line)["ticket"]["number"] for line in lines] == [FIRST, SECOND, THIRD]
    assert json.loads(lines[0]) == store.json("show", FIRST)


def test_a_subject_is_no_formula(store: ThreeTickets) -> None:
    """What a spreadsheet would reckon with stands behind a quotation mark."""
    put_mail(store.place, 9, mail("=cmd|calc!A0"))
    store.run("file")
    rows = list(csv.DictReader(io.StringIO(store.run("export", "--csv", "-"))))
    assert [row["title"] for row in rows][-1] == "'=cmd|calc!A0"
    assert list(rows[0]) == list(store.json("list")["tickets"][0])


def test_nothing_goes_into_the_store(store: ThreeTickets) -> None:
    """Git would take it in."""
    assert "lies in the store" in store.run("export", "--maildir", str(store.root / "out"), expect=1)
    assert not (store.root / "out").exists()


def test_what_cannot_be_read_is_named(store: ThreeTickets, tmp_path: Path) -> None:
    """The rest is exported, and the exit code says that it is not all."""
    lost, *rest = articles(store)
    lost.unlink()
    shown = store.run("export", "--maildir", str(tmp_path / "out"), expect=1)
    assert lost.name in shown
    assert len(contents(tmp_path / "out")) == len(rest)


@pytest.mark.parametrize("arguments", [(), ("--mbox", "a", "--csv", "b"), ("--csv", "a", "--link")])
def test_one_place_is_named(store: ThreeTickets, arguments: tuple[str, ...]) -> None:
    """Not none, not two; links are for Maildirs."""
    store.run("export", *arguments, expect=2)


@needs("mu")
def test_mu_finds_exported_mail(store: ThreeTickets, tmp_path: Path) -> None:
    """It indexes hard links as any Maildir."""
    place = tmp_path / "out"
    store.run("export", "--maildir", str(place), "--link")
    output("mu", "init", f"--maildir={place}", home=tmp_path)
    output("mu", "index", "--quiet", home=tmp_path)
    paths = output("mu", "find", "--fields", "l", "subject:invoice", "from:lee", home=tmp_path).split()
    assert [SECOND in path for path in paths] == [True]


@needs("neomutt")
@needs("script")
def test_neomutt_opens_the_maildir(store: ThreeTickets, tmp_path: Path) -> None:
    """It copies what it is asked to, and the links stay as they are."""
    place, saved, config = tmp_path / "out", tmp_path / "saved", tmp_path / "neomuttrc"
    store.run("export", "--maildir", str(place), "--link")
    before = contents(place)
    config.write_text(_KEYS.format(folder=tmp_path, saved=saved), encoding="utf-8")
    # a terminal of its own: neomutt works on nothing else
    output("script", "-qec", f"neomutt -n -F '{config}' -f '{place}'", "/dev/null", home=tmp_path)
    with closing(mailbox.mbox(saved)) as found:
        assert "Invoice is missing" in [each["Subject"] for each in found]
    assert contents(place) == before


@needs("notmuch")
def test_notmuch_reads_the_store_as_it_is(store: ThreeTickets, tmp_path: Path) -> None:
    """By the settings of docs/interoperation.md, with a database elsewhere; no file of the store changes."""
    store.run("note", FIRST, "-m", "The belt slips.")
    config, database = tmp_path / "notmuch", tmp_path / "database"
    database.mkdir()
    config.write_text(_CONFIG.format(store=store.root, database=database), encoding="utf-8")
    output("notmuch", f"--config={config}", "new", home=tmp_path)
    count = output("notmuch", f"--config={config}", "count", "--output=files", "*", home=tmp_path)
    assert int(count) == len(articles(store))
    paths = output("notmuch", f"--config={config}", "search", "--output=files", "subject:invoice", home=tmp_path)
    assert {Path(path).parent.name for path in paths.splitlines()} == {SECOND}
    store.check()
