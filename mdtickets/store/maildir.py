"""Maildirs: what waits in one, and how a mail leaves it once it is filed.

Terms as in https://cr.yp.to/proto/maildir.html: a file name is a *unique* name and, in `cur/`, the *info* `:2,FLAGS`.
Folders below a mailbox follow Maildir++: `.Sales` beside `new/`, with an empty file `maildirfolder` in it.
"""

import errno
import os
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from mdtickets.domain.model import Problem
from mdtickets.domain.settings import FiledMode, Mailbox
from mdtickets.store import delivery
from mdtickets.store.delivery import make_maildir, unique_name
from mdtickets.store.durable import Disk, read_chunks

__all__ = [
    "Listing",
    "Retirement",
    "Waiting",
    "deliver",
    "filed_folder",
    "list_waiting",
    "mail_folder",
    "make_maildir",
    "remove_abandoned",
    "unique_name",
    "waiting_count",
]

_INFO = ":2,"
_SEEN = ":2,S"
_UID = r",U=[0-9]+(?=[,:]|$)"
_LEADING_SECONDS = r"[0-9]{9,11}(?![0-9A-Za-z])"
_DAY = 24 * 60 * 60
_FIRST_SECOND = int(datetime(1990, 1, 1, tzinfo=UTC).timestamp())
_LAST_SECOND = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp())


class Waiting(Struct, frozen=True, kw_only=True, gc=False):
    """One mail in a Maildir that nobody has filed yet. Kept small: after a long night there are ten thousands."""

    folder: Path  # new/ or cur/; one path for all of them
    file_name: str  # where it lies now; another program may move it at any moment
    name: str  # its unique name, the same in new/ and cur/; bytes that are no UTF-8 are written \xNN
    received: int  # Unix seconds, by its name, else by its file: never by what the mail says
    modified: int  # the same of the file; an IMAP client may have set it to the time the server got the mail
    size: int  # bytes

    @property
    def received_at(self) -> datetime:
        """When it came."""
        return datetime.fromtimestamp(self.received, UTC)

    @property
    def modified_at(self) -> datetime:
        """When its file says that it came."""
        return datetime.fromtimestamp(self.modified, UTC)

    @property
    def path(self) -> Path:
        """Where it lies now."""
        return self.folder / self.file_name

    @property
    def place(self) -> str:
        """The same as text."""
        return f"{self.folder}/{self.file_name}"


class Listing(Struct, frozen=True, kw_only=True):
    """What one look into a Maildir found: mails in the order of their arrival, and what is no mail."""

    waiting: list[Waiting]
    skipped: list[Problem]


def mail_folder(maildir: Path, mailbox: Mailbox) -> Path:
    """The Maildir that holds a mailbox's mail: the configured one, or its Maildir++ folder."""
    return maildir / mailbox.folder if mailbox.folder else maildir


def filed_folder(folder: Path, mailbox: Mailbox) -> Path:
    """The Maildir++ folder for filed mail. Folders are never nested on disk: it lies beside `folder` if that is one."""
    return (folder.parent if mailbox.folder else folder) / mailbox.filed_folder


def list_waiting(maildir: Path, *, adopted_at: datetime | None) -> Listing:
    """All mail that waits: in `new/`, and in `cur/` what was delivered since the mailbox was adopted (None: `new/` only).

    What is not a regular file is reported and left where it is; hidden names are ignored, and so is what vanishes
    while we look.
    """
    skipped: list[Problem] = []
    found = {mail.name: mail for mail in _scan(maildir, "new", None, skipped)}
    if adopted_at is not None:
        # a mail moved between the two looks is in both: where it was seen last is where it is
        found |= {mail.name: mail for mail in _scan(maildir, "cur", int(adopted_at.timestamp()), skipped)}
    return Listing(waiting=sorted(found.values(), key=_arrival), skipped=skipped)


def waiting_count(maildir: Path) -> int:
    """How many mails lie in `new/`; 0 when there is no such Maildir."""
    try:
        with os.scandir(maildir / "new") as entries:
            return sum(1 for entry in entries if _is_mail(entry))
    except OSError:
        return 0


def deliver(disk: Disk, maildir: Path, chunks: bytes | Iterable[bytes], *, unique: str) -> Path:
    """The path of a mail delivered durably into `new/`; see `delivery.deliver`."""
    return Path(delivery.deliver(disk, maildir, chunks, unique=unique))


