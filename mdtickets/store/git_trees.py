"""The tree of a commit, changed path by path: what is not touched is not even read."""

from mdtickets.store.git_objects import Objects
from mdtickets.store.git_plain import NotPlainError

_TREE = b"tree"
_DIRECTORY = b"40000"


class Tree:
    """One directory of a commit. Its objects are read when a path leads through it, and added when it was changed."""

    def __init__(self, objects: Objects, name: bytes | None, digits: int) -> None:
        self._objects = objects
        self._digits = digits
        self._entries = _parse(objects.read(name, _TREE), digits // 2) if name else {}
        self._changed: dict[bytes, Tree] = {}

    @property
    def is_empty(self) -> bool:
        """Whether there is no file in it, at any depth."""
        return all(first in self._changed and self._changed[first].is_empty for first in self._entries)

    def put(self, path: bytes, mode: bytes, blob: bytes) -> None:
        """Have a file at a path. Raises NotPlainError where a file and a directory would be in each other's place."""
        first, _, rest = path.partition(b"/")
        entry = self._entries.get(first)
        if rest:
            self._into(first, entry).put(rest, mode, blob)
        elif entry and entry[0] == _DIRECTORY:
            raise NotPlainError
        else:
            self._entries[first] = mode, blob

    def remove(self, path: bytes) -> None:
        """Have nothing there; a directory without files goes too."""
        first, _, rest = path.partition(b"/")
        entry = self._entries.get(first)
        if entry is None:
            return
        if rest:
            self._into(first, entry).remove(rest)
        elif entry[0] == _DIRECTORY:
            raise NotPlainError
        else:
            del self._entries[first]

    def add(self) -> bytes:
        """Add what was changed to the objects; the tree's id."""
        for first, tree in list(self._changed.items()):
            if tree.is_empty:
                del self._changed[first], self._entries[first]
            else:
                self._entries[first] = _DIRECTORY, tree.add()
        return self._objects.add(_TREE, b"".join(b"%b %b\0%b" % entry for entry in self._sorted()))

    def _into(self, first: bytes, entry: tuple[bytes, bytes] | None) -> "Tree":
        if entry and entry[0] != _DIRECTORY:
            raise NotPlainError
        if first not in self._changed:
            self._changed[first] = Tree(self._objects, entry[1] if entry else None, self._digits)
            self._entries.setdefault(first, (_DIRECTORY, b""))
        return self._changed[first]

    def _sorted(self) -> list[tuple[bytes, bytes, bytes]]:
        """Mode, name, id in git's order: a directory's name counts as if it ended in a slash."""
        found = [(mode, name, blob) for name, (mode, blob) in self._entries.items()]
        return sorted(found, key=lambda entry: entry[1] + b"/" if entry[0] == _DIRECTORY else entry[1])


def _parse(data: bytes, size: int) -> dict[bytes, tuple[bytes, bytes]]:
    """Name → mode and id: `MODE SP NAME NUL ID`."""
    entries: dict[bytes, tuple[bytes, bytes]] = {}
    at = 0
    while at < len(data):
        space = data.find(b" ", at)
        nul = data.find(b"\0", space)
        if not at < space < nul:
            raise NotPlainError
        at, mode = nul + 1 + size, data[at:space]
        entries[data[space + 1 : nul]] = mode, data[nul + 1 : at]
    if at != len(data):
        raise NotPlainError
    return entries
