"""Settings that were checked once are known, and never for other texts than those."""

import os
from pathlib import Path

import msgspec
import pytest

from mdtickets.app.config import load_settings
from mdtickets.app.known_settings import read_texts, recall_settings
from mdtickets.app.session import open_session
from mdtickets.errors import SettingsError
from mdtickets.store.layout import Layout

SETTINGS = """\
format = 1
name = "Mustermann Video GmbH"
timezone = "Europe/Berlin"
[queue.Support]
address = "support@mustermann-video.example"
acknowledge = ["new", "follow_up"]
[agent.anna]
email = "anna@mustermann-video.example"
notify = ["new", "note"]
[acknowledge]
per_address = "3 in 2h"
max_age = "2d"
[[mailbox]]
maildir = "/srv/mail/support"
filed = "folder:.Done"
"""


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """A store whose settings were read once."""
    (tmp_path / "mdtickets.toml").write_text(SETTINGS, encoding="utf-8")
    open_session(tmp_path).close()
    return Layout(tmp_path)


def known_file(layout: Layout) -> Path:
    (found,) = layout.run.glob("settings-*.json")
    return found


def recalled(layout: Layout) -> object:
    texts = read_texts(layout)
    assert texts is not None
    return recall_settings(layout, texts)


def test_what_is_known_is_what_was_checked(layout: Layout) -> None:
    """Every kind of value comes back as it was."""
    assert recalled(layout) == load_settings(layout)


def test_a_changed_text_is_not_known(layout: Layout) -> None:
    """Not even one of the same length, written in the same moment."""
    found = layout.settings.stat()
    layout.settings.write_text(SETTINGS.replace("Support", "Verkauf"), encoding="utf-8")
    os.utime(layout.settings, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert "Verkauf" in open_session(layout.root).settings.queues


def test_this_machine_s_own_settings_count(layout: Layout) -> None:
    """Either file makes other settings."""
    layout.local_settings.write_text('system_id = "11"\n', encoding="utf-8")
    assert open_session(layout.root).settings.system_id == "11"
    layout.local_settings.unlink()
    assert open_session(layout.root).settings.system_id == ""


def test_a_mistake_is_told_each_time(layout: Layout) -> None:
    """What is wrong is never known."""
    layout.settings.write_text(SETTINGS + "colour = 1\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(SettingsError):
            open_session(layout.root)


@pytest.mark.parametrize("data", [b"", b"{", b"[1]", b'{"program": 1}'])
def test_a_damaged_file_is_as_none(layout: Layout, data: bytes) -> None:
    """It is written anew."""
    known_file(layout).write_bytes(data)
    assert open_session(layout.root).settings == load_settings(layout)
    assert recalled(layout) == load_settings(layout)


def test_another_program_s_is_not_believed(layout: Layout) -> None:
    """An update may read the same text otherwise."""
    told = msgspec.json.decode(known_file(layout).read_bytes())
    known_file(layout).write_bytes(msgspec.json.encode({**told, "program": "0.0.1"}))
    assert recalled(layout) is None


def test_what_others_may_write_is_not_believed(layout: Layout) -> None:
    """The settings name programs to run."""
    known_file(layout).chmod(0o620)
    assert recalled(layout) is None
    open_session(layout.root)
    assert known_file(layout).stat().st_mode & 0o777 == 0o600
