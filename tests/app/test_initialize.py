"""Making a store."""

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mdtickets.app.config import find_problems, load_settings, read_sources
from mdtickets.app.first_settings import Wishes
from mdtickets.app.initialize import Initialized, initialize, make_store
from mdtickets.app.reviewing import Review, check
from mdtickets.app.settings_reading import DEFAULT, show
from mdtickets.domain.settings import Agent, Mailbox, Queue
from mdtickets.errors import MdticketsError, RefusedError, UnavailableError, UsageError
from mdtickets.store.layout import Layout
from tests.world import git

NOW = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
ADDRESS = "support@mustermann-video.example"


def init(root: Path, **wishes: str) -> Initialized:
    return initialize(root, Wishes(**wishes), clock=lambda: NOW)


def as_anna(monkeypatch: pytest.MonkeyPatch) -> None:
    """Git knows who we are."""
    home = Path(os.environ["HOME"])
    (home / "anna.gitconfig").write_text("[user]\nname = Anna Beispiel\nemail = anna@mustermann-video.example\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / "anna.gitconfig"))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_store_is_complete_and_right(tmp_path: Path) -> None:
    """Settings, templates in two languages, this machine's own files, and nothing to complain about."""
    init(tmp_path / "a" / "store", address=ADDRESS, name="Mustermann Video GmbH")
    root = tmp_path / "a" / "store"
    assert check(Layout(root)) == Review(problems=())
    assert sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if ".git/" not in f"{path}/") == sorted(
        [
            *(".gitattributes", ".gitignore", "mdtickets.toml", "customers", "tickets", "templates", ".mdtickets"),
            *(
                f"templates/{kind}.{language}.md"
                for kind in ("new", "follow_up", "reject", "new_after_closed")
                for language in ("de", "en")
            ),
            *(".mdtickets/local.toml", ".mdtickets/secret", ".mdtickets/run", ".mdtickets/run/git.lock"),
            *(f".mdtickets/outbox{state}" for state in ("", "/queued", "/sending", "/unknown", "/failed")),
            *(f".mdtickets/{box}{part}" for box in ("spool", "outgoing") for part in ("", "/new", "/cur", "/tmp")),
        ]
    )


def test_settings_of_a_new_store(tmp_path: Path) -> None:
    """With an address there is a mailbox beside the store, a queue, and a system id of this machine."""
    made = init(tmp_path / "store", address=ADDRESS, queue="First Level", language="de")
    found = load_settings(Layout(tmp_path / "store"))
    assert (found.name, found.language, found.system_id) == ("Example Support", "de", "10")
    assert found.mailboxes == (Mailbox(maildir="../mail", address=ADDRESS, queue="First Level"),)
    assert found.queues == {"First Level": Queue(name="First Level", address=ADDRESS)}
    assert sorted(path.name for path in (tmp_path / "mail").iterdir()) == ["cur", "new", "tmp"]
    assert made.maildir_exists


def test_without_address_there_is_no_mailbox(tmp_path: Path) -> None:
    """The mailbox stands in the settings as a comment, and no Maildir is made."""
    made = init(tmp_path / "store")
    assert (load_settings(Layout(tmp_path / "store")).mailboxes, made.maildir) == ((), None)
    assert '# [[mailbox]]\n# maildir = "../mail" ' in (tmp_path / "store" / "mdtickets.toml").read_text()
    assert not (tmp_path / "mail").exists()


def test_written_settings_are_the_defaults(tmp_path: Path) -> None:
    """What a new store's file says is what would count without it."""
    init(tmp_path / "store")
    layout = Layout(tmp_path / "store")
    written = {each.key: each.value for each in show(layout) if each.origin != DEFAULT and each.key != "system_id"}
    layout.settings.write_text("format = 1\n[queue.Support]\n")
    assert written == {each.key: each.value for each in show(layout) if each.key in written} | {"format": 1}


@pytest.mark.parametrize("wish", ['"; x = 1 #', "Müller & Söhne", "a\\b", "O'Neil", "'''"])
def test_any_name_is_quoted(tmp_path: Path, wish: str) -> None:
    """Names with quotes and other signs reach the settings as they are."""
    init(tmp_path / "store", name=wish, queue=wish.replace("\\", "").replace("/", ""))
    assert find_problems(read_sources(Layout(tmp_path / "store"))) == ()
    assert load_settings(Layout(tmp_path / "store")).name == wish


