"""Whether a repository is so plain that we may write it ourselves, and not by git: what is odd is git's to do.

A git process takes 5 to 9 ms, as long as all the work of a small commit. What git does there by default is done by
`loose_commits`, `git_index` and `git_refs`; each of them raises NotPlainError as soon as it meets something else.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from mdtickets.store.git_files import GitDirectory

SHA1: Final = "sha1"
_DIGITS: Final = {SHA1: 40, "sha256": 64}

# Settings of the repository by which git writes otherwise than we do, or elsewhere.
_ODD_SECTIONS = frozenset({"include", "includeif"})
_ODD_KEYS = frozenset(
    {"sharedrepository", "splitindex", "fsmonitor", "sparsecheckout", "worktree", "ignorecase", "precomposeunicode"}
)
_OFF = frozenset({"false", "no", "off", "0", ""})

# The user's and the machine's own settings are searched for the one that would matter there.
_ODD_ANYWHERE = b"sharedrepository"


class NotPlainError(Exception):
    """Git itself has to do this; nothing has been changed."""


def plain_digits(root: Path, directory: GitDirectory) -> int | None:
    """The length of the repository's object ids if we may write it ourselves, else None."""
    if any(name.startswith("GIT_CONFIG") for name in os.environ):
        return None
    try:
        if not _is_ours(root, directory) or _has_odd_parts(directory) or _is_odd_anywhere(_general_settings()):
            return None
        settings = _read_settings(directory)
    except (OSError, NotPlainError):
        return None
    return _digits_of(settings)


def _is_ours(root: Path, directory: GitDirectory) -> bool:
    """Whether it belongs to this user: git refuses to trust others' repositories, and says so."""
    user = os.geteuid()
    return all(os.stat(place).st_uid == user for place in {root, directory.own, directory.common})


def _has_odd_parts(directory: GitDirectory) -> bool:
    """Whether objects are replaced by others (git replace, grafts), or settings stand in a second file."""
    common = directory.common
    odd = (common / "refs" / "replace", common / "info" / "grafts", directory.own / "config.worktree")
    return not directory.has_ref_files or any(map(os.path.lexists, odd))


def _general_settings() -> Iterator[str]:
    home = os.environ.get("HOME", "")
    yield "/etc/gitconfig"
    yield os.path.join(os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config"), "git", "config")
    yield os.path.join(home, ".gitconfig")


def _is_odd_anywhere(paths: Iterable[str]) -> bool:
    return any(_ODD_ANYWHERE in _read_if_there(path).lower() for path in paths)


def _read_if_there(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        return b""


def _read_settings(directory: GitDirectory) -> Mapping[str, str]:
    """`section.key` → value of the repository's own settings, in small letters, as far as we need to know them."""
    settings: dict[str, str] = {}
    section = ""
    for line in (directory.common / "config").read_text(encoding="utf-8", errors="replace").lower().splitlines():
        text = line.strip()
        if text.startswith("["):
            section, _, text = text[1:].partition("]")
            section = section.partition(" ")[0]
            if section in _ODD_SECTIONS:
                raise NotPlainError
        key, has_value, value = text.partition("=")
        settings[f"{section}.{key.strip()}"] = value.strip() if has_value else "true"
    return settings


def _digits_of(settings: Mapping[str, str]) -> int | None:
    if any(key.startswith("extensions.") and key != "extensions.objectformat" for key in settings if key[-1] != "."):
        return None
    if any(settings.get(f"core.{key}", "false") not in _OFF for key in _ODD_KEYS):
        return None
    return _DIGITS.get(settings.get("extensions.objectformat", SHA1))
