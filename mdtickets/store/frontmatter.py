"""Front matter, byte for byte: what is not changed stays as it was written, in text and in bytes.

python-frontmatter gives the frame (handler, post, dumps); its own YAML handler sorts keys, drops comments and strips
bodies, so the handler here keeps the text and splices only the lines of the keys that change.
"""

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from typing import cast

import yaml
from frontmatter import Post, dumps
from frontmatter.default_handlers import BaseHandler
from msgspec import Struct

from mdtickets.store.yaml_read import Entry, FrontMatterError, check_merge_markers, read_entries
from mdtickets.store.yaml_write import Value, block_lines, inline, mapping_lines

__all__ = ["Document", "FrontMatterError", "Value", "parse", "replace", "write"]

_FENCE = re.compile(r"^---[ \t]*(?:\r?\n|\Z)", re.MULTILINE)

# Text to put in place of what stands between two indexes of the front matter.
_Edit = tuple[int, int, str]


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
        return self.front.count("\n", 0, entry.key_node.start_mark.index) + 2 if entry else 1

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


def parse(data: bytes) -> Document:
    """Read a file. Raises FrontMatterError with the line of what is wrong."""
    bom = data.startswith(codecs.BOM_UTF8)
    text = _decode(data)[bom:]
    opening, front, closing, body = _split(text)
    entries = read_entries(front)
    meta = {key: entry.value for key, entry in entries.items()}
    return Document(meta, body, front, (opening, closing), bom, entries)


def replace(document: Document, changes: Mapping[str, Value | None], body: str | None = None) -> bytes:
    """The file with some keys changed (None removes one, new ones go to the end) and perhaps another body.

    Lines of other keys, comments, and everything where nothing changes come back byte for byte.
    """
    post = Post(document.body if body is None else body, _ByteExactHandler(document))
    # not through the constructor: a key may be called "content" or "handler"
    post.metadata = {**document.meta, **changes}
    return _encode(dumps(post))


def write(meta: Mapping[str, Value], body: str = "") -> bytes:
    """A new file: the keys in their order, in block style, and the body as given. Keys are short words."""
    post = Post(body, _ByteExactHandler(None))
    post.metadata = dict(meta)
    return _encode(dumps(post))


class _ByteExactHandler(BaseHandler):
    """How python-frontmatter reads and writes our files: with the text it came from, or as a new one."""

    FM_BOUNDARY = _FENCE

    def __init__(self, original: Document | None) -> None:
        super().__init__()
        self._original = original

    def split(self, text: str) -> tuple[str, str]:
        """Front matter and body, both untouched."""
        _, front, _, body = _split(text)
        return front, body

    def load(self, fm: str) -> dict[str, Value]:
        """The keys of the front matter."""
        return {key: entry.value for key, entry in read_entries(fm).items()}

    def export(self, metadata: dict[str, object], **_options: object) -> str:
        """The lines of a new front matter."""
        return _joined(mapping_lines(cast("dict[str, Value]", metadata)), "\n")

    def format(self, post: Post, **_options: object) -> str:
        """The whole file."""
        original = self._original
        if original is None:
            return f"---\n{self.export(post.metadata)}---\n{post.content}"
        front = _apply(original.front, _edits(original, cast("dict[str, Value | None]", post.metadata)))
        opening, closing = original.fences
        if not closing.endswith("\n") and post.content:
            closing += _newline(original)
        return "".join(("\ufeff" if original.bom else "", opening, front, closing, post.content))


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
        check_merge_markers(text)
        raise FrontMatterError(1, 'the file must begin with a line "---"')
    closing = _FENCE.search(text, opening.end())
    if not closing:
        check_merge_markers(text)
        raise FrontMatterError(1, 'the front matter has no end: a second line "---" is missing')
    return opening[0], text[opening.end() : closing.start()], closing[0], text[closing.end() :]


def _newline(document: Document) -> str:
    return "\r\n" if document.fences[0].endswith("\r\n") else "\n"


def _edits(document: Document, wanted: Mapping[str, Value | None]) -> Iterator[_Edit]:
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


def _removal(document: Document, key: str, wanted: Mapping[str, Value | None]) -> _Edit:
    front, entry = document.front, document.entries[key]
    start, end = _line_start(front, entry.key_node.start_mark.index), _next_line(front, _end(front, entry.node))
    keys = list(document.entries)
    above = next((name for name in reversed(keys[: keys.index(key)]) if wanted[name] is not None), None)
    if above is not None and _is_block_scalar(_last(document.entries[above].node)):
        # blank lines and indented comments below would become the end of the text above
        text = len(front) - len(front[end:].lstrip(" \t\r\n"))
        end = text if front.startswith("#", text) else _line_start(front, text)
    return start, end, ""


