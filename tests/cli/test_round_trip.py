"""What one store gives out, an empty one takes in: the same mails, byte for byte, in the same tickets."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.three_tickets import AGENTS, ThreeTickets, make_three_tickets
from tests.world import SETTINGS, mail, make_world, put_mail

_SEPARATOR = b"From kim@lee.example Tue Nov 24 09:05:07 2026\n"
_FROM = re.compile(rb"^From ", re.MULTILINE)
_ANY_FROM = re.compile(rb"^(?=>*From )", re.MULTILINE)

Mails = dict[str, list[bytes]]  # by ticket number


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three tickets with acknowledgements, and one whose mail has lines that look like those of an mbox."""
    place = make_three_tickets(tmp_path_factory.mktemp("three"))
    lines = f"From here on it fails.\n\n{_SEPARATOR.decode()}Übrigens: grün"
    put_mail(place, 9, mail("Quoted", body=lines, headers="Content-Type: text/plain; charset=utf-8\n"))
    put_mail(place, 10, mail("Windows", body="a\n\nFrom b").replace("\n", "\r\n"))
    return place


@pytest.fixture
def store(template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> ThreeTickets:
    """A copy of it, all filed."""
    shutil.copytree(template, tmp_path / "world", symlinks=True)
    store = ThreeTickets(tmp_path / "world", capsys)
    store.run("file")
    return store


@pytest.fixture
def other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> ThreeTickets:
    """An empty store of the same team."""
    make_world(tmp_path / "other", SETTINGS + AGENTS)
    return ThreeTickets(tmp_path / "other", capsys)


def mails_of(store: ThreeTickets) -> Mails:
    found: Mails = {}
    for path in store.layout.tickets.glob("*/*/*/*/*.eml"):
        found.setdefault(path.parent.name, []).append(path.read_bytes())
    return {number: sorted(mails) for number, mails in found.items()}


def quoted_once(raw: bytes) -> bytes:
    """As mboxo has it: what was quoted already cannot be told from it."""
    return _FROM.sub(b">From ", raw)


def counted(raw: bytes, body: bytes) -> bytes:
    """With the length of its body in its header."""
    end = re.search(rb"\r?\n\r?\n", raw)
    assert end
    return raw[: end.start()] + b"\nContent-Length: %d" % len(body) + end[0] + body


def body_of(raw: bytes) -> bytes:
    return re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[1]


# how a dialect writes a mail, and what of it comes back
DIALECTS: dict[str, tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]] = {
    "mboxo": (quoted_once, lambda raw: raw),
    "mboxrd": (lambda raw: _ANY_FROM.sub(b">", raw), lambda raw: raw),
    "mboxcl": (
        lambda raw: counted(raw, quoted_once(body_of(raw))),
        lambda raw: counted(raw, quoted_once(body_of(raw))).replace(b"\n>From ", b"\nFrom "),
    ),
    "mboxcl2": (lambda raw: counted(raw, body_of(raw)), lambda raw: counted(raw, body_of(raw))),
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_mbox_of_any_dialect_comes_back(
    store: ThreeTickets, other: ThreeTickets, tmp_path: Path, dialect: str
) -> None:
    """Also lines that look like its separators; the number of each ticket is in its acknowledgement."""
    write, expected = DIALECTS[dialect]
    mails = mails_of(store)
    box = tmp_path / "all.mbox"
    box.write_bytes(b"".join(_SEPARATOR + write(raw) + b"\n" for some in mails.values() for raw in some))
    other.run("import", str(box))
    assert mails_of(other) == {number: sorted(map(expected, some)) for number, some in mails.items()}
    other.check()


@pytest.mark.parametrize("kind", ["--mbox", "--maildir"])
def test_an_export_comes_back(store: ThreeTickets, other: ThreeTickets, tmp_path: Path, kind: str) -> None:
    """Of our own making."""
    store.run("export", kind, str(tmp_path / "out"))
    other.run("import", str(tmp_path / "out"))
    assert mails_of(other) == mails_of(store)
    assert store.json("import", str(tmp_path / "out"))["added"] == 0
