"""Starts programs for `process.py` and reports what each one used.

It runs as a process of its own because Linux counts the memory of whoever starts a program as the program's peak
(`ru_maxrss` survives exec): this one is small, the benchmark is not. Orders and reports are lines of JSON.
"""

import json
import os
import sys
import time
from typing import Any

_TICKS = os.sysconf("SC_CLK_TCK")


def run(order: dict[str, Any]) -> dict[str, float | None]:
    """Run one program to its end: wall and CPU seconds, its own and with its children's, and the peak in bytes.

    `told_after`: when the words of `until` stood on its standard output, which is a pipe then.
    """
    os.chdir(order["cwd"])
    os.sched_setaffinity(0, order["cores"])
    read, write = os.O_RDONLY, os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    pipe = os.pipe() if order["until"] else None
    files = [
        (os.POSIX_SPAWN_OPEN, 0, order["stdin"], read, 0),
        (os.POSIX_SPAWN_DUP2, pipe[1], 1) if pipe else (os.POSIX_SPAWN_OPEN, 1, order["stdout"], write, 0o600),
        (os.POSIX_SPAWN_OPEN, 2, order["stderr"], write, 0o600),
    ]
    start = time.perf_counter()
    pid = os.posix_spawn(order["argv"][0], order["argv"], order["env"], file_actions=files)
    told_at = _listen(pipe, order) if pipe else None
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    wall = time.perf_counter() - start
    children = _children_cpu(pid)
    _, status, usage = os.wait4(pid, 0)
    return {
        "wall": wall,
        "told_after": told_at and told_at - start,
        "cpu": usage.ru_utime + usage.ru_stime,
        "children_cpu": children,
        "peak_bytes": usage.ru_maxrss * 1024,
        "exit_code": os.waitstatus_to_exitcode(status),
    }


def _listen(pipe: tuple[int, int], order: dict[str, Any]) -> float | None:
    """Keep what the program prints; when the awaited words stood there."""
    reading, writing = pipe
    os.close(writing)
    until, seen, told_at = order["until"].encode(), b"", None
    while piece := os.read(reading, 65536):
        seen += piece
        if told_at is None and until in seen:
            told_at = time.perf_counter()
    os.close(reading)
    with open(order["stdout"], "wb") as file:  # noqa: PTH123  # as below
        file.write(seen)
    return told_at


def _children_cpu(pid: int) -> float:
    """CPU seconds of the children that an ended, not yet collected process had waited for, to 10 ms (proc(5))."""
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:  # noqa: PTH123  # pathlib would double its memory
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / _TICKS


def main() -> None:
    """Carry out orders until standard input ends."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(run(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
