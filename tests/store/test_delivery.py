import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mdtickets.store.delivery import deliver, make_maildir, unique_name
from mdtickets.store.durable import Disk


def maildir_at(path: Path) -> Path:
    make_maildir(Disk(), path)
    return path


def tree(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*"))


def test_a_unique_name_tells_time_process_and_host() -> None:
    """The name is the one that the Maildir convention describes."""
    name = unique_name(now_ns=1732442400_000123_456, process=4711, counter=7, host="mail1")
    assert name == "1732442400.M000123P4711Q7.mail1"


def test_a_host_cannot_leave_the_name() -> None:
    """Slash, colon and comma in a host's name are written as the convention asks."""
    name = unique_name(now_ns=10**18, process=1, counter=1, host="a/b:c,d")
    assert name == r"1000000000.M000000P1Q1.a\057b\072c\054d"


def test_a_maildir_has_three_folders(tmp_path: Path) -> None:
    """A plain Maildir is tmp, new and cur, and nothing else."""
    assert tree(maildir_at(tmp_path / "a" / "mail")) == ["cur", "new", "tmp"]


def test_a_folder_is_marked(tmp_path: Path) -> None:
    """A Maildir++ folder has the file that tells MTAs so."""
    folder = maildir_at(tmp_path / ".Sales")
    assert tree(folder) == ["cur", "maildirfolder", "new", "tmp"]


def test_making_what_is_there_does_nothing(tmp_path: Path) -> None:
    """A complete Maildir is neither written nor synced again."""
    folder = maildir_at(tmp_path / ".Sales")
    steps: list[str] = []
    make_maildir(Disk(before_step=lambda operation, _path: steps.append(operation)), folder)
    assert steps == []


def test_a_missing_folder_is_mended_through_a_link(tmp_path: Path) -> None:
    """A Maildir behind a symbolic link is completed where it really is."""
    real = maildir_at(tmp_path / "real")
    (real / "new").rmdir()
    (tmp_path / "link").symlink_to(real)
    make_maildir(Disk(), tmp_path / "link")
    assert tree(real) == ["cur", "new", "tmp"]


def test_a_mail_arrives_whole_in_new(tmp_path: Path) -> None:
    """The bytes are in new/ as given, and nothing is left in tmp/."""
    maildir = maildir_at(tmp_path / "mail")
    path = deliver(Disk(), maildir, [b"From: kim@lee.example\r\n", b"\r\n\x00\xff"], unique="1.M1P1Q1.h")
    assert path == str(maildir / "new" / "1.M1P1Q1.h")
    assert Path(path).read_bytes() == b"From: kim@lee.example\r\n\r\n\x00\xff"
    assert tree(maildir / "tmp") == []


def test_a_mail_is_synced_before_and_after_its_rename(tmp_path: Path) -> None:
    """Nothing is in new/ that a power cut could empty, and the name itself survives one."""
    maildir = maildir_at(tmp_path / "mail")
    steps: list[tuple[str, str]] = []
    disk = Disk(before_step=lambda operation, path: steps.append((operation, str(Path(path).relative_to(maildir)))))
    deliver(disk, maildir, b"", unique="u")
    assert steps == [("write", "tmp/u"), ("sync", "tmp/u"), ("rename", "new/u"), ("sync", "new")]


def test_a_source_that_breaks_leaves_nothing(tmp_path: Path) -> None:
    """When reading fails half way, neither new/ nor tmp/ holds half a mail."""
    maildir = maildir_at(tmp_path / "mail")

    def broken() -> Iterator[bytes]:
        yield b"From: kim@"
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with pytest.raises(OSError, match="Input/output"):
        deliver(Disk(), maildir, broken(), unique="u")
    assert tree(maildir) == ["cur", "new", "tmp"]


def test_the_same_mail_twice_is_one_file(tmp_path: Path) -> None:
    """A transport that repeats itself under the same name does not deliver twice."""
    maildir = maildir_at(tmp_path / "mail")
    for _ in range(2):
        deliver(Disk(), maildir, b"x", unique="u")
    assert tree(maildir / "new") == ["u"]


def test_group_access_of_the_maildir_is_kept(tmp_path: Path) -> None:
    """Mail in a Maildir that a group shares can be read and removed by the group."""
    tmp_path.chmod(0o2770)
    maildir = maildir_at(tmp_path / "mail")
    path = Path(deliver(Disk(), maildir, b"x", unique="u"))
    assert path.stat().st_mode & 0o060 == 0o060
    assert (maildir / "new").stat().st_mode & 0o070 == 0o070
