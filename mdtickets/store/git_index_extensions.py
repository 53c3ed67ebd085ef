"""What git keeps in its index beside the entries, brought into agreement with changed entries: gitformat-index(5)."""

import re
import struct
from collections.abc import Collection, Iterator

from mdtickets.store.git_plain import NotPlainError

_TREE = b"TREE"  # ids of directories that are as in a commit
_KEPT = frozenset({b"REUC"})  # how conflicts were resolved
_UNTRACKED = b"UNTR"  # what lies beside; git finds out anew
_TABLES = frozenset({b"EOIE", b"IEOT"})  # where entries begin, for large indexes
_HEADING = 8


def revise_extensions(data: bytes, changed: Collection[bytes], digest_size: int, *, same_names: bool) -> bytes:
    """The extensions after these paths have changed; `same_names`: no path came or went.

    An extension left out costs git time, never the truth. Raises NotPlainError for one that is not known here.
    """
    return b"".join(
        _extension(kind, _invalidate(body, _above(changed), digest_size) if kind == _TREE else body)
        for kind, body in _split(data)
        if kind not in _TABLES and (kind != _UNTRACKED or same_names)
    )


def _split(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at < len(data):
        if len(data) < at + _HEADING:
            raise NotPlainError
        kind, size = struct.unpack_from(">4sI", data, at)
        at += _HEADING
        if kind not in _KEPT | _TABLES | {_TREE, _UNTRACKED} or len(data) < at + size:
            raise NotPlainError
        yield kind, data[at : at + size]
        at += size


def _extension(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">4sI", kind, len(body)) + body


def _above(paths: Collection[bytes]) -> set[bytes]:
    """Every directory that one of the paths lies in; b"" is the uppermost."""
    above = {b""}
    for path in paths:
        parts = path.split(b"/")[:-1]
        above.update(b"/".join(parts[:depth]) for depth in range(1, len(parts) + 1))
    return above


def _invalidate(body: bytes, directories: Collection[bytes], digest_size: int) -> bytes:
    """The cached trees without the ids of these directories: `NAME NUL ENTRIES SP SUBTREES LF [ID]`, uppermost first."""
    node = re.compile(rb"([^\0]*)\0(?:-\d+ (\d+)\n|\d+ (\d+)\n(?s:.{%d}))" % digest_size)
    parts: list[bytes] = []
    parents: list[tuple[bytes, int]] = []  # path and number of subtrees to come
    at = 0
    while at < len(body):
        found = node.match(body, at)
        if found is None:
            raise NotPlainError
        while parents and not parents[-1][1]:
            parents.pop()
        path = found[1]
        if parents:
            above, left = parents.pop()
            parents.append((above, left - 1))
            path = above + b"/" + path if above else path
        subtrees = found[2] or found[3]
        parts.append(b"%b\0-1 %b\n" % (found[1], subtrees) if path in directories else found[0])
        parents.append((path, int(subtrees)))
        at = found.end()
    return b"".join(parts)
