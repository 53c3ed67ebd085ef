"""Stopping a piece of work at any durable operation, as `kill -9` would, to see how the next run goes on."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

from mdtickets.app.session import Session
from tests.world import open_world

_STOPPED = 9

BeforeStep = Callable[[str, str], None]
Work = Callable[[Session], object]


def stop_at(step: int, work: Callable[[BeforeStep], object]) -> bool:
    """Do the work in a process of its own that ends before that step; whether it got so far.

    `work` gets the function for `Disk(before_step=…)`.
    """
    child = os.fork()
    if child == 0:
        left = [step]

        def count(_operation: str, _path: str) -> None:
            if left[0] == 0:
                os._exit(_STOPPED)
            left[0] -= 1

        try:
            work(count)
        except BaseException:  # noqa: BLE001  # the child must not go on as a second pytest
            os._exit(1)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in {0, _STOPPED}
    return code == _STOPPED


def do_in(place: Path, work: Work, before_step: BeforeStep | None = None) -> None:
    """Do it in the store of that place."""
    with closing(open_world(place / "store", before_step)) as session:
        work(session)


def each_stop(before: Path, places: Path, work: Work) -> Iterator[Path]:
    """A copy of the place for each durable operation of the work, which was stopped there before that one."""
    for step in count():
        place = places / f"stop-{step}"
        shutil.copytree(before, place, symlinks=True)
        if not stop_at(step, lambda before_step, place=place: do_in(place, work, before_step)):  # type: ignore[misc]
            return
        yield place
        shutil.rmtree(place)
