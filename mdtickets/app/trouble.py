"""Patience with a machine that cannot: what goes wrong is said once, and tried again later and later."""

import errno
import logging
import sqlite3

from mdtickets.errors import MdticketsError

_FIRST = 1.0  # seconds until the second attempt
_LONGEST = 60.0
# What a machine does to us; anything else is a mistake of ours, and where it happened must be told.
_EXPECTED = (MdticketsError, OSError, sqlite3.OperationalError)

log = logging.getLogger("mdtickets")


class Trouble:
    """What is wrong with one of the daemon's activities now, and how long it waits before the next attempt."""

    def __init__(self, activity: str) -> None:
        self._activity = activity
        self.sentence = ""  # "" = nothing is wrong
        self.wait = 0.0  # seconds

    def meet(self, sentence: str, error: Exception | None = None) -> None:
        """It failed (again): the wait doubles, up to a minute. News are told; of what is a bug, where it happened."""
        if sentence != self.sentence:
            is_expected = error is None or isinstance(error, _EXPECTED)
            log.error("%s: %s", self._activity, sentence, exc_info=None if is_expected else error)
        self.sentence = sentence
        self.wait = min(max(self.wait * 2, _FIRST), _LONGEST)

    def end(self) -> None:
        """It worked."""
        if self.sentence:
            log.info("%s: works again", self._activity)
        self.sentence, self.wait = "", 0.0


def sentence_of(error: Exception) -> str:
    """What went wrong in words that stay the same while it stays the same."""
    if isinstance(error, MdticketsError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        # a full disk is one piece of news, not one a file
        about = f" ({error.filename})" if error.filename and error.errno not in {errno.ENOSPC, errno.EDQUOT} else ""
        return f"{error.strerror}{about}"
    return f"{type(error).__name__}: {error}"
