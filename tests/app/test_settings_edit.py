"""Reading and changing single settings."""

import subprocess
import sys
from pathlib import Path

import pytest

from mdtickets.app.config import load_settings
from mdtickets.app.settings_edit import Edited, open_unchecked, set_value
from mdtickets.app.settings_reading import Setting, get, show
from mdtickets.domain.settings import AckKind
from mdtickets.errors import RefusedError, SettingsError
from mdtickets.store.layout import Layout
from tests.world import git, make_world

SETTINGS = """\
# Mustermann Video GmbH
format = 1
name = "Mustermann Video"  # on every answer

[[mailbox]]
maildir = "../mail"              # beside the store
queue = "Support"

[queue.Support]   # the first shelf
address = "support@mustermann-video.example"
follow_up = "reopen"             # reopen | reject | new

[queue."First Level"]
unlock_after = 5

[sending]
transport = "maildir"
# host, port
"""


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """The settings of a store."""
    layout = Layout(tmp_path)
    layout.private.mkdir()
    layout.settings.write_text(SETTINGS)
    layout.local_settings.write_text('system_id = "10"\n')
    return layout


@pytest.fixture
def tracked(tmp_path: Path) -> Layout:
    """A store under git with these settings."""
    return Layout(make_world(tmp_path, SETTINGS))


def change(layout: Layout, key: str, value: str, *, local: bool = False) -> Edited:
    return set_value(open_unchecked(layout), key, value, local=local)


def refusal(layout: Layout, key: str, value: str, *, local: bool = False) -> str:
    before = (layout.settings.read_text(), layout.local_settings.read_text())
    with pytest.raises(SettingsError) as caught:
        change(layout, key, value, local=local)
    assert before == (layout.settings.read_text(), layout.local_settings.read_text())
    return str(caught.value)


def test_get_a_value(layout: Layout) -> None:
    """A key has the value of its file, else its default."""
    assert get(layout, "queue.Support.follow_up") == (
        Setting(key="queue.Support.follow_up", value="reopen", origin="mdtickets.toml"),
    )
    assert get(layout, "acknowledge.total") == (Setting(key="acknowledge.total", value="500 in 1h", origin="default"),)
    assert get(layout, "system_id") == (Setting(key="system_id", value="10", origin="local.toml"),)
    assert get(layout, 'queue."First Level".unlock_after')[0].value == 5
    assert get(layout, "queue.First Level.unlock_after")[0].value == 5
    assert get(layout, "mailbox.0.queue")[0].value == "Support"


def test_get_a_table(layout: Layout) -> None:
    """The name of a table gives all its keys."""
    assert [(each.key, each.value) for each in get(layout, "acknowledge")] == [
        ("acknowledge.per_address", "10 in 24h"),
        ("acknowledge.per_ticket", "none"),
        ("acknowledge.per_domain", "none"),
        ("acknowledge.total", "500 in 1h"),
        ("acknowledge.max_age", "3d"),
        ("acknowledge.reply_to_of", []),
    ]


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("acknowledge.totl", 'acknowledge.totl: no such key. Did you mean "total"?'),
        ("langage", 'langage: no such key. Did you mean "language"?'),
        ("queue.Sales.address", "queue.Sales.address: there is no queue Sales. There are: Support, First Level."),
        ("agent.anna.name", "agent.anna.name: there is no agent anna. There is none yet."),
        ("zzz", "zzz: no such key. There are: format, name, language, timezone, system_id, hooks, list_columns, cu"),
    ],
)
def test_get_what_is_not_there(layout: Layout, key: str, sentence: str) -> None:
    """A wrong name is told with the nearest right one."""
    with pytest.raises(SettingsError) as caught:
        get(layout, key)
    assert str(caught.value)[: len(sentence)] == sentence


def test_show_everything(layout: Layout) -> None:
    """Every key of every table is there once, as it counts now."""
    found = {each.key: each for each in show(layout)}
    assert len(found) == len(show(layout))
    assert [key for key in found if key.startswith("mailbox")] == [
        f"mailbox.0.{key}" for key in ("maildir", "folder", "address", "queue", "filed")
    ]
    assert found["name"].value == "Mustermann Video"


