"""Hints that mail may have come. Never more than hints: whoever gets one looks into the Maildirs.

Watchdog's events come from inotify, which has limits: its queue overflows, it does not see what other hosts do on a
network file system, and a watch dies with its directory. So watches are checked on every sweep, and a folder that
cannot be watched is looked at instead.
"""

import errno
from collections.abc import Callable, Iterable
from pathlib import Path

from msgspec import Struct
from watchdog.events import DirDeletedEvent, FileSystemEvent, FileSystemEventHandler
from watchdog.observers.api import BaseObserver, ObservedWatch
from watchdog.observers.inotify import InotifyEmitter
from watchdog.observers.inotify_c import InotifyConstants, Mask

from mdtickets.store.maildir import waiting_count
from mdtickets.store.mounts import remote_kind

_LIMITS = {
    errno.ENOSPC: "the limit fs.inotify.max_user_watches is reached",
    errno.EMFILE: "the limit of open files or fs.inotify.max_user_instances is reached",
}


class Unwatched(Struct, frozen=True, kw_only=True):
    """A folder that gives no events, and why."""

    folder: Path
    reason: str


class ArrivalEmitter(InotifyEmitter):
    """Tells of what comes into a directory, not of what leaves it.

    Watchdog holds back each move *out* for half a second, and every later event with it: after each mail that we move
    to its folder for filed mail, the next one's arrival would come that much later.
    """

    def get_event_mask_from_filter(self) -> Mask:
        """What the kernel is asked to tell."""
        wanted = InotifyConstants.IN_MOVED_TO | InotifyConstants.IN_CREATE | InotifyConstants.IN_DELETE_SELF
        return Mask(wanted | InotifyConstants.IN_ONLYDIR)


class _Hinter(FileSystemEventHandler):
    def __init__(self, on_hint: Callable[[], None]) -> None:
        self._on_hint = on_hint
        self.is_gone = False

    def dispatch(self, event: FileSystemEvent) -> None:
        if isinstance(event, DirDeletedEvent):
            self.is_gone = True
        self._on_hint()


class _Watched(Struct, frozen=True, kw_only=True):
    inode: tuple[int, int]
    watch: ObservedWatch
    hinter: _Hinter


class Watch:
    """Watches the `new/` of some Maildirs. `on_hint` is called from another thread."""

    def __init__(self, on_hint: Callable[[], None]) -> None:
        self._on_hint = on_hint
        self._observer: BaseObserver | None = None
        self._watched: dict[Path, _Watched] = {}
        self._looked_at: dict[Path, tuple[int, ...]] = {}

    def keep(self, maildirs: Iterable[Path]) -> list[Unwatched]:
        """Watch exactly these Maildirs from now on; call it again to find directories that were made anew.

        Returns the folders that give no events: `looks_different` tells about those.
        """
        folders = {maildir / "new" for maildir in maildirs}
        for folder in [*self._watched]:
            if folder not in folders or self._is_stale(folder):
                self._forget(folder)
        unwatched = [self._try(folder) for folder in sorted(folders - self._watched.keys())]
        found = [each for each in unwatched if each]
        self._looked_at = {each.folder: self._looked_at.get(each.folder) or _look(each.folder) for each in found}
        return found

    def looks_different(self) -> bool:
        """Whether a folder that gives no events has changed since the last call. Reads its names, no mail."""
        before, self._looked_at = self._looked_at, {folder: _look(folder) for folder in self._looked_at}
        return before != self._looked_at

    def stop(self) -> None:
        """Watch nothing any more."""
        if self._observer:
            self._observer.stop()
            self._observer.join()
            self._observer = None
        self._watched.clear()

    def _is_stale(self, folder: Path) -> bool:
        known = self._watched[folder]
        return known.hinter.is_gone or _inode(folder) != known.inode

    def _forget(self, folder: Path) -> None:
        known = self._watched.pop(folder)
        if self._observer:
            self._observer.unschedule(known.watch)

    def _try(self, folder: Path) -> Unwatched | None:
        inode = _inode(folder)
        if inode is None:
            return Unwatched(folder=folder, reason="it is not there")
        try:
            remote = remote_kind(folder)
            if remote:
                return Unwatched(folder=folder, reason=f"{remote} does not tell what other hosts deliver")
            hinter = _Hinter(self._on_hint)
            watch = self._started_observer().schedule(hinter, str(folder))
        except OSError as error:
            return Unwatched(folder=folder, reason=_LIMITS.get(error.errno or 0) or error.strerror or str(error))
        self._watched[folder] = _Watched(inode=inode, watch=watch, hinter=hinter)
        return None

    def _started_observer(self) -> BaseObserver:
        if self._observer is None:
            observer = BaseObserver(ArrivalEmitter)
            observer.start()
            self._observer = observer
        return self._observer


def _inode(folder: Path) -> tuple[int, int] | None:
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _look(folder: Path) -> tuple[int, ...]:
    try:
        status = folder.stat()
    except OSError:
        return ()
    return status.st_ino, status.st_mtime_ns, waiting_count(folder.parent)
