from pathlib import Path

import pytest

from mdtickets.store.mounts import is_shared, kind_of, network_kind, remote_kind

# as in proc(5): optional fields before the dash, their number varies
MOUNTS = """\
22 27 0:21 / /proc rw,nosuid shared:12 - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
98 27 0:51 /mail /srv/mail\\040box rw,relatime shared:55 master:3 - nfs4 nas:/mail rw,vers=4.2
99 27 0:52 / /mnt/far rw,nosuid - fuse.sshfs anna@desk-3:/ rw
"""


@pytest.mark.parametrize(
    ("device", "expected"), [("254:0", "ext4"), ("0:51", "nfs4"), ("0:52", "fuse.sshfs"), ("0:5", ""), ("", "")]
)
def test_a_device_has_a_file_system(device: str, expected: str) -> None:
    """The type is found by the device, however many optional fields a line has."""
    assert kind_of(device, MOUNTS) == expected


def test_a_local_directory_is_not_remote(tmp_path: Path) -> None:
    """Where the kernel sees every change, events can be relied on."""
    assert remote_kind(tmp_path) == ""


def test_a_missing_directory_is_an_error(tmp_path: Path) -> None:
    """The caller decides what a missing folder means."""
    with pytest.raises(FileNotFoundError):
        remote_kind(tmp_path / "none")


@pytest.mark.parametrize(
    ("kind", "shared"),
    [("nfs4", True), ("cifs", True), ("fuse.sshfs", True), ("ext4", False), ("9p", False), ("", False)],
)
def test_some_file_systems_are_there_for_several_machines(kind: str, shared: bool) -> None:
    """A virtual machine's view of its host is not."""
    assert is_shared(kind) is shared


def test_a_local_directory_is_no_network(tmp_path: Path) -> None:
    """Tickets can be locked here."""
    assert network_kind(tmp_path) == ""
