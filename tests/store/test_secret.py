"""The key of this machine's Message-IDs."""

import os
import stat
from pathlib import Path

import pytest

from mdtickets.store.durable import Disk
from mdtickets.store.layout import Layout
from mdtickets.store.secret import message_id_key


def test_the_key_is_made_once(tmp_path: Path) -> None:
    """Every process of this machine has the same key."""
    layout = Layout(tmp_path)
    key = message_id_key(layout, Disk())
    assert (len(key), message_id_key(layout, Disk())) == (32, key)


@pytest.mark.parametrize("spoiled", ["", "not hex\n", "5e5e\n"])
def test_a_key_that_cannot_be_used_is_replaced(tmp_path: Path, spoiled: str) -> None:
    """An empty, damaged or short key would let strangers guess our Message-IDs."""
    layout = Layout(tmp_path)
    layout.private.mkdir()
    layout.secret.write_text(spoiled)
    key = message_id_key(layout, Disk())
    assert bytes.fromhex(layout.secret.read_text()) == key
    assert len(key) == 32


@pytest.mark.parametrize(("directory", "wanted"), [(0o755, 0o600), (0o700, 0o600), (0o2770, 0o640), (0o2775, 0o640)])
def test_the_group_reads_it_only_where_it_works(tmp_path: Path, directory: int, wanted: int) -> None:
    """`deliver` as another user of the group needs the key; nobody else does, whatever the umask."""
    layout = Layout(tmp_path)
    layout.private.mkdir()
    layout.private.chmod(directory)
    old = os.umask(0)
    try:
        message_id_key(layout, Disk())
    finally:
        os.umask(old)
    assert stat.S_IMODE(layout.secret.stat().st_mode) == wanted
