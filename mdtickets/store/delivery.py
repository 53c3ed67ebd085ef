"""Delivering into a Maildir (https://cr.yp.to/proto/maildir.html): whole in `new/`, or not there.

This module and `durable` are all that `deliver` loads before the mail is safe, so nothing heavy is imported here.
"""

import os

from mdtickets.store.durable import Disk, StrPath

TYPE_CHECKING = False  # typing itself costs a fifth of Python's start
if TYPE_CHECKING:
    from collections.abc import Iterable

# What makes a directory a Maildir.
FOLDERS = ("tmp", "new", "cur")

# A Maildir++ folder has this file, so that an MTA delivering there finds the quota of the whole mailbox.
FOLDER_MARK = "maildirfolder"


def unique_name(*, now_ns: int, process: int, counter: int, host: str) -> str:
    r"""A name that no other delivery has: time, process, and the process's own counter, on this host.

    `now_ns` is in nanoseconds since 1970. A slash or colon of the host is written as the convention asks (\057, \072);
    a comma too, since it would begin a field.
    """
    seconds, rest = divmod(now_ns, 1_000_000_000)
    clean = host.replace("/", "\\057").replace(":", "\\072").replace(",", "\\054") or "localhost"
    return f"{seconds}.M{rest // 1000:06}P{process}Q{counter}.{clean}"


def make_maildir(disk: Disk, maildir: StrPath) -> None:
    """Make a Maildir, or what is missing of one. A name with a leading dot becomes a Maildir++ folder."""
    root = os.fspath(maildir)
    missing = [path for name in FOLDERS if not os.path.isdir(path := os.path.join(root, name))]
    for path in missing:
        disk.make_directory(path)
    mark = os.path.join(root, FOLDER_MARK)
    if os.path.basename(root).startswith(".") and not os.path.exists(mark):
        disk.write(mark, b"")
        missing.append(mark)
    if missing:
        real = os.path.realpath(root)
        disk.sync([*missing, real, os.path.dirname(real)])


def deliver(disk: Disk, maildir: StrPath, chunks: "bytes | Iterable[bytes]", *, unique: str) -> str:
    """The path in `new/` of a mail that will survive a power cut. Raises OSError, with nothing in `new/`, when not.

    The Maildir must exist. A mail of the same unique name is the same mail: it is replaced.
    """
    root = os.fspath(maildir)
    temporary, final = os.path.join(root, "tmp", unique), os.path.join(root, "new", unique)
    disk.write(temporary, chunks)
    disk.sync([temporary])
    disk.rename(temporary, final)
    disk.sync([os.path.join(root, "new")])
    return final
