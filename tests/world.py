"""A small real store for tests: git, settings, a Maildir, a clock that stands still."""

import subprocess
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from mdtickets.app.config import load_settings
from mdtickets.app.session import Session
from mdtickets.store.catalog import Catalog
from mdtickets.store.durable import Disk
from mdtickets.store.git_upkeep import ATTRIBUTES, IGNORED, initialise
from mdtickets.store.indexing import rebuild
from mdtickets.store.layout import Layout
from mdtickets.store.maildir import make_maildir

NOW = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
OURS = "support@mustermann-video.example"

SETTINGS = f"""\
format = 1
name = "Mustermann Video"
language = "en"
timezone = "Europe/Berlin"

[[mailbox]]
maildir = "../mail"
address = "{OURS}"
queue = "Support"

[[mailbox]]
maildir = "../mail"
folder = ".Sales"
address = "sales@mustermann-video.example"
queue = "Sales"

[queue.Support]
address = "{OURS}"
acknowledge = ["new"]

[queue.Sales]
address = "sales@mustermann-video.example"
acknowledge = ["new", "follow_up"]

[agent.anna]
name = "Anna Beispiel"
email = "anna@mustermann-video.example"
"""

BERT = '\n[agent.bert]\nname = "Bert Beispiel"\nemail = "bert@mustermann-video.example"\n'


def make_world(place: Path, settings: str = SETTINGS) -> Path:
    """The root of a new store in `place/store`, its mail in `place/mail`."""
    root = place / "store"
    (root / ".mdtickets").mkdir(parents=True)
    (root / "mdtickets.toml").write_text(settings, encoding="utf-8")
    (root / ".mdtickets" / "local.toml").write_text('system_id = "10"\n', encoding="utf-8")
    (root / ".mdtickets" / "secret").write_text("5e" * 32 + "\n", encoding="ascii")
    (root / ".gitattributes").write_text(ATTRIBUTES, encoding="utf-8")
    (root / ".gitignore").write_text(IGNORED, encoding="utf-8")
    initialise(root)
    git(root, "add", "-A")
    git(root, "-c", "user.name=Anna", "-c", "user.email=anna@mustermann-video.example", "commit", "-qm", "A store")
    make_maildir(Disk(), place / "mail")
    make_maildir(Disk(), place / "mail" / ".Sales")
    return root


def open_world(root: Path, before_step: Callable[[str, str], None] | None = None, now: datetime = NOW) -> Session:
    """The store, open, at a fixed time. Nothing is synced: a killed process loses no bytes, and tests are many."""
    layout = Layout(root)
    disk = Disk(before_step, lambda _paths: None)
    return Session(layout=layout, settings=load_settings(layout), disk=disk, clock=lambda: now)


def put_mail(place: Path, second: int, text: str | bytes, folder: str = "") -> Path:
    """A mail in `new/`, received so many seconds after 09:00 on the day."""
    seconds = int(datetime(2026, 11, 24, 9, 0, tzinfo=UTC).timestamp()) + second
    raw = text.encode() if isinstance(text, str) else text
    path = place / "mail" / folder / "new" / f"{seconds}.M{second:06}P1Q1.mail1"
    path.write_bytes(raw)
    return path


def mail(subject: str, *, sender: str = "Kim Lee <kim@lee.example>", headers: str = "", body: str = "") -> str:
    """A plain mail to us. Its Message-ID is made from the subject unless `headers` has one."""
    name = "".join(character for character in subject.lower() if character.isalnum())
    message_id = "" if "Message-ID:" in headers else f"Message-ID: <{name}@lee.example>\n"
    head = f"From: {sender}\nTo: {OURS}\nSubject: {subject}\nDate: Tue, 24 Nov 2026 10:00:00 +0100\n"
    return f"{head}{message_id}{headers}\n{body or 'It stops with ERR-4711.'}\n"


def git(root: Path, *arguments: str) -> str:
    """What git prints."""
    return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True).stdout


def tree(place: Path) -> dict[str, bytes]:
    """Every file that counts: tickets, cards, outbox and Maildirs, by path."""
    roots = ("store/tickets", "store/customers", "store/.mdtickets/outbox", "mail")
    paths = [path for root in roots for path in (place / root).rglob("*") if path.is_file()]
    here = str(place).encode()  # outbox entries name the place of their source
    return {str(path.relative_to(place)): path.read_bytes().replace(here, b"") for path in sorted(paths)}


def check_whole(place: Path) -> None:
    """All is committed, git is sound, and the catalog says what one made anew says."""
    root = place / "store"
    uncommitted = git(root, "status", "--porcelain", "--untracked-files=all")
    assert uncommitted == "", uncommitted
    assert git(root, "fsck", "--no-dangling") == ""
    layout = Layout(root)
    with closing(Catalog(layout.catalog)) as kept, closing(Catalog(place / "fresh.sqlite")) as fresh:
        rebuild(layout, fresh, reckon=open_world(root).reckon)
        assert fresh.dump() == kept.dump()