def test_set_changes_one_line(layout: Layout) -> None:
    """Comments, order and everything else stay."""
    done = change(layout, "queue.Support.follow_up", "reject")
    assert (done.key, done.old, done.new, done.file) == (
        "queue.Support.follow_up",
        "reopen",
        "reject",
        "mdtickets.toml",
    )
    assert layout.settings.read_text() == SETTINGS.replace('follow_up = "reopen"  ', 'follow_up = "reject"  ')


@pytest.mark.parametrize(
    ("key", "value", "old", "new"),
    [
        ("language", "de", "\n\n[[mailbox]]", '\nlanguage = "de"\n\n[[mailbox]]'),
        (
            "sending.timeout",
            "30",
            "# host, port\n",
            "# host, port\ntimeout = 30\n",
        ),
        (
            "queue.Support.acknowledge",
            "new, follow_up",
            "# reopen | reject | new\n",
            '# reopen | reject | new\nacknowledge = ["new", "follow_up"]\n',
        ),
        ("queue.First Level.unlock_after", "0", "unlock_after = 5", "unlock_after = 0"),
        ("agent.anna.name", "Anna", "# host, port\n", '# host, port\n\n[agent.anna]\nname = "Anna"\n'),
        ("acknowledge.total", "none", "# host, port\n", '# host, port\n\n[acknowledge]\ntotal = "none"\n'),
        (
            "mailbox.1.maildir",
            "../sales",
            "\n[queue.Support]",
            '\n[[mailbox]]\nmaildir = "../sales"\n\n[queue.Support]',
        ),
    ],
)
def test_set_adds_what_is_missing(layout: Layout, key: str, value: str, old: str, new: str) -> None:
    """Keys and tables that are not there are made where they belong."""
    change(layout, key, value)
    assert layout.settings.read_text() == SETTINGS.replace(old, new, 1)
    assert get(layout, key)[0].origin == "mdtickets.toml"


def test_set_types_the_value(layout: Layout) -> None:
    """A word of the command line becomes what the key holds."""
    change(layout, "queue.Support.unlock_after", "15")
    change(layout, "queue.Support.acknowledge", '["reject"]')
    change(layout, "system_id", "11", local=True)
    found = load_settings(layout)
    assert (found.queue("Support").unlock_after, found.queue("Support").acknowledge, found.system_id) == (
        15,
        frozenset({AckKind.REJECT}),
        "11",
    )


def test_set_commits_the_settings_and_nothing_else(tracked: Layout) -> None:
    """The change is a commit by the git user; what he has staged stays staged."""
    git(tracked.root, "config", "user.name", "Anna Beispiel")
    git(tracked.root, "config", "user.email", "anna@mustermann-video.example")
    (tracked.root / "notes.md").write_text("mine\n")
    git(tracked.root, "add", "notes.md")
    change(tracked, "queue.Support.follow_up", "reject")
    assert git(tracked.root, "log", "-1", "--format=%an|%s", "--name-only").split("\n") == [
        "Anna Beispiel|Set queue.Support.follow_up to reject (was reopen)",
        "",
        "mdtickets.toml",
        "",
    ]
    assert git(tracked.root, "status", "--porcelain") == "A  notes.md\n"


def test_set_without_git_identity(tracked: Layout) -> None:
    """Where git knows nobody, the author is mdtickets."""
    assert change(tracked, "name", "X").not_committed == ""
    assert git(tracked.root, "log", "-1", "--format=%an").strip() == "mdtickets"


def test_local_changes_are_not_tracked(tracked: Layout) -> None:
    """This machine's file changes, the store's does not, and git has nothing new."""
    done = change(tracked, "sending.password_file", "~/.smtp", local=True)
    assert done.file == ".mdtickets/local.toml"
    assert tracked.local_settings.read_text() == 'system_id = "10"\n\n[sending]\npassword_file = "~/.smtp"\n'
    assert tracked.settings.read_text() == SETTINGS
    assert git(tracked.root, "log", "--format=%s") == "A store\n"


