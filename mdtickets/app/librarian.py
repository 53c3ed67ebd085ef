"""The daemon's librarian: a process of its own that keeps the full text up to date.

A process, because making an index takes seconds of pure Python, and a mail that arrives meanwhile must not wait for it;
and because its memory is then nobody else's. It is told by a byte on its standard input that something changed, waits
for a quiet moment, and ends when that input ends: with the daemon, however that ends.
"""

import logging
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

log = logging.getLogger("mdtickets")

# not imported: it loads the engine
_PROCESS = "mdtickets.app.full_text_process"


class Librarian:
    """The librarian as the daemon sees it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._works = False
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Work from the first news on."""
        self._works = True

    def wake(self) -> None:
        """Something may have changed. Costs a byte in a pipe, and a process the first time."""
        if not self._works:
            return
        if self._process is None or self._process.poll() is not None:
            self._start()
        if self._process and self._process.stdin:
            with suppress(OSError):  # full: it knows; broken: it is started again the next time
                os.write(self._process.stdin.fileno(), b"\n")

    def stop(self) -> None:
        """End it, whatever it does: a writer that is killed leaves the index as it was before."""
        self._works = False
        if self._process is None:
            return
        if self._process.stdin:
            self._process.stdin.close()
        self._process.terminate()
        self._process.wait()
        self._process = None

    def _start(self) -> None:
        command = [sys.executable, "-m", _PROCESS, os.fspath(self._root)]
        try:
            # a group of its own, for Ctrl-C is for the daemon; no session of its own: Linux gives each its share of
            # the CPU (sched(7), autogroup), and nice counts within one only
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, bufsize=0, process_group=0)
        except OSError as error:
            log.warning("the full text does not follow: %s", error)
            return
        assert self._process.stdin  # noqa: S101  # asked for
        os.set_blocking(self._process.stdin.fileno(), False)
