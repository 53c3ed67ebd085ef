"""Size and digest of each file of an index: Whoosh has no checksums, so a flipped bit would be read as an answer.

Sizes, and the small table of contents whole, are compared whenever an index is opened; all bytes by `fsck`.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

SUMS = "sums"
_CHUNK = 1 << 20
_DIGEST_SIZE = 16


class Sum(Struct, frozen=True):
    """What a file was when it was written."""

    size: int
    digest: str

    def fits(self, data: bytes) -> bool:
        """Whether these are its bytes."""
        return len(data) == self.size and _digest((data,)) == self.digest


def read_sums(folder: Path) -> dict[str, Sum]:
    """What was noted, by file name. Raises FileNotFoundError when nothing was, ValueError when it is torn."""
    lines = (line.split(" ") for line in (folder / SUMS).read_text("ascii").splitlines())
    return {name: Sum(int(size), digest) for digest, size, name in lines}


def write_sums(folder: Path, names: Iterable[str], also: dict[str, Path]) -> Path:
    """Write, beside the old ones, the sums of these files and of `also` (name -> where it lies yet); returns the file.

    What is noted of files that are there stays: readers may be using the table of contents before this one.
    """
    known: dict[str, Sum] = {}
    with suppress(FileNotFoundError, ValueError):
        known = read_sums(folder)
    sums = {name: known.get(name) or sum_of(folder / name) for name in names}
    sums |= {name: sum_of(path) for name, path in also.items()}
    path = folder / f"{SUMS}.new"
    path.write_text("".join(f"{each.digest} {each.size} {name}\n" for name, each in sums.items()), "ascii")
    return path


def sum_of(path: Path) -> Sum:
    """Size and digest of a file as it is. Raises OSError."""
    with path.open("rb") as file:
        digest = _digest(iter(lambda: file.read(_CHUNK), b""))
        return Sum(os.fstat(file.fileno()).st_size, digest)


def changed_files(folder: Path, names: Iterable[str]) -> Iterator[str]:
    """Those of these files that are not what they were written as, or are not there."""
    sums = read_sums(folder)
    for name in names:
        try:
            is_whole = sums.get(name) == sum_of(folder / name)
        except OSError:
            is_whole = False
        if not is_whole:
            yield name


def _digest(chunks: Iterable[bytes]) -> str:
    found = hashlib.blake2b(digest_size=_DIGEST_SIZE)
    for chunk in chunks:
        found.update(chunk)
    return found.hexdigest()
