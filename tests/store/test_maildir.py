import errno
import os
import socket
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mdtickets.domain.settings import FiledMode, Mailbox
from mdtickets.store.delivery import make_maildir
from mdtickets.store.durable import Disk
from mdtickets.store.maildir import (
    Retirement,
    Waiting,
    deliver,
    filed_folder,
    list_waiting,
    mail_folder,
    remove_abandoned,
    waiting_count,
)

MAILBOX = Mailbox(maildir="../mail")
NOON = datetime(2024, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    make_maildir(Disk(), tmp_path / "mail")
    return tmp_path / "mail"


def put(path: Path, data: bytes = b"Subject: x\n\n", at: datetime | None = None) -> Path:
    path.write_bytes(data)
    if at:
        os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def named(maildir: Path, adopted_at: datetime | None = None) -> list[str]:
    return [mail.name for mail in list_waiting(maildir, adopted_at=adopted_at).waiting]


def only(maildir: Path, adopted_at: datetime | None = None) -> Waiting:
    (mail,) = list_waiting(maildir, adopted_at=adopted_at).waiting
    return mail


def tree(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def second(moment: datetime) -> int:
    return int(moment.timestamp())


# listing


def test_mail_is_listed_in_the_order_of_its_seconds(maildir: Path) -> None:
    """Seconds count as a number, then the name decides; not the order of the alphabet."""
    for name in ("1700000002.b.h", "999999999.x.h", "1700000002.a.h"):
        put(maildir / "new" / name)
    assert named(maildir) == ["999999999.x.h", "1700000002.a.h", "1700000002.b.h"]


def test_a_mail_has_its_path_time_and_size(maildir: Path) -> None:
    """What is known of a waiting mail comes from its name and its file."""
    path = put(maildir / "new" / "1732442400.M1P2Q3.mail1", b"12345", at=NOON)
    assert only(maildir) == Waiting(
        folder=path.parent,
        file_name=path.name,
        name="1732442400.M1P2Q3.mail1",
        received=second(datetime(2024, 11, 24, 10, tzinfo=UTC)),
        modified=second(NOON),
        size=5,
    )


@pytest.mark.parametrize(
    "name",
    ["mail.eml", "12.x", "1.M1.h", "99999999999.x", "123456789.x", "1732442400abc", "cafe1732442400"],
)
def test_a_name_that_is_no_time_leaves_it_to_the_file(maildir: Path, name: str) -> None:
    """Names without seconds, before 1990, or of tomorrow's tomorrow say nothing about the time of receipt."""
    put(maildir / "new" / name, at=NOON - timedelta(days=365))
    assert only(maildir).received_at == NOON - timedelta(days=365)


def test_an_old_file_does_not_age_its_name(maildir: Path) -> None:
    """An IMAP client may give the file the server's time; the name still tells when it came here."""
    now = int(time.time())
    put(maildir / "new" / f"{now}.1_2.desk,U=17", at=NOON - timedelta(days=900))
    mail = only(maildir)
    assert (second(mail.received_at), mail.modified_at) == (now, NOON - timedelta(days=900))


def test_a_file_of_the_future_came_when_the_kernel_says(maildir: Path) -> None:
    """A modification time set years ahead cannot push a mail's receipt into the future."""
    put(maildir / "new" / "mail", at=datetime(2400, 1, 1, tzinfo=UTC))
    assert abs(second(only(maildir).received_at) - time.time()) < 60


def test_flags_do_not_belong_to_the_name(maildir: Path) -> None:
    """The unique name is the same in new/ and, with flags, in cur/."""
    put(maildir / "cur" / "1700000000.a.h,S=12:2,FS")
    assert named(maildir, adopted_at=datetime.fromtimestamp(0, UTC)) == ["1700000000.a.h,S=12"]


def test_cur_is_left_alone_without_adoption(maildir: Path) -> None:
    """Without a time of adoption only new/ is listed."""
    put(maildir / "cur" / "1700000000.a.h:2,S")
    assert named(maildir) == []


def test_cur_gives_what_came_since_adoption(maildir: Path) -> None:
    """Mail that another program opened first is listed; what lay there before is not. The second itself counts."""
    moment = second(NOON)
    for offset in (-1, 0, 1):
        put(maildir / "cur" / f"{moment + offset - 10**8}.a.h:2,S")
    adopted_at = NOON - timedelta(seconds=10**8 - 0.7)
    assert named(maildir, adopted_at) == [f"{moment - 10**8}.a.h", f"{moment + 1 - 10**8}.a.h"]


def test_a_mail_seen_twice_is_where_it_was_seen_last(maildir: Path) -> None:
    """A mail that moves from new/ to cur/ while we look is listed once."""
    now = int(time.time())
    put(maildir / "new" / f"{now}.a.h")
    put(maildir / "cur" / f"{now}.a.h:2,S")
    assert only(maildir, adopted_at=NOON).path == maildir / "cur" / f"{now}.a.h:2,S"


def test_what_is_no_mail_is_reported_and_left(maildir: Path) -> None:
    """Links, directories and special files are told about, and nothing happens to them."""
    (maildir / "new" / "a").symlink_to("/etc/passwd")
    (maildir / "new" / "b").mkdir()
    os.mkfifo(maildir / "new" / "c")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(maildir / "new" / "d"))
        listing = list_waiting(maildir, adopted_at=NOON)
    assert listing.waiting == []
    assert sorted((Path(problem.path).name, problem.problem) for problem in listing.skipped) == [
        ("a", "a symbolic link, not a mail; left where it is"),
        ("b", "a directory, not a mail; left where it is"),
        ("c", "a special file, not a mail; left where it is"),
        ("d", "a special file, not a mail; left where it is"),
    ]


def test_hidden_names_are_ignored(maildir: Path) -> None:
    """Files of other programs that begin with a dot are neither mail nor a problem."""
    put(maildir / "new" / ".uidvalidity")
    listing = list_waiting(maildir, adopted_at=None)
    assert (listing.waiting, listing.skipped) == ([], [])


def test_a_maildir_may_be_a_link(maildir: Path, tmp_path: Path) -> None:
    """The configured Maildir itself is followed wherever it leads."""
    put(maildir / "new" / "1700000000.a.h")
    (tmp_path / "link").symlink_to(maildir)
    assert only(tmp_path / "link").path == tmp_path / "link" / "new" / "1700000000.a.h"


def test_a_linked_folder_is_not_followed(maildir: Path, tmp_path: Path) -> None:
    """new/ as a symbolic link could lead anywhere, so it is reported instead."""
    (maildir / "new").rmdir()
    (maildir / "new").symlink_to(tmp_path)
    (problem,) = list_waiting(maildir, adopted_at=None).skipped
    assert (problem.path, problem.problem) == (str(maildir / "new"), "is a symbolic link, which is not followed")


def test_a_missing_folder_is_a_problem(tmp_path: Path) -> None:
    """A Maildir that is not there is told, and the other mailboxes go on."""
    listing = list_waiting(tmp_path / "none", adopted_at=NOON)
    assert listing.waiting == []
    assert [problem.path for problem in listing.skipped] == [str(tmp_path / "none" / f) for f in ("new", "cur")]


def test_a_file_in_place_of_a_folder_is_a_problem(maildir: Path) -> None:
    """What cannot be listed is told with the system's words."""
    (maildir / "new").rmdir()
    put(maildir / "new")
    (problem,) = list_waiting(maildir, adopted_at=None).skipped
    assert problem.problem == "cannot be listed: Not a directory"


def test_a_name_that_is_no_text_can_be_written_down(maildir: Path) -> None:
    """Bytes that are no UTF-8 are spelled out in the name, and the path still finds the file."""
    path = os.fsencode(maildir / "new") + b"/1700000000.\xff.h"
    with open(path, "wb") as file:  # noqa: PTH123  # a name that no Path literal can spell
        file.write(b"x")
    mail = only(maildir)
    assert mail.name == r"1700000000.\xff.h"
    assert mail.path.read_bytes() == b"x"


@pytest.mark.slow
def test_twenty_thousand_mails_are_listed_in_a_moment(maildir: Path) -> None:
    """A start after a long weekend does not wait for the listing: under a second of CPU."""
    for number in range(20_000):
        (maildir / "new" / f"{1700000000 + number}.M1P2Q{number}.mail1").touch()
    before = time.process_time()
    listing = list_waiting(maildir, adopted_at=NOON)
    assert time.process_time() - before < 1.0
    assert len(listing.waiting) == 20_000
    assert waiting_count(maildir) == 20_000


def test_the_count_is_of_mails_only(maildir: Path) -> None:
    """Directories and hidden files do not count, and where there is no Maildir nothing waits."""
    put(maildir / "new" / "a")
    put(maildir / "new" / ".b")
    (maildir / "new" / "c").mkdir()
    assert (waiting_count(maildir), waiting_count(maildir / "none")) == (1, 0)


# folders


def test_folders_lie_side_by_side(tmp_path: Path) -> None:
    """Maildir++ does not nest: the folder for filed mail of a folder lies beside it."""
    sales = Mailbox(maildir="../mail", folder=".Sales")
    assert mail_folder(tmp_path, MAILBOX) == tmp_path
    assert mail_folder(tmp_path, sales) == tmp_path / ".Sales"
    assert filed_folder(tmp_path, MAILBOX) == tmp_path / ".Filed"
    assert filed_folder(tmp_path / ".Sales", sales) == tmp_path / ".Filed"


# retiring


def test_filed_mail_goes_to_its_folder_as_seen(maildir: Path) -> None:
    """The folder is made when the first mail needs it; a mail without flags is marked seen."""
    put(maildir / "new" / "1700000000.a.h")
    changed = Retirement(Disk()).retire(only(maildir), maildir, MAILBOX)
    assert tree(maildir) == [".Filed/cur/1700000000.a.h:2,S", ".Filed/maildirfolder"]
    assert set(changed) == {f"{maildir}/new", f"{maildir}/.Filed/cur"}


def test_flags_are_kept(maildir: Path) -> None:
    """What another program noted about a mail stays with it."""
    put(maildir / "cur" / f"{second(NOON)}.a.h:2,F")
    mail = Waiting(
        folder=maildir / "cur",
        file_name=f"{second(NOON)}.a.h:2,F",
        name="a",
        received=second(NOON),
        modified=second(NOON),
        size=1,
    )
    Retirement(Disk()).retire(mail, maildir, MAILBOX)
    assert f".Filed/cur/{second(NOON)}.a.h:2,F" in tree(maildir)


def test_a_number_of_the_old_folder_is_not_kept(maildir: Path) -> None:
    """Mbsync's UID in a name belongs to the folder it was given in; in another one it would break its next run."""
    put(maildir / "new" / "1700000000.a_1.desk,U=17")
    Retirement(Disk()).retire(only(maildir), maildir, MAILBOX)
    assert ".Filed/cur/1700000000.a_1.desk:2,S" in tree(maildir)


def test_filed_mail_may_stay_as_opened(maildir: Path) -> None:
    """With filed = "cur" a mail leaves new/ as if somebody had read it."""
    put(maildir / "new" / "1700000000.a.h")
    Retirement(Disk()).retire(only(maildir), maildir, Mailbox(maildir="../mail", filed=FiledMode.CUR))
    assert tree(maildir) == ["cur/1700000000.a.h:2,S"]


def test_what_is_in_cur_already_is_not_touched(maildir: Path) -> None:
    """With filed = "cur" there is nothing to do for a mail that was opened before us."""
    put(maildir / "cur" / "1700000000.a.h:2,")
    mail = only(maildir, adopted_at=datetime.fromtimestamp(0, UTC))
    assert Retirement(Disk()).retire(mail, maildir, Mailbox(maildir="../mail", filed=FiledMode.CUR)) == ()
    assert tree(maildir) == ["cur/1700000000.a.h:2,"]


def test_filed_mail_may_be_deleted(maildir: Path) -> None:
    """With filed = "delete" the store holds the only copy."""
    put(maildir / "new" / "1700000000.a.h")
    Retirement(Disk()).retire(only(maildir), maildir, Mailbox(maildir="../mail", filed=FiledMode.DELETE))
    assert tree(maildir) == []


@pytest.mark.parametrize("filed", list(FiledMode))
def test_a_mail_that_is_gone_is_no_error(maildir: Path, filed: FiledMode) -> None:
    """Somebody else may have moved or deleted the mail; a crash may have ended after its move."""
    put(maildir / "new" / "1700000000.a.h")
    mail = only(maildir)
    mail.path.unlink()
    Retirement(Disk()).retire(mail, maildir, Mailbox(maildir="../mail", filed=filed))
    assert [name for name in tree(maildir) if "1700000000" in name] == []


def test_another_mail_of_that_name_is_not_replaced(maildir: Path) -> None:
    """Two mails of one name, with different bytes, both stay."""
    make_maildir(Disk(), maildir / ".Filed")
    put(maildir / ".Filed" / "cur" / "1700000000.a.h:2,S", b"first")
    put(maildir / "new" / "1700000000.a.h", b"other")
    Retirement(Disk()).retire(only(maildir), maildir, MAILBOX)
    filed = maildir / ".Filed" / "cur"
    assert {path.name: path.read_bytes() for path in filed.iterdir()} == {
        "1700000000.a.h:2,S": b"first",
        "1700000000.a.h,2:2,S": b"other",
    }


def test_a_copy_that_is_there_is_enough(maildir: Path) -> None:
    """A crash after the copy and before the removal ends with one mail, also if both names are one file."""
    put(maildir / "new" / "1700000000.a.h", b"same")
    make_maildir(Disk(), maildir / ".Filed")
    os.link(maildir / "new" / "1700000000.a.h", maildir / ".Filed" / "cur" / "1700000000.a.h:2,S")
    Retirement(Disk()).retire(only(maildir), maildir, MAILBOX)
    assert tree(maildir) == [".Filed/cur/1700000000.a.h:2,S", ".Filed/maildirfolder"]


def test_another_file_system_gets_a_copy(maildir: Path) -> None:
    """Where a rename is not possible the mail is copied, made durable, and only then removed."""
    other = Path("/dev/shm")
    if not other.is_dir() or other.stat().st_dev == maildir.stat().st_dev:
        pytest.skip("no second file system here")
    elsewhere = other / f"mdtickets-{os.getpid()}"
    (maildir / ".Filed").symlink_to(elsewhere)
    make_maildir(Disk(), elsewhere)
    try:
        put(maildir / "new" / "1700000000.a.h", b"over there")
        steps: list[str] = []
        Retirement(Disk(before_step=lambda operation, _: steps.append(operation))).retire(
            only(maildir), maildir, MAILBOX
        )
        assert (elsewhere / "cur" / "1700000000.a.h:2,S").read_bytes() == b"over there"
        assert tree(maildir / "new") == []
        assert steps[-6:] == ["rename", "write", "sync", "rename", "sync", "unlink"]
    finally:
        for path in sorted(elsewhere.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        elsewhere.rmdir()


def test_a_folder_that_cannot_be_written_is_told(maildir: Path) -> None:
    """A reason of the machine reaches the caller, and the mail stays."""
    put(maildir / "new" / "1700000000.a.h")
    put(maildir / ".Filed")
    with pytest.raises(OSError) as told:
        Retirement(Disk()).retire(only(maildir), maildir, MAILBOX)
    assert told.value.errno in {errno.ENOTDIR, errno.EEXIST}
    assert "new/1700000000.a.h" in tree(maildir)


def test_deliver_gives_a_path(maildir: Path) -> None:
    """The path of the delivered mail can be listed at once."""
    path = deliver(Disk(), maildir, b"x", unique="1700000000.a.h")
    assert only(maildir).path == path


# leftovers


def test_abandoned_deliveries_are_removed(maildir: Path) -> None:
    """What lay in tmp/ longer than the convention allows is nobody's; what is being written stays."""
    put(maildir / "tmp" / "old", at=NOON - timedelta(hours=37))
    put(maildir / "tmp" / "young", at=NOON)
    remove_abandoned(Disk(), maildir, before=NOON - timedelta(hours=36))
    assert tree(maildir) == ["tmp/young"]
