"""The Maildir of the transport "maildir": what would leave lands here, under the name of its Message-ID.

A mail is put into `tmp/` durably, before its outbox entry says `sending`, and appears in `new/` by one rename. So after
a crash the Maildir itself knows: in `new/` or `cur/` it was sent, still in `tmp/` it was not, and in none of them
somebody took it.
"""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from mdtickets.domain.delivery import file_name
from mdtickets.store.delivery import make_maildir
from mdtickets.store.durable import Disk

_INFO = ":2,"


class Outgoing:
    """The Maildir that mail is delivered to."""

    def __init__(self, disk: Disk, maildir: Path) -> None:
        self._disk = disk
        self._maildir = maildir

    def find(self, message_ids: Iterable[str]) -> frozenset[str]:
        """Those of the mails that lie in it, read or not, whatever their flags."""
        wanted = list(message_ids)
        there = {name.partition(_INFO)[0] for name in _listdir(self._maildir / "cur")} if wanted else set()
        return frozenset(
            message_id
            for message_id in wanted
            if file_name(message_id) in there or os.path.lexists(self._path("new", message_id))
        )

    def is_staged(self, message_id: str) -> bool:
        """Whether the mail was made ready and not delivered."""
        return os.path.lexists(self._path("tmp", message_id))

    def stage(self, mails: Sequence[tuple[str, bytes]]) -> None:
        """Make mails (Message-ID, bytes) ready in `tmp/`, durably. Makes the Maildir when it is missing."""
        make_maildir(self._disk, self._maildir)
        for message_id, message in mails:
            self._disk.write(self._path("tmp", message_id), message)
        self._disk.sync(self._path("tmp", message_id) for message_id, _ in mails)

    def keep(self, mails: Sequence[tuple[str, bytes]]) -> None:
        """Put copies (Message-ID, bytes) among the read mail, each once: what lies there already stays as it is."""
        there = self.find(message_id for message_id, _message in mails)
        missing = [(message_id, message) for message_id, message in mails if message_id not in there]
        if not missing:
            return
        self.stage(missing)
        for message_id, _message in missing:
            seen = self._maildir / "cur" / f"{file_name(message_id)}{_INFO}S"
            self._disk.rename(self._path("tmp", message_id), seen)
        self._disk.sync([self._maildir / "cur"])

    def deliver(self, message_ids: Sequence[str]) -> None:
        """Let staged mails appear in `new/`, durably."""
        for message_id in message_ids:
            self._disk.rename(self._path("tmp", message_id), self._path("new", message_id))
        if message_ids:
            self._disk.sync([self._maildir / "new"])

    def _path(self, folder: str, message_id: str) -> Path:
        return self._maildir / folder / file_name(message_id)


def _listdir(directory: Path) -> list[str]:
    try:
        return os.listdir(directory)
    except FileNotFoundError:
        return []
