"""When the daemon hands on what it has filed: to the mailman, then to git. Filing itself never waits.

While mails keep coming, acknowledgements and commits gather; in a quiet moment they leave, and the commit takes along
what was sent meanwhile. Alone, a mail waits for both only as long as it takes to see that no other follows.
"""

from msgspec import Struct

NEVER = float("inf")

# All in seconds.
_QUIET = 0.01  # without another mail
_STILL_COMING = 0.1  # between two mails: a third is likely, and a busy machine may be late with it
_QUIET_AFTER_SOME = 0.04
_LATEST = 1.0  # after the first that waits, quiet or not
# A Maildir takes a mail in less; a server that takes longer keeps no commit.
_FOR_SENDING = 0.05
_SENT_LATE = 0.25  # what was sent after that commit waits so long for another


class Pace(Struct):
    """The two moments that come next, as `time.monotonic` counts; NEVER when nothing waits."""

    send_at: float = NEVER
    commit_at: float = NEVER
    _send_latest: float = NEVER
    _filed_at: float = 0.0

    def filed(self, now: float) -> None:
        """Something was filed that is to be answered, told or committed."""
        if self.send_at == NEVER:
            self._send_latest = now + _LATEST
        quiet = _QUIET_AFTER_SOME if now - self._filed_at < _STILL_COMING else _QUIET
        self.send_at = min(now + quiet, self._send_latest)
        self._filed_at = now

    def handed_over(self, now: float) -> None:
        """The mailman has been asked to send."""
        self.send_at = NEVER
        self.commit_at = min(self.commit_at, now + _FOR_SENDING)

    def sent(self, now: float) -> None:
        """The mailman is done, and git is to know: with the commit that waited for him, else with the next one."""
        self.commit_at = now + _SENT_LATE if self.commit_at == NEVER else now

    def committed(self) -> None:
        """Git has all that there was."""
        self.commit_at = NEVER
