"""Where the password of the mail server comes from, and what is refused."""

from pathlib import Path

import pytest

from mdtickets.app.secrets import read_password
from mdtickets.domain.settings import Sending
from mdtickets.errors import SettingsError, UnavailableError
from mdtickets.store.layout import Layout


def read(root: Path, **settings: str) -> str:
    return read_password(Layout(root), Sending(user="support", **settings))  # type: ignore[arg-type]  # all are texts


def password_file(root: Path, content: bytes = b"Geheim 4711\nnotes\n", mode: int = 0o640) -> str:
    path = root / "password"
    path.write_bytes(content)
    path.chmod(mode)
    return "password"


def test_no_user_needs_no_password(tmp_path: Path) -> None:
    """A server that wants no login is asked nothing."""
    assert read_password(Layout(tmp_path), Sending()) == ""


def test_password_is_the_first_line_of_a_file(tmp_path: Path) -> None:
    """Relative to the store; spaces belong to it, the line end and what follows do not."""
    assert read(tmp_path, password_file=password_file(tmp_path)) == "Geheim 4711"


@pytest.mark.parametrize("mode", [0o644, 0o602])
def test_file_that_anybody_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    """With what to do about it."""
    with pytest.raises(SettingsError, match="chmod o-rwx"):
        read(tmp_path, password_file=password_file(tmp_path, mode=mode))


@pytest.mark.parametrize("content", [b"", b"\nsecond line\n"])
def test_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    """An empty password is a mistake."""
    with pytest.raises(SettingsError, match="is empty"):
        read(tmp_path, password_file=password_file(tmp_path, content))


def test_missing_file_is_named(tmp_path: Path) -> None:
    """The path that was tried is in the sentence."""
    with pytest.raises(SettingsError, match="nowhere: No such file"):
        read(tmp_path, password_file="nowhere")


def test_password_is_what_a_command_prints(tmp_path: Path) -> None:
    """The first line, as `pass show` prints it; the command is run in the store, without a shell."""
    password_file(tmp_path)
    assert read(tmp_path, password_command="cat password") == "Geheim 4711"
    assert read(tmp_path, password_command="echo 'a;b' $HOME") == "a;b $HOME"


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("false", "ended with 1"),
        ("true", "printed nothing"),
        ("no-such-program x", "cannot be run"),
        ("unbalanced '", "cannot be run"),
        ("sh -c 'echo locked >&2; exit 2'", "ended with 2: locked"),
    ],
)
def test_command_that_gives_none_is_told(tmp_path: Path, command: str, reason: str) -> None:
    """With what it said."""
    with pytest.raises(UnavailableError, match=reason):
        read(tmp_path, password_command=command)


def test_user_without_password_is_a_wrong_setting(tmp_path: Path) -> None:
    """The hint names the key."""
    with pytest.raises(SettingsError, match="password_file"):
        read(tmp_path)
