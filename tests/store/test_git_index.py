"""An index that we changed is the one that git reads, entry by entry, with and without the notes beside it."""

import subprocess
from collections.abc import Mapping

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mdtickets.store.git_index import Entry, Revised, fixed_part, revise_index
from mdtickets.store.git_plain import NotPlainError
from tests.store.git_store import GitStore

FEW = settings(
    max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
BLOBS = [f"{number:040x}" for number in range(1, 5)]
LATE = 2**31  # a second in which no file was changed
NAMES = st.builds(
    "t/{:02}/{}{}".format,
    st.integers(0, 30),
    st.sampled_from(["a", "b.md", "history.jsonl", "x" * 140]),
    st.sampled_from(["", "1", "-", "/c", "ü"]),
)
CHANGES = st.lists(st.dictionaries(NAMES, st.sampled_from([None, *BLOBS]), min_size=1, max_size=6), max_size=5)


def _fill(store: GitStore, names: Mapping[str, str]) -> None:
    lines = "".join(f"100644 {blob} 0\t{name}\n" for name, blob in names.items())
    store.git("read-tree", "--empty")
    command = ("git", "update-index", "--add", "--index-info")
    subprocess.run(command, cwd=store.root, input=lines.encode(), check=True)
    store.git("update-index", "--index-version", "4")


def _entries(store: GitStore) -> dict[str, str]:
    """Name → blob, as git reads the index."""
    lines = store.git("ls-files", "-s", "-z").split("\0")[:-1]
    return {line.partition("\t")[2]: line.split()[1] for line in lines}


def _revise(data: bytes, noted: bytes, changes: Mapping[str, str | None], *, second: int = LATE) -> Revised:
    made = {
        name.encode(): fixed_part(name.encode(), b"100644", blob, None) if blob else None
        for name, blob in changes.items()
    }
    return revise_index(data, noted, made, second=second, digest_size=20, is_edited=_is_never)


def _is_never(_entry: Entry) -> bool:
    return False


@FEW
@given(changes=CHANGES, notes=st.booleans())
def test_git_reads_what_we_wrote(store: GitStore, changes: list[dict[str, str | None]], notes: bool) -> None:
    """Entries come, change and go in a large index, and git reads them so; what cannot be done leaves it alone."""
    expected = {f"t/{each:02}/{name}": BLOBS[0] for each in range(30) for name in ("b.md", "d", "e", "f", "g", "h")}
    _fill(store, expected)
    place = store.root / ".git" / "index"
    noted = b""
    for change in changes:
        try:
            revised = _revise(place.read_bytes(), noted, change)
        except NotPlainError:
            continue
        place.write_bytes(revised.data)
        noted = revised.noted if notes else b""
        expected = {name: blob for name, blob in {**expected, **change}.items() if blob}
        assert _entries(store) == expected
        assert _revise(revised.data, noted, {}).data == _revise(revised.data, b"", {}).data == revised.data


def test_notes_about_another_index_are_not_believed(store: GitStore) -> None:
    """Whoever else writes the index, the notes are made anew."""
    _fill(store, {f"a/{number}": BLOBS[0] for number in range(100)})
    place = store.root / ".git" / "index"
    noted = _revise(place.read_bytes(), b"", {}).noted
    _fill(store, {f"b/{number}": BLOBS[0] for number in range(150)})
    place.write_bytes(_revise(place.read_bytes(), noted, {"b/77": BLOBS[1]}).data)
    assert [name for name, blob in _entries(store).items() if blob == BLOBS[1]] == ["b/77"]


def test_young_entries_are_looked_at_once(store: GitStore) -> None:
    """What may hide an edit forgets its size, whether it is found by reading the index or by the notes."""
    store.git("add", ".")
    data = (store.root / ".git" / "index").read_bytes()
    asked: list[bytes] = []

    def is_edited(entry: Entry) -> bool:
        asked.append(entry.name)
        return entry.name == b"mdtickets.toml"

    first = revise_index(data, b"", {}, second=1, digest_size=20, is_edited=is_edited)
    second = revise_index(first.data, first.noted, {}, second=1, digest_size=20, is_edited=is_edited)
    assert asked == [b".gitattributes", b".gitignore", b"mdtickets.toml"] * 2
    assert first.data == second.data != data
    revise_index(second.data, second.noted, {}, second=LATE, digest_size=20, is_edited=is_edited)
    assert len(asked) == 6
