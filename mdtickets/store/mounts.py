"""On which kind of file system a directory lies: on some, the kernel does not see what other hosts do."""

import os
from pathlib import Path

_MOUNTS = "/proc/self/mountinfo"
# Their changes come from elsewhere, and inotify tells only what happens here.
_REMOTE = frozenset(
    {"9p", "afs", "ceph", "cifs", "gfs2", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "smb3", "virtiofs"}
)


def remote_kind(directory: Path) -> str:
    """The name of the network or FUSE file system under a directory; "" when it is local or cannot be known.

    Raises OSError when the directory is not there.
    """
    device = os.stat(directory).st_dev
    try:
        with open(_MOUNTS, encoding="utf-8", errors="surrogateescape") as file:
            kind = kind_of(f"{os.major(device)}:{os.minor(device)}", file.read())
    except OSError:
        return ""
    return kind if kind in _REMOTE or kind.startswith("fuse.") else ""


def kind_of(device: str, mounts: str) -> str:
    """The file system type of a device `MAJOR:MINOR` by /proc/self/mountinfo (proc(5)); "" when it is not there."""
    for line in mounts.splitlines():
        place, _, what = line.partition(" - ")
        if place.split()[2:3] == [device]:
            return what.partition(" ")[0]
    return ""
