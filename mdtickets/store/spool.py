"""The Maildir of `deliver`: a mail is safe there before anything heavy is loaded.

Nothing here may import more than `os` does: an MTA waits for the answer, once for each mail.
"""

import fcntl
import os

from mdtickets.domain.spool_name import add_route
from mdtickets.store.delivery import deliver, make_maildir, unique_name
from mdtickets.store.durable import Disk

TYPE_CHECKING = False  # typing itself costs a fifth of Python's start
if TYPE_CHECKING:
    from collections.abc import Iterable

# The same places as in `layout`, which costs as much as Python's start.
_SPOOL = ".mdtickets/spool"
_DAEMON_LOCK = ".mdtickets/run/daemon.lock"


def spool_name(*, now_ns: int, queue: str, address: str) -> str:
    """The name under which a mail will lie in the spool. Raises ValueError when queue and address are too long."""
    unique = unique_name(now_ns=now_ns, process=os.getpid(), counter=1, host=os.uname().nodename)
    return add_route(unique, queue=queue, address=address)


def accept(root: str, chunks: "Iterable[bytes]", name: str) -> str:
    """The path of the mail in the store's spool, where it is safe. Raises OSError, with no mail there, when it is not."""
    spool = os.path.join(root, _SPOOL)
    disk = Disk()
    make_maildir(disk, spool)
    return deliver(disk, spool, chunks, unique=name)


def daemon_runs(root: str) -> bool:
    """Whether a daemon is there that files what lies in the spool."""
    try:
        descriptor = os.open(os.path.join(root, _DAEMON_LOCK), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
