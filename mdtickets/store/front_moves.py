"""Where the keys of a front matter stand after some words in it were changed, without reading it again."""

from collections.abc import Mapping, Sequence

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
    # they stand at the end, a line each
    first = len(new)
    for _ in added:
        first = _line_start(new, first - 1)
    return moved | new_entries(added, new, first, next(iter(entries.values())).column)


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


def new_entries(values: Mapping[str, Value], front: str, first: int = 0, indent: int = 0) -> dict[str, Entry]:
    """The entries of texts and lists of texts, as `mapping_lines` writes them from index `first` of the front matter on."""
    entries: dict[str, Entry] = {}
    at = first
    for key, value in values.items():
        start, behind = at + indent, at + indent + len(scalar(key))
        place = _list_place(value, front, at, indent) if isinstance(value, list) else _text_place(value, behind + 2, at)
        entries[key] = Entry(value, start, behind, indent, place)
        at = front.index("\n", place.end) + 1
    return entries


def _text_place(value: Value, start: int, line: int) -> Place:
    return Place(Form.SCALAR, start, start + len(scalar(str(value))), start - line)


def _list_place(values: Sequence[Value], front: str, line: int, indent: int) -> Place:
    items: list[Place] = []
    for value in values:
        line = front.index("\n", line) + 1
        items.append(_text_place(value, line + indent + len("  - "), line))
    start = items[0].start - len("- ")
    return Place(Form.LIST, start, items[-1].end, indent + len("  "), tuple(items))


def is_known(value: Value) -> bool:
    """Whether `new_entries` can tell where it stands: a text, or a list of texts."""
    return isinstance(value, str) or bool(
        isinstance(value, list) and value and all(isinstance(item, str) for item in value)
    )


def _line_start(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1
