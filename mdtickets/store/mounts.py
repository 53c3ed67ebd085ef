"""On which kind of file system a directory lies: on some, the kernel does not see what other hosts do."""

import os
from pathlib import Path

_MOUNTS = "/proc/self/mountinfo"
# Their changes come from elsewhere, and inotify tells only what happens here.
_REMOTE = frozenset(
    {"9p", "afs", "ceph", "cifs", "gfs2", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "smb3", "virtiofs"}
)

# Of those, and of FUSE's, where several machines see the same files: a lock of one would not hold for another.
_SHARED = (_REMOTE - {"9p", "virtiofs"}) | {"fuse.cephfs", "fuse.glusterfs", "fuse.sshfs", "fuse.s3fs", "fuse.rclone"}


def remote_kind(directory: Path) -> str:
    """The name of the network or FUSE file system under a directory; "" when it is local or cannot be known.

    Raises OSError when the directory is not there.
    """
    kind = _kind(directory)
    return kind if kind in _REMOTE or kind.startswith("fuse.") else ""


def network_kind(directory: Path) -> str:
    """The name of the network file system under a directory that other machines may write to, too; "" when none is.

    Raises OSError when the directory is not there.
    """
    kind = _kind(directory)
    return kind if is_shared(kind) else ""


def is_shared(kind: str) -> bool:
    """Whether file systems of that type are there for several machines."""
    return kind in _SHARED


def _kind(directory: Path) -> str:
    device = os.stat(directory).st_dev
    try:
        with open(_MOUNTS, encoding="utf-8", errors="surrogateescape") as file:
            return kind_of(f"{os.major(device)}:{os.minor(device)}", file.read())
    except OSError:
        return ""


def kind_of(device: str, mounts: str) -> str:
    """The file system type of a device `MAJOR:MINOR` by /proc/self/mountinfo (proc(5)); "" when it is not there."""
    for line in mounts.splitlines():
        place, _, what = line.partition(" - ")
        if place.split()[2:3] == [device]:
            return what.partition(" ")[0]
    return ""
