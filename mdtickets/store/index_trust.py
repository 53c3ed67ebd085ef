"""Whether an index may be opened at all: Whoosh's files are pickles, and a pickle from a stranger runs his code.

An index is made here and never leaves, so one that git has came from somebody else, by a pull or a clone.
"""

import re
from pathlib import Path

from mdtickets.store.git_files import find_git_directory
from mdtickets.store.layout import PRIVATE, Layout

# Entries are sorted, and little sorts before `.mdtickets/`: a thousand paths and more fit into this.
_HEAD = 256 << 10  # bytes of git's index
_SIGNATURE = b"DIRC"
_WHOLE_PATHS = re.compile(re.escape(f"{PRIVATE}/".encode()))
# version 4 leaves out what a path shares with the one before it, here at most the dot
_CUT_PATHS = re.compile(re.escape(f"{PRIVATE[1:]}/".encode()))


def is_tracked(layout: Layout) -> bool:
    """Whether git tracks anything of this machine's own directory."""
    directory = find_git_directory(layout.root)
    if directory is None:
        return False
    head = _head(directory.own / "index")
    version = int.from_bytes(head[4:8])
    if not head.startswith(_SIGNATURE):
        return False
    return bool((_CUT_PATHS if version >= 4 else _WHOLE_PATHS).search(head))


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD)
    except FileNotFoundError:
        return b""