def test_first_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git has everything but this machine's own, on main, by the git user, who is the first agent."""
    as_anna(monkeypatch)
    made = init(tmp_path / "store", name="Mustermann Video")
    root = tmp_path / "store"
    assert git(root, "log", "--format=%D|%an <%ae>|%aI|%s") == (
        "HEAD -> main|Anna Beispiel <anna@mustermann-video.example>|2026-11-24T10:15:00+00:00|"
        "Make a store for Mustermann Video\n"
    )
    assert git(root, "status", "--porcelain", "--ignored") == "!! .mdtickets/\n"
    assert (made.agent, load_settings(Layout(root)).agents) == (
        "anna",
        {"anna": Agent(key="anna", name="Anna Beispiel", email="anna@mustermann-video.example")},
    )


def test_without_git_identity(tmp_path: Path) -> None:
    """Where git knows nobody, mdtickets commits and no agent is made up."""
    made = init(tmp_path / "store")
    assert git(tmp_path / "store", "log", "--format=%an <%ae>") == "mdtickets <mdtickets@localhost>\n"
    assert (made.agent, load_settings(Layout(tmp_path / "store")).agents, made.not_committed) == ("", {}, "")


def test_git_s_settings(tmp_path: Path) -> None:
    """Git is set up for a large store, and keeps every byte."""
    root = tmp_path / "store"
    init(root)
    keys = ("index.version", "core.untrackedCache", "core.fsync", "gc.auto", "maintenance.auto")
    assert [git(root, "config", "--local", key).strip() for key in keys] == [
        "4",
        "true",
        "committed,loose-object",
        "0",
        "false",
    ]
    attributes = [
        git(root, "check-attr", "text", "merge", "--", f"tickets/x/{name}") for name in ("history.jsonl", "ticket.md")
    ]
    assert [[line.split(": ")[2] for line in found.splitlines()] for found in attributes] == [
        ["unset", "union"],
        ["unset", "mdtickets"],
    ]


def test_secret_is_for_the_owner_alone(tmp_path: Path) -> None:
    """The key of the Message-IDs is 32 random bytes that nobody else reads."""
    init(tmp_path / "a")
    init(tmp_path / "b")
    secrets = [(tmp_path / name / ".mdtickets" / "secret") for name in "ab"]
    assert [len(bytes.fromhex(path.read_text())) for path in secrets] == [32, 32]
    assert secrets[0].read_text() != secrets[1].read_text()
    assert mode(secrets[0]) == 0o600


def test_store_of_a_group(tmp_path: Path) -> None:
    """In a directory that a group works in, all of the store is the group's, also under a strict umask; git knows."""
    root = tmp_path / "store"
    root.mkdir()
    root.chmod(0o2770)
    old = os.umask(0o077)
    try:
        init(root)
    finally:
        os.umask(old)
    private = root / ".mdtickets"
    assert [mode(path) & 0o060 for path in (root / "mdtickets.toml", private / "local.toml")] == [0o060, 0o060]
    assert [mode(path) & 0o2070 for path in (private / "spool" / "new", private / "run", root / "tickets")] == [
        0o2070
    ] * 3
    assert mode(private / "secret") == 0o640
    assert git(root, "config", "core.sharedRepository").strip() in {"1", "group"}
    assert mode(root / ".git" / "objects") & 0o2070 == 0o2070


