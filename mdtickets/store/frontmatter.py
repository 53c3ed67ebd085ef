"""Front matter, byte for byte: what is not changed stays as it was written, in text and in bytes.

Only the lines of the keys that change are spliced. YAML itself is loaded when a text must be read whose keys and places
nobody remembers; writing needs the places alone.
"""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import SequenceMatcher

from msgspec import Struct

from mdtickets.store.front_keys import Entry, Form, FrontMatterError, Place
from mdtickets.store.front_moves import Edit, is_known, moved_entries, new_entries
from mdtickets.store.yaml_write import Value, block_lines, inline, mapping_lines

__all__ = ["Document", "FrontMatterError", "Value", "parse", "replace", "write"]

_FENCE = re.compile(r"^---[ \t]*(?:\r?\n|\Z)", re.MULTILINE)


class Document(Struct, frozen=True):
    """A file with front matter: its keys in order, every scalar as text, and the body exactly as it stands."""

    meta: dict[str, Value]
    body: str
    # what is needed to write it back
    front: str
    fences: tuple[str, str]
    bom: bool
    entries: dict[str, Entry]

    def line(self, key: str) -> int:
        """The line of a key in the file; 1 when it has none."""
        entry = self.entries.get(key)
        return self.front.count("\n", 0, entry.start) + 2 if entry else 1

    def text(self, key: str) -> str:
        """A key's text, "" when it is missing. Raises FrontMatterError when it is a list or a mapping."""
        value = self.meta.get(key, "")
        if not isinstance(value, str):
            raise FrontMatterError(self.line(key), f'"{key}" must be one text')
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A key's list of texts; one text counts as a list of it, nothing as none. Raises FrontMatterError otherwise."""
        value = self.meta.get(key, "")
        items = value if isinstance(value, list) else [value] if value else []
        texts = tuple(item for item in items if isinstance(item, str))
        if len(texts) < len(items):
            raise FrontMatterError(self.line(key), f'"{key}" must be a list of texts')
        return texts


def parse(data: bytes, known: Callable[[str], dict[str, Entry] | None] | None = None) -> Document:
    """Read a file. Raises FrontMatterError with the line of what is wrong.

    `known` gives the keys of a text between the fences as an earlier reading found them, or None.
    """
    bom = data.startswith(codecs.BOM_UTF8)
    opening, front, closing, body = _split(_decode(data)[bom:])
    entries = known(front) if known else None
    return _document(
        opening, closing, front, body, bom=bom, entries=_read_entries(front) if entries is None else entries
    )


def body_of(data: bytes) -> str:
    """What stands below the front matter, which is not read. Raises FrontMatterError when there is none."""
    return _split(_decode(data.removeprefix(codecs.BOM_UTF8)))[-1]


def change(document: Document, changes: Mapping[str, Value | None]) -> Document:
    """The document that `replace` writes, read without YAML where only words changed."""
    edits = list(_edits(document, {**document.meta, **changes}))
    if not edits:
        return document
    front = _apply(document.front, edits)
    entries = moved_entries(document.entries, changes, edits, front)
    if entries is None:
        entries = _read_entries(front)
    return _document(*document.fences, front, document.body, bom=document.bom, entries=entries)


def write_document(document: Document) -> bytes:
    """The bytes of a document."""
    return _encode(_joined_file(document, document.front, document.body))


def replace(document: Document, changes: Mapping[str, Value | None], body: str | None = None) -> bytes:
    """The file with some keys changed (None removes one, new ones go to the end) and perhaps another body.

    Lines of other keys, comments, and everything where nothing changes come back byte for byte.
    """
    from mdtickets.store.front_post import dump_spliced

    def splice(wanted: Mapping[str, Value | None], content: str) -> str:
        return _joined_file(document, _apply(document.front, _edits(document, wanted)), content)

    wanted = {**document.meta, **changes}
    return _encode(dump_spliced(wanted, document.body if body is None else body, _FENCE, splice))


def write(meta: Mapping[str, Value], body: str = "") -> bytes:
    """A new file: the keys in their order, in block style, and the body as given. Keys are short words."""
    return _encode(f"---\n{_front_of(meta)}---\n{body}")


def new_document(meta: Mapping[str, Value], body: str = "") -> Document:
    """The document that `write` writes."""
    front = _front_of(meta)
    known = all(map(is_known, meta.values()))
    entries = new_entries(meta, front) if known else _read_entries(front)
    return _document("---\n", "---\n", front, body, bom=False, entries=entries)


def _front_of(meta: Mapping[str, Value]) -> str:
    return _joined(mapping_lines(meta), "\n")


def _read_entries(front: str) -> dict[str, Entry]:
    from mdtickets.store.yaml_read import read_entries

    return read_entries(front)


def _check_merge_markers(text: str) -> None:
    from mdtickets.store.yaml_read import check_merge_markers

    check_merge_markers(text)


def _document(opening: str, closing: str, front: str, body: str, *, bom: bool, entries: dict[str, Entry]) -> Document:
    meta = {key: entry.value for key, entry in entries.items()}
    return Document(meta, body, front, (opening, closing), bom, entries)


def _joined_file(document: Document, front: str, body: str) -> str:
    opening, closing = document.fences
    if not closing.endswith("\n") and body:
        closing += _newline(document)
    return "".join(("\ufeff" if document.bom else "", opening, front, closing, body))


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FrontMatterError(data.count(b"\n", 0, error.start) + 1, "not UTF-8") from None


def _encode(text: str) -> bytes:
    # half a surrogate pair in a body becomes a question mark; nothing read from a file has one
    return text.encode("utf-8", "replace")