class Retirement:
    """The mails of one slice leave their Maildirs, once they are filed."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        self._folders: dict[tuple[Path, bool, str], str] = {}  # of filed mail, known to be there

    def retire(self, waiting: Waiting, maildir: Path, mailbox: Mailbox) -> tuple[str, ...]:
        """Take a filed mail out of the way as the mailbox's settings say; it may be gone already.

        `maildir` is the one that was listed. Returns the directories that changed: nothing is synced, because a mail
        that comes back after a power cut is known by its name.
        """
        match mailbox.filed:
            case FiledMode.DELETE:
                self._disk.remove(waiting.place)
                return (os.fspath(waiting.folder),)
            case FiledMode.CUR:
                return _move_into(self._disk, waiting.place, os.fspath(maildir), waiting.file_name)
            case FiledMode.FOLDER:
                # mbsync and offlineimap number the mails of a folder in their names: another one's number is wrong here
                name = re.sub(_UID, "", waiting.file_name)
                return _move_into(self._disk, waiting.place, self._filed_folder(maildir, mailbox), name)

    def _filed_folder(self, maildir: Path, mailbox: Mailbox) -> str:
        key = (maildir, bool(mailbox.folder), mailbox.filed_folder)
        folder = self._folders.get(key)
        if folder is None:
            folder = os.fspath(filed_folder(maildir, mailbox))
            make_maildir(self._disk, folder)
            self._folders[key] = folder
        return folder


def remove_abandoned(disk: Disk, maildir: Path, *, before: datetime) -> None:
    """Remove what deliveries that never ended left in `tmp/`; the convention allows it after 36 hours.

    For our own Maildirs only: a user's mailbox is kept in order by its own programs.
    """
    for entry in _entries(maildir / "tmp", []):
        try:
            old = entry.stat(follow_symlinks=False).st_mtime < before.timestamp()
        except FileNotFoundError:
            continue
        if old and entry.is_file(follow_symlinks=False):
            disk.remove(entry.path)


def _scan(maildir: Path, folder: str, since: int | None, skipped: list[Problem]) -> Iterator[Waiting]:
    directory = maildir / folder
    for entry in _entries(directory, skipped):
        if entry.name.startswith("."):
            continue
        if not _is_mail(entry):
            skipped.append(_problem(directory / entry.name, f"{_kind(entry)}, not a mail; left where it is"))
        elif since is None or not _surely_before(entry.name, since):
            mail = _waiting(directory, entry)
            if mail and (since is None or mail.received >= since):
                yield mail


def _entries(directory: Path, skipped: list[Problem]) -> Iterator[os.DirEntry[str]]:
    try:
        # the Maildir itself may be a link, its folders may not: they would lead out of it
        if directory.is_symlink():
            skipped.append(_problem(directory, "is a symbolic link, which is not followed"))
            return
        with os.scandir(directory) as entries:
            yield from entries
    except FileNotFoundError:
        skipped.append(_problem(directory, "no such folder; a Maildir has new/, cur/ and tmp/"))
    except OSError as error:
        skipped.append(_problem(directory, f"cannot be listed: {error.strerror}"))


def _is_mail(entry: os.DirEntry[str]) -> bool:
    return not entry.name.startswith(".") and entry.is_file(follow_symlinks=False)


def _kind(entry: os.DirEntry[str]) -> str:
    if entry.is_symlink():
        return "a symbolic link"
    return "a directory" if entry.is_dir(follow_symlinks=False) else "a special file"


def _waiting(directory: Path, entry: os.DirEntry[str]) -> Waiting | None:
    try:
        status = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    file_name = entry.name
    received, modified = _possible(_received_second(file_name, status)), _possible(int(status.st_mtime))
    return Waiting(
        folder=directory,
        file_name=file_name,
        name=_spelt_out(file_name.partition(_INFO)[0]),
        received=received,
        modified=received if modified == received else modified,  # one number in memory
        size=status.st_size,
    )


def _spelt_out(unique: str) -> str:
    if unique.isascii():
        return unique  # in new/ the same text as the file's name
    return unique.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _named_second(name: str) -> int | None:
    """The delivery time that a name begins with, if it can be one."""
    match = re.match(_LEADING_SECONDS, name)
    second = int(match.group()) if match else 0
    return second if second >= _FIRST_SECOND else None


def _received_second(name: str, status: os.stat_result) -> int:
    # no clock here: the kernel wrote its own time when the file came (ctime), and nothing arrives a day before that
    latest = int(status.st_ctime) + _DAY
    named = _named_second(name)
    if named is not None and named <= latest:
        return named
    return int(status.st_mtime if status.st_mtime <= latest else status.st_ctime)


def _surely_before(name: str, second: int) -> bool:
    """Whether the name alone tells that a mail came before this: saves a stat for each mail of an old mailbox."""
    named = _named_second(name)
    return named is not None and named < second


def _possible(second: int) -> int:
    """The nearest moment that `datetime` can tell."""
    return min(max(second, 0), _LAST_SECOND)


def _arrival(mail: Waiting) -> tuple[int, str]:
    return mail.received, mail.name


def _problem(path: Path, problem: str) -> Problem:
    return Problem(path=str(path), line=None, problem=problem)


def _move_into(disk: Disk, source: str, folder: str, name: str) -> tuple[str, ...]:
    home, cur = os.path.dirname(source), os.path.join(folder, "cur")
    if home == cur:
        return ()
    target = _free_place(source, cur, name if _INFO in name else name + _SEEN)
    if target is None:
        disk.remove(source)
        return (home,)
    try:
        disk.rename(source, target)
    except FileNotFoundError:
        if os.path.exists(source):
            raise
        return ()
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _copy(disk, source, os.path.join(folder, "tmp", os.path.basename(target)), target)
    return home, cur


def _free_place(source: str, directory: str, name: str) -> str | None:
    """Where the mail goes without replacing another one; None when it is there already, from a copy that was cut off."""
    unique, _, flags = name.partition(_INFO)
    for number in range(1, 1000):
        target = f"{directory}/{name if number == 1 else f'{unique},{number}{_INFO}{flags}'}"
        if not os.path.lexists(target):
            return target
        if _same_bytes(source, target):
            return None
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), f"{directory}/{name}")


def _same_bytes(one: str, other: str) -> bool:
    try:
        if os.lstat(one).st_size != os.lstat(other).st_size:
            return False
        return all(a == b for a, b in zip(read_chunks(one), read_chunks(other), strict=True))
    except (OSError, ValueError):
        return False


def _copy(disk: Disk, source: str, temporary: str, target: str) -> None:
    try:
        disk.write(temporary, read_chunks(source))
    except FileNotFoundError:
        if os.path.exists(source):
            raise
        return
    disk.sync([temporary])
    disk.rename(temporary, target)
    disk.sync([os.path.dirname(target)])
    disk.remove(source)
