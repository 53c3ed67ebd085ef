"""Many files put in place together: staged under temporary names, made durable, renamed in a fixed order.

What a crash interrupts is finished from the redo log: once it is written every byte is durable and only renames are
left. Before that, nothing has happened.
"""

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from enum import IntEnum
from pathlib import Path

from mdtickets.store.durable import Disk, StrPath, temporary_name
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
    """The staged files of one slice. Paths are kept as text: this is the busiest place of all."""

    def __init__(self, disk: Disk, layout: Layout) -> None:
        self._disk = disk
        self._layout = layout
        self._renames: dict[str, tuple[Rank, str]] = {}  # place → its rank, and where it is made
        self._directories: dict[str, str] = {}  # a new ticket's place → where it is made
        self._removed: dict[str, None] = {}  # files that go once everything else is in place
        self._written: dict[str, None] = {}
        self._grown: set[str] = set()  # directories that got a new subdirectory
        self._days: set[str] = set()  # directories that are known to be there
        self._new_days: list[str] = []
        self.is_settled = False  # the redo log is written: what is left is done, now or after a crash

    def open_directory(self, final: StrPath) -> None:
        """Begin a new ticket's directory; files added to it are written into the one it is made in."""
        place = os.fspath(final)
        self._make_day(os.path.dirname(place))
        temporary = temporary_name(place)
        if not self._disk.make_new_directory(temporary):
            self._empty(temporary)
        self._directories[place] = temporary
        self._renames[place] = (Rank.HISTORY, temporary)

    def add(self, rank: Rank, final: StrPath, chunks: bytes | Iterable[bytes]) -> None:
        """Stage the bytes of one file. The same place twice: the later bytes count."""
        place = os.fspath(final)
        directory, _, name = place.rpartition("/")
        home = self._directories.get(directory)
        if home is None:
            temporary = temporary_name(place)
            self._renames[place] = (rank, temporary)
        else:
            temporary = f"{home}/{name}"
        self._disk.write(temporary, chunks)
        self._written[temporary] = None

    def remove(self, final: StrPath) -> None:
        """Let a file go together with the rest; one that is gone already is no error."""
        self._removed[os.fspath(final)] = None

    def staged(self, final: StrPath) -> str:
        """Where a staged file lies now."""
        directory, _, name = os.fspath(final).rpartition("/")
        home = self._directories.get(directory)
        return f"{home}/{name}" if home else temporary_name(final)

    def put_in_place(self) -> None:
        """Make everything durable, then rename it; from the redo log on, a crash loses none of it.

        The log stays until `finish`: what is derived from the files may still have to follow them.
        """
        if not self._renames and not self._removed:
            return
        parents = list(dict.fromkeys(map(os.path.dirname, self._renames)))
        log_home = os.fspath(self._layout.run)  # made durable with the log, before anything is renamed
        before = [parent for parent in parents if parent != log_home]
        self._disk.sync([*self._written, *self._directories.values(), *before, *self._grown])
        in_order = [(old, new) for new, (_rank, old) in sorted(self._renames.items(), key=lambda item: item[1][0])]
        write_redo_log(self._disk, self._layout, in_order, self._removed)
        self.is_settled = True
        for old, new in in_order:
            self._disk.rename(old, new)
        for path in self._removed:
            self._disk.remove(path)
        self._disk.sync(parents)

    def finish(self) -> None:
        """All of it is known to the catalog, too: the redo log has served."""
        if self.is_settled:
            self._disk.remove(_redo_path(self._layout))

    def discard(self) -> None:
        """Take back what was staged, as long as nothing of it has happened."""
        if self.is_settled:
            return
        for path in self._written:
            Path(path).unlink(missing_ok=True)
        for directory in map(Path, self._directories.values()):
            self._empty(os.fspath(directory))
            if directory.is_dir():
                directory.rmdir()
        for day in self._new_days:
            self._remove_empty(Path(day))

    def _make_day(self, day: str) -> None:
        if day in self._days:
            return
        if not os.path.isdir(day):
            root = os.fspath(self._layout.root)
            parents = map(os.fspath, Path(day).parents)
            self._grown.update(parent for parent in parents if f"{parent}/".startswith(f"{root}/"))
            self._disk.make_directory(day)
            self._new_days.append(day)
        self._days.add(day)

    def _remove_empty(self, day: Path) -> None:
        """A day that nobody needs, and its month and year when they have no other."""
        with suppress(OSError):  # not empty
            for directory in (day, day.parent, day.parent.parent):
                directory.rmdir()

    def _empty(self, directory: str) -> None:
        """A crash may have left a half-made directory of the same name."""
        if os.path.isdir(directory) and not os.path.islink(directory):
            for name in sorted(os.listdir(directory)):
                self._disk.remove(os.path.join(directory, name))


def write_redo_log(
    disk: Disk, layout: Layout, renames: Iterable[tuple[str, str]], removals: Iterable[str] = ()
) -> None:
    """Say durably which renames are about to be made, and which files go after them."""
    start = len(os.fspath(layout.root)) + 1  # only paths of the store are renamed
    lines = [[old[start:], new[start:]] for old, new in renames]
    lines += [[layout.relative(path), ""] for path in removals]
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
    places = tuple(new for _old, new in renames if new)
    for old, new in renames:
        if not new:
            disk.remove(layout.root / old)
        elif os.path.lexists(layout.root / old):
            disk.rename(layout.root / old, layout.root / new)
    disk.sync({(layout.root / new).parent for new in places if (layout.root / new).parent.is_dir()})
    return places


def forget_interrupted(disk: Disk, layout: Layout) -> None:
    """The slice that a crash interrupted is finished."""
    disk.remove(_redo_path(layout))


def _redo_path(layout: Layout) -> Path:
    return layout.run / _REDO_FILE
