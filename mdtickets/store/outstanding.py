"""From what the journal noted to the commits that can still be made: what lies on the disk as we wrote it.

A file that was written again since belongs to the later commit; one that the user edited since belongs to the user;
one that the last commit already has needs nothing.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from msgspec import Struct

from mdtickets.domain.article_name import is_hand_written, parse_article_name
from mdtickets.errors import NotFoundError
from mdtickets.store.blobs import SHA1_DIGITS, blob_id_of_file
from mdtickets.store.commit import Commit
from mdtickets.store.durable import read_chunks
from mdtickets.store.git import Repository
from mdtickets.store.journal_files import ARTICLE, Noted
from mdtickets.store.layout import Layout
from mdtickets.store.tickets import load_ticket


class Outstanding(Struct, frozen=True, kw_only=True):
    """Commits to make up, and the paths that were edited by hand after we wrote them."""

    commits: tuple[Commit, ...]
    edited: tuple[str, ...]


def find_outstanding(
    repository: Repository, layout: Layout, noted: Sequence[Noted], others: Sequence[Noted]
) -> Outstanding:
    """What of `noted` is on the disk and not in the last commit. `others` stand in the journal too, but are not asked for."""
    claims: dict[str, set[str]] = {}
    for path, digest in (item for entry in (*noted, *others) for item in entry.digests.items()):
        claims.setdefault(path, set()).add(digest)
    state = _State(repository, layout, sorted({path for entry in noted for path in entry.commit_paths}))
    last = {(path, digest): entry for entry in noted for path, digest in entry.digests.items()}
    commits = [_make_up(state, entry, last) for entry in noted]
    edited = [path for path in state.paths if path in claims and state.is_edited(path, claims[path])]
    return Outstanding(
        commits=tuple(commit for commit in commits if commit.files or commit.removed), edited=tuple(edited)
    )


def is_complete_article(layout: Layout, path: str) -> bool:
    """Whether a file is an article with the bytes that its name tells, or a note put there by hand."""
    name = path.rpartition("/")[2]
    parsed = parse_article_name(name)
    if parsed is None:
        return is_hand_written(name)
    return (_sha256(layout.root / path) or "").startswith(parsed.digest)


class _State:
    """What the disk, the last commit and the histories say about some paths."""

    def __init__(self, repository: Repository, layout: Layout, paths: Sequence[str]) -> None:
        self.paths = paths
        self._repository = repository
        self._layout = layout
        self._filed: dict[str, frozenset[str]] = {}

    @cached_property
    def in_head(self) -> Mapping[str, str]:
        return self._repository.blobs_in_head(self.paths)

    def read(self, path: str, digest: str) -> bytes | None:
        """The bytes on the disk if they are the ones we wrote."""
        try:
            data = b"".join(read_chunks(self._layout.root / path))
        except OSError:
            return None
        return data if hashlib.sha256(data).hexdigest() == digest else None

    def is_committed(self, path: str) -> bool:
        """Whether the last commit has what is on the disk, or neither has the file."""
        blob = self.in_head.get(path)
        try:
            return blob_id_of_file(self._layout.root / path, len(blob or "") or SHA1_DIGITS) == blob
        except OSError:
            return blob is None

    def is_filed(self, path: str) -> bool:
        """Whether the article is the one we wrote and its history names it. Without that line it will be filed again."""
        directory, _, name = path.rpartition("/")
        if directory not in self._filed:
            self._filed[directory] = _named_articles(self._layout, directory.rpartition("/")[2])
        return name in self._filed[directory] and is_complete_article(self._layout, path)

    def is_edited(self, path: str, ours: Iterable[str]) -> bool:
        """Whether somebody else gave the file the bytes it has."""
        digest = _sha256(self._layout.root / path)
        return digest is not None and ARTICLE not in ours and digest not in ours and not self.is_committed(path)

    def is_removed(self, path: str) -> bool:
        """Whether the file is gone from the disk and not yet from the last commit."""
        return path in self.in_head and not os.path.lexists(self._layout.root / path)


def _make_up(state: _State, noted: Noted, last: Mapping[tuple[str, str], Noted]) -> Commit:
    return Commit(
        author_name=noted.author_name,
        author_email=noted.author_email,
        at=noted.at,
        message=noted.message,
        files=dict(_files(state, noted, last)),
        removed=tuple(path for path in noted.removed if state.is_removed(path)),
    )


def _files(state: _State, noted: Noted, last: Mapping[tuple[str, str], Noted]) -> Iterator[tuple[str, bytes | None]]:
    for path, digest in noted.digests.items():
        if last[path, digest] is not noted or state.is_committed(path):
            continue
        if digest == ARTICLE:
            if state.is_filed(path):
                yield path, None
        elif (data := state.read(path, digest)) is not None:
            yield path, data


def _named_articles(layout: Layout, number: str) -> frozenset[str]:
    try:
        return frozenset(event.article for event in load_ticket(layout, number).events if event.article)
    except NotFoundError:
        return frozenset()


def _sha256(path: Path) -> str | None:
    digest = hashlib.sha256()
    try:
        for chunk in read_chunks(path):
            digest.update(chunk)
    except OSError:
        return None
    return digest.hexdigest()