@pytest.mark.parametrize("name", ["file.txt", ".hidden", ".git"])
def test_what_is_not_empty_is_left_alone(tmp_path: Path, name: str) -> None:
    """Not one file is made beside others."""
    (tmp_path / name).mkdir()
    with pytest.raises(RefusedError, match="is not empty"):
        init(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_no_store_within_a_store(tmp_path: Path) -> None:
    """A store's directories are its own."""
    init(tmp_path / "store")
    with pytest.raises(RefusedError, match="lies within the store"):
        init(tmp_path / "store" / "tickets" / "inner")


def test_a_file_is_no_place(tmp_path: Path) -> None:
    """A file of that name is told as such."""
    (tmp_path / "store").write_text("")
    with pytest.raises(RefusedError, match="is a file"):
        init(tmp_path / "store")


def test_without_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where git is not installed nothing is begun."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnavailableError, match="git is not installed"):
        init(tmp_path / "store")
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize(
    ("wishes", "sentence"),
    [
        ({"address": "support"}, "--address: must be a mail address such as support@example.com."),
        ({"language": "fr"}, '--language: must be "de" or "en".'),
        ({"name": " "}, "--name: must be text that is not empty."),
        ({"queue": "a/b"}, '--queue: "a/b" cannot name a queue. Use a word without slashes.'),
        ({"maildir": "a\nb"}, "--maildir: must be the path of a directory."),
    ],
)
def test_wishes_that_cannot_be(tmp_path: Path, wishes: dict[str, str], sentence: str) -> None:
    """A wrong option is a mistake of usage, and nothing is made."""
    with pytest.raises(UsageError) as caught:
        init(tmp_path / "store", **wishes)
    assert (str(caught.value), list(tmp_path.iterdir())) == (sentence, [])


@pytest.mark.parametrize(
    ("made_before", "wish", "place"),
    [
        ((), "../mail", "mail"),
        ((), "mail", "here/mail"),
        (("here/mail",), "mail", "here/mail"),
        (("mail",), "../mail", "mail"),
        (("here/mail", "mail"), "../mail", "mail"),
    ],
)
def test_relative_maildirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made_before: tuple[str, ...], wish: str, place: str
) -> None:
    """A relative Maildir is meant from the store if something is there, else as any path on a command line."""
    (tmp_path / "here").mkdir()
    for name in made_before:
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "here")
    init(tmp_path / "store", maildir=wish)
    assert load_settings(Layout(tmp_path / "store")).mailboxes[0].maildir == f"../{place}"
    assert (tmp_path / place / "new").is_dir()


def test_absolute_maildir(tmp_path: Path) -> None:
    """An absolute Maildir is written as it is; mail in it stays."""
    (tmp_path / "mail" / "new").mkdir(parents=True)
    (tmp_path / "mail" / "new" / "1.x").write_text("mail")
    init(tmp_path / "store", maildir=str(tmp_path / "mail"), address=ADDRESS)
    assert load_settings(Layout(tmp_path / "store")).mailboxes[0].maildir == str(tmp_path / "mail")
    assert (tmp_path / "mail" / "new" / "1.x").read_text() == "mail"
    assert (tmp_path / "mail" / "cur").is_dir()


def test_maildir_in_a_place_that_is_not_there(tmp_path: Path) -> None:
    """A typing error in the path makes no tree; the store is made and the answer says what is missing."""
    made = init(tmp_path / "store", maildir=str(tmp_path / "no" / "mail"))
    assert (made.maildir, made.maildir_exists) == (tmp_path / "no" / "mail", False)
    assert not (tmp_path / "no").exists()


def test_make_store_keeps_what_is_there(tmp_path: Path) -> None:
    """A directory with settings becomes a store; its files stay, and its tickets are left to commits of their own."""
    layout = Layout(tmp_path)
    layout.settings.write_text('format = 1\nname = "Mustermann Video"\n')
    (tmp_path / ".gitignore").write_text("/.mdtickets/\n/mine\n")
    layout.ticket("2026112410000019").mkdir(parents=True)
    (layout.ticket("2026112410000019") / "ticket.md").write_text("---\nnumber: x\n---\n")
    layout.customers.mkdir()
    layout.card("kim-lee").write_text("---\nname: Kim\n---\n")
    assert make_store(layout, clock=lambda: NOW) == ""
    assert git(tmp_path, "ls-files").split() == [
        ".gitattributes",
        ".gitignore",
        "customers/kim-lee.md",
        "mdtickets.toml",
    ]
    assert (tmp_path / ".gitignore").read_text() == "/.mdtickets/\n/mine\n"
    assert load_settings(layout).system_id == "10"


def test_make_store_twice_changes_nothing(tmp_path: Path) -> None:
    """What a crash left half made can be finished; secret and system id stay."""
    init(tmp_path / "store")
    layout = Layout(tmp_path / "store")
    layout.local_settings.write_text('system_id = "12"\n')
    secret = layout.secret.read_text()
    assert make_store(layout, clock=lambda: NOW) == ""
    assert (layout.secret.read_text(), load_settings(layout).system_id) == (secret, "12")
    assert git(layout.root, "log", "--format=%s").count("\n") == 1


def test_make_store_with_wrong_settings(tmp_path: Path) -> None:
    """Wrong settings are told before anything is made."""
    (tmp_path / "mdtickets.toml").write_text("format = 2\n")
    with pytest.raises(MdticketsError):
        make_store(Layout(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["mdtickets.toml"]