def _split(text: str) -> tuple[str, str, str, str]:
    opening = _FENCE.match(text)
    if not opening:
        _check_merge_markers(text)
        raise FrontMatterError(1, 'the file must begin with a line "---"')
    closing = _FENCE.search(text, opening.end())
    if not closing:
        _check_merge_markers(text)
        raise FrontMatterError(1, 'the front matter has no end: a second line "---" is missing')
    return opening[0], text[opening.end() : closing.start()], closing[0], text[closing.end() :]


def _newline(document: Document) -> str:
    return "\r\n" if document.fences[0].endswith("\r\n") else "\n"


def _edits(document: Document, wanted: Mapping[str, Value | None]) -> Iterator[Edit]:
    front, newline = document.front, _newline(document)
    new: dict[str, Value] = {}
    for key, value in wanted.items():
        entry = document.entries.get(key)
        if value == (entry.value if entry else None):
            continue
        if entry is None:
            if value is not None:
                new[key] = value
        elif value is None:
            yield _removal(document, key, wanted)
        else:
            yield from _changed(front, entry, value, newline)
    if new:
        yield len(front), len(front), _joined(mapping_lines(new, _root_indent(document)), newline)


def _removal(document: Document, key: str, wanted: Mapping[str, Value | None]) -> Edit:
    front, entry = document.front, document.entries[key]
    start, end = _line_start(front, entry.start), _next_line(front, _end(front, entry.place))
    keys = list(document.entries)
    above = next((name for name in reversed(keys[: keys.index(key)]) if wanted[name] is not None), None)
    if above is not None and _last(document.entries[above].place).form is Form.TEXT:
        # blank lines and indented comments below would become the end of the text above
        text = len(front) - len(front[end:].lstrip(" \t\r\n"))
        end = text if front.startswith("#", text) else _line_start(front, text)
    return start, end, ""


def _apply(front: str, edits: Iterable[Edit]) -> str:
    pieces: list[str] = []
    done = 0
    for start, end, text in sorted(edits, key=lambda edit: edit[:2]):
        pieces += front[done:start], text
        done = end
    pieces.append(front[done:])
    return "".join(pieces)


def _changed(front: str, entry: Entry, value: Value, newline: str) -> Iterator[Edit]:
    place = entry.place
    colon = front.index(":", entry.behind) + 1
    start, end = place.start, _end(front, place)
    same_line = "\n" not in front[colon:start]
    if place.is_block and not same_line:
        yield from _changed_block(front, entry, value, newline)
        return
    text = inline(value, flow=place.is_list)
    if text is None:
        yield colon, end, ""
        below = _next_line(front, end)
        yield below, below, _joined(block_lines(value, " " * (entry.column + 2)), newline)
    elif same_line and start > colon:
        yield start, end, text
    else:
        yield colon, end, " " + text


def _changed_block(front: str, entry: Entry, value: Value, newline: str) -> Iterator[Edit]:
    """A list or mapping on lines of its own becomes something else."""
    place = entry.place
    if place.is_list and isinstance(value, list) and value and _are_simple(front, place, value):
        yield from _changed_items(front, entry, value, newline)
        return
    first, behind = _line_start(front, place.start), _next_line(front, _end(front, place))
    text = inline(value, flow=False)
    if text is None:
        # a list may stand right below its key, a mapping must be deeper
        least = entry.column + (2 if isinstance(value, dict) else 0)
        yield first, behind, _joined(block_lines(value, " " * max(least, place.column)), newline)
    else:
        colon = front.index(":", entry.behind) + 1
        yield colon, colon, " " + text
        yield first, behind, ""


def _changed_items(front: str, entry: Entry, value: list[Value], newline: str) -> Iterator[Edit]:
    """Only the lines of the items that go or come: the comments of the others stay."""
    place = entry.place
    lines = [(_line_start(front, item.start), _next_line(front, item.end)) for item in place.inside]
    indent = " " * place.column
    matcher = SequenceMatcher(None, entry.value, value, autojunk=False)
    for _, old_from, old_to, new_from, new_to in (code for code in matcher.get_opcodes() if code[0] != "equal"):
        at = lines[old_from][0] if old_from < len(lines) else lines[-1][1]
        yield at, at, _joined(block_lines(value[new_from:new_to], indent), newline)
        for first, behind in lines[old_from:old_to]:
            yield first, behind, ""


def _are_simple(front: str, place: Place, value: list[Value]) -> bool:
    return all(isinstance(item, str) for item in value) and all(
        item.form is Form.SCALAR
        and front[_line_start(front, item.start) : item.start].strip() == "-"
        and "\n" not in front[item.start : item.end]
        for item in place.inside
    )


def _end(front: str, place: Place) -> int:
    """Behind the last character of a value, without the blank lines and comments that follow it."""
    if place.form is Form.TEXT:
        return len(front[: place.end].rstrip(" \t\r\n"))
    return _end(front, _last(place)) if place.is_block else place.end


def _last(place: Place) -> Place:
    """The scalar or bracket that a value ends with."""
    while place.is_block:
        place = place.inside[-1]
    return place


def _root_indent(document: Document) -> str:
    for entry in document.entries.values():
        start = entry.start
        return document.front[_line_start(document.front, start) : start]
    return ""


def _line_start(front: str, index: int) -> int:
    return front.rfind("\n", 0, index) + 1


def _next_line(front: str, index: int) -> int:
    return front.find("\n", index) + 1


def _joined(lines: Iterable[str], newline: str) -> str:
    return "".join(line + newline for line in lines)