def _apply(front: str, edits: Iterable[_Edit]) -> str:
    pieces: list[str] = []
    done = 0
    for start, end, text in sorted(edits, key=lambda edit: edit[:2]):
        pieces += front[done:start], text
        done = end
    pieces.append(front[done:])
    return "".join(pieces)


def _changed(front: str, entry: Entry, value: Value, newline: str) -> Iterator[_Edit]:
    node = entry.node
    colon = front.index(":", entry.key_node.end_mark.index) + 1
    start, end = node.start_mark.index, _end(front, node)
    same_line = "\n" not in front[colon:start]
    if _is_block(node) and not same_line:
        yield from _changed_block(front, entry, value, newline)
        return
    text = inline(value, flow=isinstance(node, yaml.SequenceNode))
    if text is None:
        yield colon, end, ""
        below = _next_line(front, end)
        yield below, below, _joined(block_lines(value, " " * (entry.key_node.start_mark.column + 2)), newline)
    elif same_line and start > colon:
        yield start, end, text
    else:
        yield colon, end, " " + text


def _changed_block(front: str, entry: Entry, value: Value, newline: str) -> Iterator[_Edit]:
    """A list or mapping on lines of its own becomes something else."""
    node = entry.node
    if isinstance(node, yaml.SequenceNode) and isinstance(value, list) and value and _are_simple(front, node, value):
        yield from _changed_items(front, node, value, newline)
        return
    first, behind = _line_start(front, node.start_mark.index), _next_line(front, _end(front, node))
    text = inline(value, flow=False)
    if text is None:
        # a list may stand right below its key, a mapping must be deeper
        least = entry.key_node.start_mark.column + (2 if isinstance(value, dict) else 0)
        yield first, behind, _joined(block_lines(value, " " * max(least, node.start_mark.column)), newline)
    else:
        colon = front.index(":", entry.key_node.end_mark.index) + 1
        yield colon, colon, " " + text
        yield first, behind, ""


def _changed_items(front: str, node: yaml.SequenceNode, value: list[Value], newline: str) -> Iterator[_Edit]:
    """Only the lines of the items that go or come: the comments of the others stay."""
    lines = [(_line_start(front, item.start_mark.index), _next_line(front, item.end_mark.index)) for item in node.value]
    indent = " " * node.start_mark.column
    matcher = SequenceMatcher(None, [item.value for item in node.value], value, autojunk=False)
    for _, old_from, old_to, new_from, new_to in (code for code in matcher.get_opcodes() if code[0] != "equal"):
        at = lines[old_from][0] if old_from < len(lines) else lines[-1][1]
        yield at, at, _joined(block_lines(value[new_from:new_to], indent), newline)
        for first, behind in lines[old_from:old_to]:
            yield first, behind, ""


def _are_simple(front: str, node: yaml.SequenceNode, value: list[Value]) -> bool:
    return all(isinstance(item, str) for item in value) and all(
        isinstance(item, yaml.ScalarNode)
        and not _is_block_scalar(item)
        and front[_line_start(front, item.start_mark.index) : item.start_mark.index].strip() == "-"
        and "\n" not in front[item.start_mark.index : item.end_mark.index]
        for item in node.value
    )


def _is_block(node: yaml.Node) -> bool:
    return isinstance(node, yaml.CollectionNode) and not node.flow_style


def _is_block_scalar(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.style in {"|", ">"}


def _end(front: str, node: yaml.Node) -> int:
    """Behind the last character of a value, without the blank lines and comments that follow it."""
    end = int(node.end_mark.index)
    if _is_block_scalar(node):
        return len(front[:end].rstrip(" \t\r\n"))
    return _end(front, _last(node)) if _is_block(node) else end


def _last(node: yaml.Node) -> yaml.Node:
    """The scalar or bracket that a value ends with."""
    while _is_block(node):
        node = node.value[-1][1] if isinstance(node, yaml.MappingNode) else node.value[-1]
    return node


def _root_indent(document: Document) -> str:
    for entry in document.entries.values():
        start = entry.key_node.start_mark.index
        return document.front[_line_start(document.front, start) : start]
    return ""


def _line_start(front: str, index: int) -> int:
    return front.rfind("\n", 0, index) + 1


def _next_line(front: str, index: int) -> int:
    return front.find("\n", index) + 1


def _joined(lines: Iterable[str], newline: str) -> str:
    return "".join(line + newline for line in lines)
