"""Where the keys of a front matter stand after some words in it were changed, without reading it again."""

from collections.abc import Mapping, Sequence
from itertools import accumulate

from mdtickets.store.front_keys import Entry, Form, Place
from mdtickets.store.yaml_write import Value, scalar

# Text to put in place of what stands between two indexes.
Edit = tuple[int, int, str]


def moved_entries(
    entries: Mapping[str, Entry], changes: Mapping[str, Value | None], edits: Sequence[Edit], new: str
) -> dict[str, Entry] | None:
    """The entries of `new`, which the edits made of another text; None when more than words changed: read it then."""
    changed = {
        key: value for key, value in changes.items() if value != (entries[key].value if key in entries else None)
    }
    if any(not isinstance(value, str | None) for value in changed.values()) or not _is_plain(entries, changed):
        return None
    moved = {
        key: _moved(entry, edits, new, changed.get(key, entry.value))
        for key, entry in entries.items()
        if changed.get(key, "") is not None
    }
    added = {key: value for key, value in changed.items() if key not in entries and isinstance(value, str)}
    return moved | _added(added, entries, new)


def _is_plain(entries: Mapping[str, Entry], changed: Mapping[str, object]) -> bool:
    """Whether nothing reaches beyond its lines, and the words that change stand beside their keys."""
    return bool(entries) and all(
        _is_simple(entry.place) and (key not in changed or entry.place.form is Form.SCALAR)
        for key, entry in entries.items()
    )


def _is_simple(place: Place) -> bool:
    if place.form in {Form.TEXT, Form.MAPPING, Form.FLOW_MAPPING}:
        return False
    return all(_is_simple(item) for item in place.inside)


def _moved(entry: Entry, edits: Sequence[Edit], new: str, value: object) -> Entry:
    start, behind = _shifted(entry.start, edits), _shifted(entry.behind, edits)
    if value == entry.value:
        return Entry(value, start, behind, entry.column, _moved_place(entry.place, edits))
    # after its colon stands nothing but the new word; blanks before it are as they were
    colon = new.index(":", behind) + 1
    first = colon + len(new[colon:]) - len(new[colon:].lstrip(" \t"))
    place = Place(Form.SCALAR, first, first + len(scalar(str(value))), first - _line_start(new, first))
    return Entry(value, start, behind, entry.column, place)


def _moved_place(place: Place, edits: Sequence[Edit]) -> Place:
    inside = tuple(_moved_place(item, edits) for item in place.inside)
    return Place(place.form, _shifted(place.start, edits), _shifted(place.end, edits), place.column, inside)


def _shifted(index: int, edits: Sequence[Edit]) -> int:
    return index + sum(len(text) - (end - start) for start, end, text in edits if end <= index)


def _added(values: Mapping[str, str], entries: Mapping[str, Entry], new: str) -> dict[str, Entry]:
    """The entries of new keys: one line each, at the end."""
    lines = new.split("\n")[:-1]
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    indent = next(iter(entries.values())).column
    added: dict[str, Entry] = {}
    for place, (key, value) in enumerate(values.items(), len(lines) - len(values)):
        start = starts[place] + indent
        behind = start + len(scalar(key))
        first = behind + len(": ")
        where = Place(Form.SCALAR, first, first + len(scalar(value)), first - starts[place])
        added[key] = Entry(value, start, behind, indent, where)
    return added


def _line_start(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1
