"""The full text of a large store, made by as many processes as there are cores: each makes a part of its own.

A part is an index in a directory beside the segments of the real one, which takes them over when all is there. So the
parts share nothing, and whatever goes wrong with one costs its tickets another look and nothing else.
"""

import logging
import os
import select
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from math import ceil
from pathlib import Path
from secrets import token_hex

from mdtickets.app.session import Session
from mdtickets.store.index import Index
from mdtickets.store.index_following import done, numbers_behind
from mdtickets.store.index_schema import is_plain_number
from mdtickets.store.index_state import count_behind, directory_of

log = logging.getLogger("mdtickets")

# not imported: it is what the processes run
_PROCESS = "mdtickets.app.full_text_part"
_WORTH = 1000  # tickets from which on another process, half a second of its own, is worth it
_MOST = 8  # processes: each may need 250 MB
_PARTS = "parts"

Span = tuple[str, str]  # the first and the last ticket number


def make_in_parts(session: Session, index: Index, most: int, show: Callable[[int], None]) -> int:
    """Fill an empty index, `most` tickets to a segment, and tell how many are done; returns how many tickets it took.

    0 when it is not empty, when there is one core or little to do, and when numbers are longer than its column.
    """
    processes = min(_MOST, len(os.sched_getaffinity(0)))
    behind = count_behind(session.catalog)
    if processes < 2 or behind < _WORTH or index.articles:
        return 0
    numbers = numbers_behind(session.catalog, behind)
    if not all(map(is_plain_number, numbers)):
        return 0
    size = min(most, ceil(behind / processes))
    spans = [(numbers[start], numbers[min(start + size, behind) - 1]) for start in range(0, behind, size)]
    with _directories(session, processes) as directories:
        made = _run(session.layout.root, directories, spans, show)
        index.adopt(made)
        has = index.indexed(numbers)
    done(session.catalog, has)
    return len(has)


@contextmanager
def _directories(session: Session, count: int) -> Iterator[list[Path]]:
    """Where the parts are made; whatever lies there then goes, and so does what a killed process left."""
    parent = directory_of(session.layout) / _PARTS
    shutil.rmtree(parent, ignore_errors=True)
    try:
        yield [parent / token_hex(4) for _part in range(count)]
    finally:
        shutil.rmtree(parent, ignore_errors=True)


def _run(root: Path, directories: Sequence[Path], spans: Sequence[Span], show: Callable[[int], None]) -> list[Path]:
    """Let each process make its share; the directories of those that came to an end."""
    with ExitStack() as stack:
        processes = {}
        for place, directory in enumerate(directories):
            processes[directory] = stack.enter_context(_started(root, directory, spans[place :: len(directories)]))
        _listen(list(processes.values()), show)
        made = [directory for directory, process in processes.items() if process.wait() == 0]
    if len(made) < len(directories):
        log.warning("full text: %d of %d processes failed", len(directories) - len(made), len(directories))
    return made


@contextmanager
def _started(root: Path, directory: Path, spans: Sequence[Span]) -> Iterator[subprocess.Popen[bytes]]:
    words = [sys.executable, "-m", _PROCESS, os.fspath(root), os.fspath(directory)]
    # what it says when it fails is not what the user asked: its tickets are done here then
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
    ) as process:
        try:
            assert process.stdin  # noqa: S101  # asked for
            with suppress(BrokenPipeError):  # it failed already
                process.stdin.write("".join(f"{first} {last}\n" for first, last in spans).encode())
            process.stdin.close()
            yield process
        finally:
            process.kill()


def _listen(processes: Sequence[subprocess.Popen[bytes]], show: Callable[[int], None]) -> None:
    """Tell how many tickets are done until all processes have ended: each says a line for each of its spans."""
    count = 0
    waiting = [process.stdout for process in processes if process.stdout]
    while waiting:
        for output in select.select(waiting, [], [])[0]:
            if line := output.readline():
                count += int(line)
                show(count)
            else:
                waiting.remove(output)
