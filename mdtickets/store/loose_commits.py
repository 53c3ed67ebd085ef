"""A few commits made without git: byte for byte those that `fast_import` would make, as loose objects."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from mdtickets.store.commit import Commit
from mdtickets.store.fast_import import message_bytes, mode_of, mode_on_disk, open_article, people_lines, raw_path
from mdtickets.store.git_objects import Objects
from mdtickets.store.git_plain import NotPlainError
from mdtickets.store.git_trees import Tree

# Beyond these, one git process is quicker, and it never has a whole mail in memory.
_MOST: Final = 6
_LARGEST = 1 << 20  # bytes of one file
_MOST_BYTES = 4 << 20

_COMMIT = b"commit"
_TREE_LINE = b"tree "


def make_loose_commits(commits: Sequence[Commit], *, root: Path, place: Path, parent: str) -> str:
    """Make the commits on top of `parent`; the id of the last. They are durable, and no ref names them yet.

    `place` is the `objects` directory. Raises NotPlainError when it is git's to do, OSError, ValueError for a path
    that leaves the store.
    """
    if (
        len(commits) > _MOST
        or sum(len(data or b"") for commit in commits for data in commit.files.values()) > _MOST_BYTES
    ):
        raise NotPlainError
    objects = Objects(place, len(parent))
    try:
        tree = Tree(objects, _tree_of(objects.read(bytes.fromhex(parent), _COMMIT)), len(parent))
        for commit in commits:
            _change(tree, objects, commit, root)
            parent = _add_commit(objects, commit, tree.add(), parent)
        objects.settle()
    finally:
        objects.discard()
    return parent


def _tree_of(commit: bytes) -> bytes:
    line = commit.partition(b"\n")[0]
    if not line.startswith(_TREE_LINE):
        raise NotPlainError
    return bytes.fromhex(line[len(_TREE_LINE) :].decode())


def _change(tree: Tree, objects: Objects, commit: Commit, root: Path) -> None:
    for path, data in commit.files.items():
        place = f"{root}/{path}"
        raw = raw_path(path)
        if data is None:
            _put_article(tree, objects, place, raw)
        else:
            tree.put(raw, mode_on_disk(place), objects.add(b"blob", data))
    for path in commit.removed:
        tree.remove(raw_path(path))


def _put_article(tree: Tree, objects: Objects, place: str, raw: bytes) -> None:
    descriptor = open_article(place)
    if descriptor is None:
        return
    try:
        status = os.fstat(descriptor)
        if status.st_size > _LARGEST:
            raise NotPlainError
        if stat.S_ISREG(status.st_mode):
            data = os.read(descriptor, status.st_size)
            if len(data) < status.st_size:
                raise OSError("an article became shorter while it was read")
            tree.put(raw, mode_of(status.st_mode), objects.add(b"blob", data))
    finally:
        os.close(descriptor)


def _add_commit(objects: Objects, commit: Commit, tree: bytes, parent: str) -> str:
    head = f"tree {tree.hex()}\nparent {parent}\n".encode()
    return objects.add(_COMMIT, head + people_lines(commit) + b"\n" + message_bytes(commit)).hex()
