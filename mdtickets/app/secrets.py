"""The password of the mail server: asked from a program or read from a file, never kept in the tracked settings."""

import shlex
import stat
import subprocess

from mdtickets.domain.settings import Sending
from mdtickets.errors import SettingsError, UnavailableError
from mdtickets.store.layout import Layout

# A password manager may have to ask somebody to unlock it.
_PATIENCE = 60  # seconds
_OTHERS = stat.S_IROTH | stat.S_IWOTH


def read_password(layout: Layout, sending: Sending) -> str:
    """The password that the settings lead to; "" when no user is set.

    Raises SettingsError when they lead nowhere, UnavailableError when the program does not give it.
    """
    if not sending.user:
        return ""
    if sending.password_command:
        return _from_command(layout, sending.password_command)
    if sending.password_file:
        return _from_file(layout, sending.password_file)
    raise SettingsError(
        f'[sending] user is "{sending.user}", but there is neither password_command nor password_file.',
        "Name one of them: mdtickets config set --local sending.password_file ~/.smtp-password",
    )


def _from_command(layout: Layout, command: str) -> str:
    try:
        words = shlex.split(command)
        ended = subprocess.run(words, cwd=layout.root, capture_output=True, timeout=_PATIENCE, check=False)
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise UnavailableError(f"password_command `{command}` cannot be run: {error}.") from error
    password = _first_line(ended.stdout)
    if ended.returncode != 0 or not password:
        said = " ".join(ended.stderr.decode("utf-8", "replace").split())
        reason = f"ended with {ended.returncode}" if ended.returncode else "printed nothing"
        raise UnavailableError(f"password_command `{command}` {reason}{f': {said}' if said else ''}.")
    return password


def _from_file(layout: Layout, name: str) -> str:
    path = layout.resolve(name)
    try:
        if path.stat().st_mode & _OTHERS:
            raise SettingsError(f"{path} can be read or changed by anybody.", f"Close it: chmod o-rwx {path}")
        password = _first_line(path.read_bytes())
    except OSError as error:
        raise SettingsError(f"password_file {path}: {error.strerror}.") from error
    if not password:
        raise SettingsError(f"password_file {path} is empty.")
    return password


def _first_line(printed: bytes) -> str:
    """The first line, as `pass show` prints the password; what follows are notes."""
    return printed.partition(b"\n")[0].rstrip(b"\r").decode("utf-8", "replace")