def test_local_list_begins_as_the_tracked_one(layout: Layout) -> None:
    """A mailbox changed for this machine keeps its other keys, although the local list replaces the tracked one."""
    change(layout, "mailbox.0.maildir", "/var/mail/support", local=True)
    assert [(box.maildir, box.queue) for box in load_settings(layout).mailboxes] == [("/var/mail/support", "Support")]
    assert get(layout, "mailbox.0.filed")[0].origin == "default"


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("queue.Support.folow_up", "new", 'queue.Support.folow_up: no such key. Did you mean "follow_up"?'),
        (
            "queue.Support.follow_up",
            "reopn",
            'queue.Support.follow_up: must be "reopen", "reject" or "new". Did you mean "reopen"?',
        ),
        ("queue.Support.unlock_after", "often", "queue.Support.unlock_after: must be a whole number from 0 to 100000."),
        ("queue", "x", "queue is a table: name a key in it. There are: address, "),
        ("queue.Support", "x", "queue.Support is a table: name a key in it. There are: address, "),
        ("sending.transport", "smtp", 'mdtickets.toml: [sending] transport: "smtp" needs a host: name the server'),
        (
            "mailbox.0.queue",
            "Suport",
            'mdtickets.toml: [[mailbox]] queue: there is no queue "Suport". Did you mean "Support"?',
        ),
        (
            "mailbox.5.maildir",
            "x",
            "mailbox.5.maildir: there are 1 entries of mailbox, counted from 0. The next new one is",
        ),
        ("mailbox.1.queue", "Support", "mdtickets.toml: [[mailbox]] maildir: is missing."),
        (
            "agent.a b.name",
            "x",
            'mdtickets.toml: [agent] "a b": must be letters, digits and . _ -, at most 40 characters.',
        ),
        ("system_id", "11", "system_id belongs to one machine. Say `mdtickets config set --local system_id 11`."),
        ("sending.password", "x", "sending.password: no such key"),
        ("format", "2", "format: must be the number 1."),
    ],
)
def test_set_refuses_what_would_be_wrong(layout: Layout, key: str, value: str, sentence: str) -> None:
    """Nothing is written that a check would complain about."""
    assert refusal(layout, key, value)[: len(sentence)] == sentence


def test_set_mends_one_mistake_of_several(layout: Layout) -> None:
    """Settings that are wrong already can be mended one by one."""
    layout.settings.write_text(SETTINGS.replace('"reopen"', '"reopn"') + 'port = "x"\n')
    change(layout, "queue.Support.follow_up", "reject")
    change(layout, "sending.port", "25")
    assert load_settings(layout).sending.port == 25


def test_set_leaves_a_later_format_alone(layout: Layout) -> None:
    """A store that this program does not understand is not written to."""
    layout.settings.write_text("format = 2\n")
    sentence = "mdtickets.toml:1: format: this program knows format 1 only"
    assert refusal(layout, "name", "X")[: len(sentence)] == sentence
    assert refusal(layout, "name", "X", local=True)[: len(sentence)] == sentence


def test_set_keeps_cr_lf(layout: Layout) -> None:
    """A file from another system keeps its line ends."""
    layout.settings.write_bytes(SETTINGS.replace("\n", "\r\n").encode())
    change(layout, "name", "X")
    assert layout.settings.read_bytes() == SETTINGS.replace('Mustermann Video"', 'X"').replace("\n", "\r\n").encode()


def test_set_leaves_odd_files_alone(layout: Layout) -> None:
    """What cannot be edited safely is refused, not spoiled."""
    odd = 'format = 1\nmailbox = [{maildir = "../mail"}]\n'
    layout.settings.write_text(odd)
    with pytest.raises(RefusedError, match=r"mailbox\.1\.maildir stands in a form that is not edited here"):
        change(layout, "mailbox.1.maildir", "x")
    assert layout.settings.read_text() == odd


def test_set_while_git_cannot_commit(tracked: Layout) -> None:
    """During a merge the file is changed and the reason is told why git does not have it."""
    (tracked.root / ".git" / "MERGE_HEAD").write_text(git(tracked.root, "rev-parse", "HEAD"))
    assert "merge" in change(tracked, "name", "X").not_committed
    assert load_settings(tracked).name == "X"


def test_changes_by_many_at_once_all_count(layout: Layout) -> None:
    """Each change reads what the one before wrote."""
    start = [sys.executable, "-m", "mdtickets", "-C", str(layout.root), "config", "set"]
    running = [subprocess.Popen([*start, f"agent.a{n}.name", f"A{n}"], stdout=subprocess.DEVNULL) for n in range(4)]
    assert [process.wait() for process in running] == [0] * 4
    assert set(load_settings(layout).agents) == {f"a{n}" for n in range(4)}
