"""Many files put in place together: staged under temporary names, made durable, renamed in a fixed order.

What a crash interrupts is finished from the redo log: once it is written every byte is durable and only renames are
left. Before that, nothing has happened.
"""

import json
import os
from collections.abc import Iterable
from enum import IntEnum
from pathlib import Path

from mdtickets.store.durable import Disk, temporary_name
from mdtickets.store.layout import Layout

_REDO_FILE = "slice.json"


class Rank(IntEnum):
    """The order of renames. The history comes last: an action is complete when its line is there."""

    CARD = 0
    ARTICLE = 1
    TICKET = 2
    OUTBOX = 3
    HISTORY = 4


class Changes:
    """The staged files of one slice."""

    def __init__(self, disk: Disk, layout: Layout) -> None:
        self._disk = disk
        self._layout = layout
        self._renames: dict[Path, tuple[Rank, Path]] = {}  # place → its rank, and where it is made
        self._directories: dict[Path, Path] = {}  # a new ticket's place → where it is made
        self._written: list[Path] = []
        self._grown: set[Path] = set()  # directories that got a new subdirectory
        self.is_settled = False  # the redo log is written: what is left is done, now or after a crash

    def open_directory(self, final: Path) -> None:
        """Begin a new ticket's directory; files added to it are written into the one it is made in."""
        if not final.parent.is_dir():
            self._grown.update(parent for parent in final.parents if _is_below(parent, self._layout.root))
            self._disk.make_directory(final.parent)
        temporary = Path(temporary_name(final))
        self._empty(temporary)
        self._disk.make_directory(temporary)
        self._directories[final] = temporary
        self._renames[final] = (Rank.HISTORY, temporary)

    def add(self, rank: Rank, final: Path, chunks: bytes | Iterable[bytes]) -> None:
        """Stage the bytes of one file. The same place twice: the later bytes count."""
        home = self._directories.get(final.parent)
        if home:
            temporary = home / final.name
        else:
            temporary = Path(temporary_name(final))
            self._renames[final] = (rank, temporary)
        self._disk.write(temporary, chunks)
        self._written.append(temporary)

    def staged(self, final: Path) -> Path:
        """Where a staged file lies now."""
        home = self._directories.get(final.parent)
        return home / final.name if home else Path(temporary_name(final))

    def put_in_place(self) -> None:
        """Make everything durable, then rename it; from the redo log on, a crash loses none of it.

        The log stays until `finish`: what is derived from the files may still have to follow them.
        """
        if not self._renames:
            return
        self._disk.sync([*dict.fromkeys(self._written), *self._directories.values(), *self._parents(), *self._grown])
        in_order = [(old, new) for new, (_rank, old) in sorted(self._renames.items(), key=lambda item: item[1][0])]
        write_redo_log(self._disk, self._layout, in_order)
        self.is_settled = True
        for old, new in in_order:
            self._disk.rename(old, new)
        self._disk.sync(self._parents())

    def finish(self) -> None:
        """All of it is known to the catalog, too: the redo log has served."""
        if self.is_settled:
            self._disk.remove(_redo_path(self._layout))

    def discard(self) -> None:
        """Take back what was staged, as long as nothing of it has happened."""
        if self.is_settled:
            return
        for path in dict.fromkeys(self._written):
            path.unlink(missing_ok=True)
        for directory in self._directories.values():
            self._empty(directory)
            if directory.is_dir():
                directory.rmdir()

    def _parents(self) -> list[Path]:
        return list(dict.fromkeys(new.parent for new in self._renames))

    def _empty(self, directory: Path) -> None:
        """A crash may have left a half-made directory of the same name."""
        if directory.is_dir() and not directory.is_symlink():
            for entry in sorted(os.listdir(directory)):
                self._disk.remove(directory / entry)


def write_redo_log(disk: Disk, layout: Layout, renames: Iterable[tuple[Path, Path]]) -> None:
    """Say durably which renames are about to be made."""
    lines = [[layout.relative(old), layout.relative(new)] for old, new in renames]
    path = _redo_path(layout)
    disk.make_directory(path.parent)
    temporary = temporary_name(path)
    disk.write(temporary, json.dumps(lines).encode())
    disk.sync([temporary])
    disk.rename(temporary, path)
    disk.sync([path.parent])


def finish_interrupted(disk: Disk, layout: Layout) -> tuple[str, ...]:
    """Carry out the renames a crash left undone. Returns the paths put in place by that slice, relative to the store.

    The redo log stays: `forget_interrupted` ends it once the catalog has read these paths.
    """
    path = _redo_path(layout)
    try:
        renames = json.loads(path.read_bytes())
    except FileNotFoundError:
        return ()
    except ValueError:
        # torn by a power cut: then it never became durable, and no rename was made
        disk.remove(path)
        return ()
    for old, new in renames:
        if os.path.lexists(layout.root / old):
            disk.rename(layout.root / old, layout.root / new)
    disk.sync({(layout.root / new).parent for _old, new in renames if (layout.root / new).parent.is_dir()})
    return tuple(new for _old, new in renames)


def forget_interrupted(disk: Disk, layout: Layout) -> None:
    """The slice that a crash interrupted is finished."""
    disk.remove(_redo_path(layout))


def _redo_path(layout: Layout) -> Path:
    return layout.run / _REDO_FILE


def _is_below(path: Path, root: Path) -> bool:
    return path == root or root in path.parents
