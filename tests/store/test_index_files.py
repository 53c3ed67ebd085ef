"""Whoosh's extension points that the index rests on: each test fails when Whoosh no longer works as it did."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mdtickets.domain.query import Phrase, Word
from mdtickets.store import index_engine as whoosh
from mdtickets.store.durable import Disk
from mdtickets.store.index import Change, UnusableIndexError, make_index, open_index
from mdtickets.store.index_merging import SEALED, choose
from mdtickets.store.index_schema import pack_places, unpack_places
from mdtickets.store.index_state import VERSION_NOW
from mdtickets.store.index_storage import MappedFile
from mdtickets.store.index_trust import is_tracked
from mdtickets.store.layout import Layout
from tests.store.index_world import NOW, addition, new_index, number, text, which
from tests.world import git, make_world

_IMPORT = "from mdtickets.store import index_engine; import sys; print(sorted(set(sys.argv[1:]) & set(sys.modules)))"


def test_the_engine_is_the_one_that_was_looked_at() -> None:
    """The extension points below are those of this version."""
    assert f"{whoosh.version}" == "(2, 7, 4)"
    assert VERSION_NOW.endswith("/2.7.4")


def test_importing_the_engine_is_silent_and_loads_no_web_client(tmp_path: Path) -> None:
    """Even where its sources are compiled anew, and without leaving the stub behind."""
    heavy = ["urllib.request", "http.client", "ssl"]
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _IMPORT, *heavy],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_the_files_of_a_segment_are_not_copied(tmp_path: Path) -> None:
    """Terms and postings are read where they are mapped."""
    index = new_index(tmp_path, [text(1, "Kabel")])
    (segment,) = index._segments
    terms = segment.reader._terms
    assert [type(terms._dbfile), type(terms._postfile)] == [MappedFile, MappedFile]
    assert isinstance(terms._postfile._buf.obj, whoosh.mapping)


def test_a_commit_counts_when_all_it_names_is_durable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Segment and directory are synced before the table of contents is renamed, the directory after it."""
    index = new_index(tmp_path)
    seen: list[str] = []
    names: dict[int, str] = {}
    real_open, real_sync, real_rename = os.open, os.fsync, os.rename

    def opened(path: Any, *rest: Any, **options: Any) -> int:
        descriptor = real_open(path, *rest, **options)
        names[descriptor] = Path(str(path)).suffix or "directory"
        return descriptor

    def synced(descriptor: int) -> None:
        seen.append(f"sync {names[descriptor]}")
        real_sync(descriptor)

    def renamed(old: str, new: str) -> None:
        seen.append(f"rename {Path(new).suffix}")
        real_rename(old, new)

    monkeypatch.setattr(os, "open", opened)
    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "rename", renamed)
    index.write(addition(text(1, "Kabel")))
    at = seen.index("rename .toc")
    assert "sync .seg" in seen[:at]
    assert (seen[at - 1], seen[at + 1]) == ("sync directory", "sync directory")


def test_each_addition_is_a_segment_until_somebody_merges(tmp_path: Path) -> None:
    """Whoosh's own rule, which may rewrite half of the store for one mail, never runs."""
    index = new_index(tmp_path)
    for each in range(25):
        index.write(addition(text(each, f"Kabel {each}")))
    assert index.segments == 25
    before = index.rank([Word("kabel"), Word("7")], None, NOW)
    index.merge()
    assert index.segments < 10
    assert index.rank([Word("kabel"), Word("7")], None, NOW) == before
    assert which(index.tickets(Phrase("kabel 17"))) == [17]


def test_merging_forgets_what_was_removed(tmp_path: Path) -> None:
    """A segment that has lost a third of its articles is written anew."""
    index = new_index(tmp_path, [text(each, "Kabel") for each in range(10)])
    index.write([Change(number=number(each), indexed=None) for each in range(4)])
    assert (index.articles, index.merge_is_due) == (10, True)
    index.merge()
    assert (index.articles, index.segments, which(index.tickets(Word("kabel")))) == (6, 1, [4, 5, 6, 7, 8, 9])


class _Sized:
    def __init__(self, size: int, deleted: int = 0) -> None:
        self._size, self._deleted = size, deleted

    def doc_count_all(self) -> int:
        return self._size

    def deleted_count(self) -> int:
        return self._deleted

    def doc_count(self) -> int:
        return self._size - self._deleted


@pytest.mark.parametrize(
    ("sizes", "chosen"),
    [
        ([1] * 9, 0),
        ([1] * 10, 10),
        ([1] * 9 + [10], 0),
        ([12] * 10 + [1], 10),
        ([SEALED] * 40, 0),
        ([999] * 10, 10),
    ],
)
def test_ten_of_a_size_are_merged(sizes: list[int], chosen: int) -> None:
    """Sealed segments never are."""
    assert len(choose([_Sized(size) for size in sizes])) == chosen


def test_places_are_kept() -> None:
    """As bytes and back, never empty."""
    assert list(unpack_places(pack_places([0, 1, 1000, 65_535]))) == [0, 1, 1000, 65_535]


@pytest.mark.parametrize("version", ["2", "4"])
def test_an_index_that_git_tracks_is_not_opened(tmp_path: Path, version: str) -> None:
    """It is a pickle, and came from a stranger."""
    root = make_world(tmp_path)
    new_index(root, [text(1, "Kabel")])
    layout = Layout(root)
    assert not is_tracked(layout)
    git(root, "update-index", "--index-version", version)
    git(root, "add", "-f", ".mdtickets/index")
    with pytest.raises(UnusableIndexError) as opened:
        open_index(layout)
    with pytest.raises(UnusableIndexError) as made:
        make_index(layout, Disk())
    assert (opened.value.reason, made.value.reason) == ("tracked", "tracked")
