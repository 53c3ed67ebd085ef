"""Notes that somebody put into a ticket's directory by hand: a `.md` file of any name, with front matter or without."""

import os
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from mdtickets.domain.article_name import is_hand_written
from mdtickets.domain.timestamps import parse_time
from mdtickets.store import frontmatter
from mdtickets.store.frontmatter import FrontMatterError, Value
from mdtickets.store.tickets import digest_of, read_file


class DroppedNote(Struct, frozen=True, kw_only=True):
    """Such a file, and what it says of itself; its modification time when it says nothing."""

    name: str
    data: bytes
    created_at: datetime
    author: str = ""
    minutes: int | None = None

    @property
    def digest(self) -> str:
        """What its event says of it."""
        return digest_of(self.data)


def find_dropped(directory: Path) -> list[str]:
    """The names of such notes that lie there. Empty files are still being written."""
    try:
        with os.scandir(directory) as entries:
            found = [entry.name for entry in entries if is_hand_written(entry.name) and _has_text(entry)]
    except OSError:
        return []
    return sorted(found)


def read_dropped(path: Path) -> DroppedNote | None:
    """The note in a file; None when it cannot be read."""
    try:
        data = read_file(path)
        changed_at = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
    except (OSError, ValueError, OverflowError):
        return None
    meta = _meta(data)
    return DroppedNote(
        name=path.name,
        data=data,
        created_at=_time(meta.get("created_at")) or changed_at,
        author=_text(meta.get("author")),
        minutes=_minutes(_text(meta.get("minutes"))),
    )


def _has_text(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_size > 0
    except OSError:
        return False


def _meta(data: bytes) -> dict[str, Value]:
    try:
        return frontmatter.parse(data).meta
    except FrontMatterError:
        return {}


def _text(value: Value | None) -> str:
    return value if isinstance(value, str) else ""


def _minutes(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 5 else None


def _time(value: Value | None) -> datetime | None:
    try:
        return parse_time(_text(value))
    except ValueError:
        return None
