"""Putting mails into a Maildir: all at once before a burst, or one by one as an MTA delivers them."""

import os
import time
from collections.abc import Iterable
from pathlib import Path


def make(maildir: Path) -> Path:
    """An empty Maildir at this path."""
    for name in ("cur", "new", "tmp"):
        (maildir / name).mkdir(parents=True, exist_ok=True)
    return maildir


def fill(maildir: Path, mails: Iterable[bytes]) -> int:
    """Lay mails into `new/`, received now one after another; the number of their bytes."""
    make(maildir)
    total = 0
    for count, mail in enumerate(mails):
        (maildir / "new" / unique(count)).write_bytes(mail)
        total += len(mail)
    return total


def deliver(maildir: Path, name: str, mail: bytes) -> float:
    """Deliver one mail durably by way of `tmp/`; the monotonic time at which it appeared in `new/`."""
    temporary = maildir / "tmp" / name
    with temporary.open("wb") as file:
        file.write(mail)
        file.flush()
        os.fsync(file.fileno())
    arrived = time.monotonic()
    temporary.rename(maildir / "new" / name)
    return arrived


def unique(count: int) -> str:
    """A file name for the mail with that number, received now."""
    return f"{int(time.time())}.M{count:06d}P{os.getpid()}.bench"
