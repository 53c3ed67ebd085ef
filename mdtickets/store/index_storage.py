"""Where Whoosh keeps its files, by its own extension points: read in place, and durable before they count.

As it comes, Whoosh copies each file of a segment into memory when it is opened: 884 MB for 100,000 tickets, for every
query. Here a file is a view of the mapped segment. And it never asks for a sync, so a power cut could leave a table of
contents that names segments which are not there.
"""

import errno
import io
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Any

from mdtickets.store import index_engine as whoosh
from mdtickets.store.catalog import share_file
from mdtickets.store.index_postings import FieldWriter, Postings
from mdtickets.store.index_sums import SUMS, Sum, changed_files, read_sums, write_sums

_CONTENTS = ".toc"
_SEGMENT = ".seg"
_TEMPORARY = ".tmp"
_SMALL = 64 << 10  # bytes that are copied sooner than they are wrapped
_AHEAD = 2048  # bytes that are read together


class Storage(whoosh.FileStorage):  # type: ignore[misc]  # Whoosh has no types
    """The directory of an index. What was written is synced before the table of contents that names it is renamed."""

    def __init__(self, folder: Path) -> None:
        super().__init__(os.fspath(folder))
        self._unsynced: set[str] = set()
        self._sums: dict[str, Sum] = {}
        self._temporary = f"{token_hex(4)}{_TEMPORARY}"

    def create_file(self, name: str, **options: Any) -> Any:
        """A new file, which is synced later, open to whom the index is."""
        self._unsynced.add(name)
        file = super().create_file(name, **options)
        share_file(Path(self.folder, name))
        return file

    def temp_storage(self, name: str | None = None) -> Any:  # noqa: ARG002  # Whoosh's interface
        """A directory of this writer alone: what another user's left, when he was killed, may not be ours to change."""
        found = super().temp_storage(self._temporary)
        share_file(Path(found.folder))
        return found

    def open_file(self, name: str, **options: Any) -> Any:
        """A file for reading. A table of contents is read at once: Whoosh leaves one open that it cannot read."""
        if not name.endswith(_CONTENTS):
            return super().open_file(name, **options)
        data = Path(self.folder, name).read_bytes()
        # after the contents: a writer notes these first
        self._sums = read_sums(Path(self.folder))
        if name not in self._sums:
            raise FileNotFoundError(errno.ENOENT, "a newer one was written since", name)
        if not self._sums[name].fits(data):
            raise ValueError(f"{name} is not what was written")
        return MappedFile(memoryview(data), name)

    def check_size(self, name: str) -> None:
        """Raises ValueError for a file that is shorter or longer than it was written."""
        if name not in self._sums or self._sums[name].size != self.file_length(name):
            raise ValueError(f"{name} is not as long as it was written")

    def changed_files(self, names: Iterable[str]) -> list[str]:
        """Those of these files that are not, byte for byte, what they were written as."""
        return list(changed_files(Path(self.folder), names))

    def delete_file(self, name: str) -> None:
        """Remove a file; there is nothing to sync then."""
        self._unsynced.discard(name)
        super().delete_file(name)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Put a file in its place: a table of contents when all that it names is durable."""
        if not newname.endswith(_CONTENTS):
            super().rename_file(oldname, newname, safe=safe)
            return
        folder = Path(self.folder)
        kept = [name for name in os.listdir(folder) if name.endswith((_SEGMENT, _CONTENTS)) and name != newname]
        sums = write_sums(folder, sorted(kept), {newname: folder / oldname})
        share_file(sums)
        for name in (*sorted(self._unsynced), sums.name, ""):
            _sync(os.path.join(self.folder, name))
        self._unsynced.clear()
        sums.replace(folder / SUMS)
        super().rename_file(oldname, newname, safe=safe)
        _sync(self.folder)

    def tidy(self) -> None:
        """Remove what a writer left that was killed. The caller holds the lock."""
        folder = Path(self.folder)
        for path in folder.glob(f"*{_CONTENTS}.*"):
            path.unlink(missing_ok=True)
        for temporary in folder.glob(f"*{_TEMPORARY}"):
            with suppress(OSError):  # another user's, and in nobody's way
                for path in temporary.glob("*"):
                    path.unlink(missing_ok=True)
                temporary.rmdir()


class Codec(whoosh.W3Codec):  # type: ignore[misc]  # Whoosh has no types
    """Whoosh's own format, with segments that are read in place, written with less ado."""

    # the index has a column of its own for lengths; Whoosh would look for its, once for each posting
    length_stats = False

    def field_writer(self, storage: Any, segment: Any) -> FieldWriter:
        """What writes the terms of one field after another."""
        return FieldWriter(self, storage, segment)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> Postings:
        """What reads the postings of one term."""
        return Postings(dbfile, *terminfo.extent(), format_, term=term, scorer=scorer)

    def new_segment(self, storage: Any, indexname: str) -> "Segment":  # noqa: ARG002  # Whoosh's interface
        """A segment to be written."""
        return Segment(self, indexname)


class Segment(whoosh.W3Segment):  # type: ignore[misc]  # Whoosh has no types
    """A segment whose one file is mapped."""

    @property
    def file_name(self) -> str:
        """Its one file."""
        name: str = self.make_filename(self.COMPOUND_EXT)
        return name

    def open_compound_file(self, storage: Any) -> "MappedCompound":
        """The files in it. Raises ValueError when it is not as long as it was written."""
        storage.check_size(self.file_name)
        file = storage.open_file(self.file_name)
        try:
            return MappedCompound(file)
        except BaseException:
            file.close()
            raise


class MappedCompound(whoosh.CompoundStorage):  # type: ignore[misc]  # Whoosh has no types
    """The files of one segment as views of its mapped file."""

    def open_file(self, name: str, *_arguments: Any, **_options: Any) -> "MappedFile":
        """One of the files, not copied."""
        offset, length = self.range(name)
        return MappedFile(memoryview(self._source)[offset : offset + length], name)


class MappedFile(whoosh.BufferFile):  # type: ignore[misc]  # Whoosh has no types
    """A file in memory that is not copied."""

    def __init__(self, view: memoryview, name: str) -> None:
        # not the initialiser of BufferFile: it is what copies
        self._buf = view
        self._name = name
        self.file = io.BytesIO(view) if len(view) < _SMALL else io.BufferedReader(_Mapped(view), _AHEAD)
        self.onclose = None
        self.is_real = False
        self.is_closed = False

    def subset(self, position: int, length: int, name: str | None = None) -> "MappedFile":
        """A part of it as a file of its own."""
        return MappedFile(self._buf[position : position + length], name or self._name)


class _Mapped(io.RawIOBase):
    """A view as a file."""

    def __init__(self, view: memoryview) -> None:
        super().__init__()
        self._view = view
        self._place = 0

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """Anywhere."""
        return True

    def readinto(self, buffer: Any) -> int:
        """The next bytes."""
        some = self._view[self._place : self._place + len(buffer)]
        buffer[: len(some)] = some
        self._place += len(some)
        return len(some)

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to a place."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: len(self._view)}[whence]
        self._place = base + offset
        return self._place


def _sync(path: str) -> None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return  # a part of a segment that is one file by now
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
