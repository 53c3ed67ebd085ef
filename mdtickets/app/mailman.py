"""The daemon's second thread: sends what is due, with a session of its own, so that no mail server delays filing."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from queue import Empty, SimpleQueue

from mdtickets.app.dispatching import SendingResult
from mdtickets.app.notifying import telling
from mdtickets.app.sending import next_due_at, send_due
from mdtickets.app.session import Session
from mdtickets.app.trouble import Trouble, sentence_of
from mdtickets.domain.delivery import DeliveryState
from mdtickets.domain.plain import plain_line
from mdtickets.domain.settings import Settings

log = logging.getLogger("mdtickets")

# An entry may be due and yet wait (its source is still in the Maildir): look again, but not at once.
_SHORTEST = 1.0  # seconds


class Mailman:
    """Sends when told that something was queued, and when an attempt is due again.

    `on_sent` is called by his thread when all is done that he was asked for.
    """

    def __init__(self, session: Session, on_sent: Callable[[], None]) -> None:
        self._session = session
        self._on_sent = on_sent
        self._orders: SimpleQueue[Settings | None] = SimpleQueue()
        self._stopping = threading.Event()
        # a server that does not answer must not keep the process: what is then in hand becomes `unknown`
        self._thread = threading.Thread(target=self._work, name="mailman", daemon=True)
        self._due_at: datetime | None = None
        self.trouble = Trouble("sending")

    def start(self) -> None:
        """Begin, with what earlier runs left."""
        self._thread.start()

    def send(self) -> None:
        """Tell the team what happened, and send what is due now, in the thread of the caller."""
        try:
            with telling(self._session):
                send_due(self._session, on_result=_tell, stop=self._stopping.is_set)
            self._due_at = next_due_at(self._session)
        except Exception as error:  # noqa: BLE001  # a bug in sending must not end the daemon that files
            self.trouble.meet(sentence_of(error), error)
        else:
            self.trouble.end()

    def wake(self) -> None:
        """Something may have been queued."""
        self._orders.put(None)

    def reload(self, settings: Settings) -> None:
        """Send by these settings from the next mail on."""
        self._orders.put(settings)

    def stop(self) -> None:
        """Let the mail in hand get its answer, then end."""
        self._stopping.set()
        self._orders.put(None)
        if self._thread.is_alive():
            self._thread.join(self._session.settings.sending.timeout + _SHORTEST)

    def _work(self) -> None:
        while not self._stopping.is_set():
            self.send()
            if self._orders.empty():
                self._on_sent()
            self._wait()
        self._session.close()

    def _wait(self) -> None:
        """Until there is something to do. What was asked for several times is done once."""
        with suppress(Empty):
            self._obey(self._orders.get(timeout=self._patience()))
            while True:
                self._obey(self._orders.get_nowait())

    def _obey(self, order: Settings | None) -> None:
        if order:
            self._session.settings = order

    def _patience(self) -> float | None:
        """Seconds until the next attempt; None = until told."""
        if self.trouble.wait or self._due_at is None:
            return self.trouble.wait or None
        return max(_SHORTEST, (self._due_at - self._session.now()).total_seconds())


def _tell(result: SendingResult) -> None:
    level = logging.INFO if result.state is DeliveryState.SENT else logging.WARNING
    detail = f": {plain_line(result.detail)}" if result.detail else ""
    log.log(level, "%s %s to %s%s", result.number, result.state, plain_line(", ".join(result.to)), detail)
