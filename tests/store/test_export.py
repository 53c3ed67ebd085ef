"""Files handed out of the store."""

from pathlib import Path

import pytest

from mdtickets.store.export import write_new


def test_a_new_file_has_the_bytes(tmp_path: Path) -> None:
    """What was attached is what is saved."""
    assert write_new(tmp_path, "a.txt", b"\x00\xff").read_bytes() == b"\x00\xff"


def test_a_file_is_never_replaced(tmp_path: Path) -> None:
    """The second of a name gets a number before its suffix."""
    names = [write_new(tmp_path, "a.tar", b"") for _ in range(3)]
    assert [path.name for path in names] == ["a.tar", "a-2.tar", "a-3.tar"]


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "/etc/x", "a/b", "a\0b"])
def test_a_name_that_is_a_path_is_refused(tmp_path: Path, name: str) -> None:
    """Whoever calls has made the name safe; this is the second lock on the door."""
    with pytest.raises(OSError, match="Invalid argument"):
        write_new(tmp_path, name, b"")
    assert list(tmp_path.iterdir()) == []
