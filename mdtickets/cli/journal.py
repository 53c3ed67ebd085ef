"""Log lines on standard error: with a priority for the systemd journal, with the time for everybody else."""

import logging
import os
import sys
from collections.abc import Mapping

# sd-daemon(3): syslog's numbers
_PRIORITIES = ((logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6), (logging.DEBUG, 7))


class _Priority(logging.Formatter):
    """`<6>text`, each line of it: the journal adds time and unit itself."""

    def format(self, record: logging.LogRecord) -> str:
        number = next((number for level, number in _PRIORITIES if record.levelno >= level), 7)
        return "\n".join(f"<{number}>{line}" for line in super().format(record).splitlines())


def log_to_stderr(environment: Mapping[str, str]) -> None:
    """Have everything that is logged from now on written to standard error, one line each."""
    handler = logging.StreamHandler(sys.stderr)
    if _is_journal(environment.get("JOURNAL_STREAM", "")):
        handler.setFormatter(_Priority("%(message)s"))
    else:
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%d %H:%M:%S"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    logging.getLogger("mdtickets").setLevel(logging.INFO)


def _is_journal(stream: str) -> bool:
    """Whether standard error is the stream that systemd named `DEVICE:INODE` (systemd.exec(5))."""
    try:
        status = os.fstat(2)
    except OSError:
        return False
    return stream == f"{status.st_dev}:{status.st_ino}"
