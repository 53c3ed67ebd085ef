"""The librarian's process: brings the full text, then the facts, up to date at each piece of news on its input."""

import logging
import os
import select
import sys
import time
from contextlib import suppress
from pathlib import Path

from mdtickets.app.freshness import refresh_for_reading
from mdtickets.app.full_text import catch_up
from mdtickets.app.known_facts import follow
from mdtickets.app.session import Session, open_session
from mdtickets.app.trouble import sentence_of
from mdtickets.errors import TryAgainError
from mdtickets.store.index_state import UP_TO_DATE, state_of

log = logging.getLogger("mdtickets")

_QUIET = 1.0  # seconds without news before it begins
_LATEST = 10.0  # seconds after the first news
_AGAIN = 60.0  # seconds after something failed
_NICE = 10


class News:
    """What the daemon says, as the librarian hears it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.has_ended = False

    def wait(self, seconds: float | None) -> bool:
        """Whether something was said within that time. None = as long as it takes."""
        if self.has_ended or not select.select([self._descriptor], [], [], seconds)[0]:
            return False
        self.has_ended = not os.read(self._descriptor, 4096)
        return not self.has_ended

    def wait_for_quiet(self) -> None:
        """Return when nothing was said for a moment, or enough."""
        latest = time.monotonic() + _LATEST
        while self.wait(_QUIET) and time.monotonic() < latest:
            continue


def work(session: Session, news: News) -> None:
    """Bring all that is derived up to date at once, and whenever there is news, until there is none to come."""
    while not news.has_ended:
        wait: float | None = None
        try:
            refresh_for_reading(session)
            if state_of(session.layout, session.catalog).state != UP_TO_DATE:
                count = catch_up(session, stop=lambda: news.has_ended)
                log.info("full text: %d tickets", count)
            count = follow(session, lambda: news.has_ended)
            if count:
                log.info("statistics: %d tickets", count)
        except TryAgainError:
            wait = _QUIET  # somebody else writes
        except Exception as error:  # noqa: BLE001  # whatever the machine does: later is early enough
            log.warning("full text and statistics: %s", sentence_of(error))
            wait = _AGAIN
        news.wait(wait)
        news.wait_for_quiet()


def main(root: str) -> None:
    """The process: news on standard input."""
    with suppress(OSError):
        os.nice(_NICE)
    logging.basicConfig(format="%(message)s", level=logging.INFO)
    session = open_session(Path(root))
    try:
        work(session, News(sys.stdin.fileno()))
    finally:
        session.close()


if __name__ == "__main__":
    main(sys.argv[1])
