"""The stream by which `git fast-import` makes any number of commits in one process.

Everything a stranger wrote is either counted (contents, messages: `data LENGTH`) or cleaned (names, paths), so nothing
of it can become a command of the stream. The format is that of git-fast-import(1).
"""

import errno
import os
import re
import stat
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import IO

from mdtickets.store.commit import Commit

COMMITTER = b"mdtickets <mdtickets@localhost>"

_UNSAFE_IN_NAME = re.compile("[<>\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_UNSAFE_IN_ADDRESS = re.compile("[<>\\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_PLAIN_PATH = re.compile(rb"[A-Za-z0-9_./@+~-]+")
_NEVER_PARTS = frozenset({"", ".", "..", ".git"})
_LONGEST_NAME = 100
_LONGEST_ADDRESS = 254  # RFC 5321 section 4.5.3.1.3, without the angle brackets
_CHUNK = 1 << 20
_NOT_THERE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})


def write_stream(out: IO[bytes], commits: Sequence[Commit], *, root: Path, ref: str, parent: str) -> None:
    """Write commands that put the commits on `parent` ("" = none, the first one has no parent) and print the last id.

    An article that is not on the disk any more is left out. Raises OSError when one cannot be read.
    """
    start_of_place = f"{root}/"
    for mark, commit in enumerate(commits, 1):
        start = f"from {parent}\n".encode() if parent and mark == 1 else b""
        out.write(_heading(commit, ref, mark) + start)
        for path, data in commit.files.items():
            if data is None:
                _write_article(out, start_of_place + path, path)
            else:
                mode = mode_on_disk(start_of_place + path)
                out.write(b"M %b inline %b\ndata %d\n%b\n" % (mode, quote_path(path), len(data), data))
        out.writelines(b"D %b\n" % quote_path(path) for path in commit.removed)
    out.write(b"get-mark :%d\ndone\n" % len(commits))


def clean_author(name: str, address: str) -> tuple[str, str]:
    """A name and an address that git takes: no angle brackets, control characters or line ends, never without a name."""
    address = _UNSAFE_IN_ADDRESS.sub("", address)[:_LONGEST_ADDRESS]
    name = " ".join(_UNSAFE_IN_NAME.sub(" ", name).split())[:_LONGEST_NAME].strip()
    return name or address.partition("@")[0] or "unknown", address


def quote_path(path: str) -> bytes:
    """A path as fast-import reads it: as it is, or in double quotes with every unusual byte as an octal escape.

    Raises ValueError for one that leaves the store or lies in `.git`: fast-import would take it.
    """
    raw = raw_path(path)
    if _PLAIN_PATH.fullmatch(raw):
        return raw
    return b'"%b"' % b"".join(b"%c" % byte if _PLAIN_PATH.match(b"%c" % byte) else b"\\%03o" % byte for byte in raw)


def people_lines(commit: Commit) -> bytes:
    """The lines that say who made the change and who the commit, and when, as git has them."""
    name, address = clean_author(commit.author_name, commit.author_email)
    when = _moment(commit.at)
    author = f"{name} <{address}>".encode("utf-8", "replace")
    return b"author %b %b\ncommitter %b %b\n" % (author, when, COMMITTER, when)


def message_bytes(commit: Commit) -> bytes:
    """The message as git has it."""
    return commit.message.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace")


def raw_path(path: str) -> bytes:
    """A path as the disk has it. Raises ValueError for one that leaves the store or lies in `.git`."""
    raw = os.fsencode(path)
    if b"\0" in raw or not _NEVER_PARTS.isdisjoint(path.lower().split("/")):
        raise ValueError(f"{path!r} is no path of a store")
    return raw


def mode_of(mode: int) -> bytes:
    """The mode of a file as git would take it from the disk, so that index and commit agree."""
    return b"100755" if stat.S_ISREG(mode) and mode & stat.S_IXUSR else b"100644"


def mode_on_disk(path: str) -> bytes:
    """The same for a file that may be gone."""
    try:
        return mode_of(os.lstat(path).st_mode)
    except OSError:
        return mode_of(0)


def _heading(commit: Commit, ref: str, mark: int) -> bytes:
    return b"commit %b\nmark :%d\n%b%b" % (ref.encode(), mark, people_lines(commit), _counted(message_bytes(commit)))


def _moment(at: datetime) -> bytes:
    """Seconds since 1970 and the zone; a clock set before that gives the first second."""
    if at.tzinfo is None:
        raise ValueError("a commit's time needs a zone")
    zone = f"{at:%z}"[:5]
    return f"{max(0, int(at.timestamp()))} {zone}".encode()


def open_article(place: str) -> int | None:
    """A descriptor to read an article by; None when it is not on the disk any more. Raises OSError."""
    try:
        return os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in _NOT_THERE:
            return None
        raise


def _counted(data: bytes) -> bytes:
    return b"data %d\n%b\n" % (len(data), data)


def _write_article(out: IO[bytes], place: str, path: str) -> None:
    descriptor = open_article(place)
    if descriptor is None:
        return
    try:
        status = os.fstat(descriptor)
        if stat.S_ISREG(status.st_mode):
            out.write(b"M %b inline %b\ndata %d\n" % (mode_of(status.st_mode), quote_path(path), status.st_size))
            _copy(out, descriptor, status.st_size)
    finally:
        os.close(descriptor)


def _copy(out: IO[bytes], descriptor: int, size: int) -> None:
    left = size
    while left:
        chunk = os.read(descriptor, min(left, _CHUNK))
        if not chunk:
            raise OSError("an article became shorter while it was read")
        out.write(chunk)
        left -= len(chunk)
    out.write(b"\n")
