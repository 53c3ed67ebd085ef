"""Stopping a piece of work at any durable operation, as `kill -9` would, to see how the next run goes on."""

import os
from collections.abc import Callable

_STOPPED = 9


def stop_at(step: int, work: Callable[[Callable[[str, str], None]], object]) -> bool:
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
