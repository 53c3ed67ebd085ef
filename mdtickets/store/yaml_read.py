"""YAML in which every scalar is text, with the place of every key, and one sentence for whatever is wrong.

PyYAML's C parser finds the nodes; they are turned into values here, because its constructors guess types, let duplicate
keys win silently, and follow aliases into gigabytes.
"""

import re
from collections.abc import Mapping

import yaml

from mdtickets.store.front_keys import Entry, Form, FrontMatterError, Place
from mdtickets.store.yaml_write import Value

# Nothing a team writes is deeper; a stranger's thousand brackets must not reach Python's recursion limit.
_DEEPEST = 20

# Where one of these characters stands, a tag, an anchor or an alias may begin.
_SPECIAL = re.compile(r"(?:\A|[\s,\[{])[&*!]")

# Signs that git's merge left; breaks of lines that YAML sees and editors do not; an end of the document.
_FORBIDDEN = re.compile(
    r"^(?P<merge>[<>=|]{7})(?=[ \r\n])|(?P<break>[\x85\u2028\u2029\ufeff]|\r(?!\n))|^(?P<end>\.\.\.)",
    re.MULTILINE,
)
_SUSPECTS = ("<<<<<<<", "=======", ">>>>>>>", "|||||||", "...", "\r", "\x85", "\u2028", "\u2029", "\ufeff")
_MERGE = 'an unresolved merge ("{}"): choose one side and remove the signs'
_HINTS = {
    "mapping values are not allowed in this context": "text with a colon and a blank in it must stand in quotes",
    "found character that cannot start any token": "tabs cannot indent, and text that begins with a sign such as "
    "@ ` % must stand in quotes",
    "found unexpected end of stream": "a quotation mark is missing",
    "could not find expected ':'": 'every line must be "key: value"',
}


class _TextLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # the C part may be missing
    """No implicit types: `no`, `1.10` and `2026-11-24` are what they look like."""

    yaml_implicit_resolvers: dict[str, object] = {}  # noqa: RUF012  # PyYAML's own name for the table


def has_c_parser() -> bool:
    """Whether PyYAML came with libyaml; reading takes eight times as long without."""
    return bool(yaml.__with_libyaml__)


def read_entries(front: str) -> dict[str, Entry]:
    """Every key of the text between the fences, in order. Raises FrontMatterError, counting from the file's line 2."""
    _check_text(front)
    _check_events(front)
    root = _compose(front)
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise _at(front, root, 'the front matter must be lines of "key: value"')
    entries: dict[str, Entry] = {}
    for key_node, node in root.value:
        key = _key(front, key_node, entries)
        if key_node.start_mark.column != root.start_mark.column:
            raise _at(front, key_node, 'keys must be written "key: value", without "?"')
        value = node.value if type(node) is yaml.ScalarNode else _value(front, node, 1)
        mark = key_node.start_mark
        entries[key] = Entry(value, mark.index, key_node.end_mark.index, mark.column, _place(node))
    return entries


def _place(node: yaml.Node) -> Place:
    start = node.start_mark
    if isinstance(node, yaml.ScalarNode):
        form = Form.TEXT if node.style in {"|", ">"} else Form.SCALAR
        return Place(form, start.index, node.end_mark.index, start.column)
    flow = isinstance(node, yaml.CollectionNode) and bool(node.flow_style)
    if isinstance(node, yaml.SequenceNode):
        form, inside = Form.FLOW_LIST if flow else Form.LIST, node.value
    else:
        form, inside = Form.FLOW_MAPPING if flow else Form.MAPPING, [value for _key, value in node.value]
    places = tuple(map(_place, inside))
    # a block ends for the parser where the next key begins; what counts here is the last thing in it
    end = node.end_mark.index if flow or not places else places[-1].end
    return Place(form, start.index, end, start.column, places)


def check_merge_markers(text: str) -> None:
    """Raise FrontMatterError when git left signs of a conflict in a file that has no front matter to show for it."""
    for found in _FORBIDDEN.finditer(text):
        if found["merge"] == "<<<<<<<":
            raise FrontMatterError(text.count("\n", 0, found.start()) + 1, _MERGE.format(found["merge"]))


def _key(front: str, node: yaml.Node, known: Mapping[str, object]) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise _at(front, node, "a key must be a word")
    key = str(node.value)
    if key in known:
        raise _at(front, node, f'"{key}" is there twice')
    return key


def _value(front: str, node: yaml.Node, depth: int) -> Value:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if depth > _DEEPEST:
        raise _at(front, node, f"more than {_DEEPEST} levels of lists and keys")
    if isinstance(node, yaml.SequenceNode):
        return [_value(front, child, depth + 1) for child in node.value]
    values: dict[str, Value] = {}
    for key_node, child in node.value:
        values[_key(front, key_node, values)] = _value(front, child, depth + 1)
    return values


def _check_text(front: str) -> None:
    """Refuse what YAML would accept and an editor or git would not."""
    # a search for plain words is ten times as fast as the pattern, and finds nothing in all but one file of a thousand
    if not any(suspect in front for suspect in _SUSPECTS):
        return
    found = _FORBIDDEN.search(front)
    if not found:
        return
    if found["merge"]:
        problem = _MERGE.format(found["merge"])
    elif found["end"]:
        problem = '"..." ends the front matter too early'
    else:
        problem = f"U+{ord(found['break']):04X} may not stand here: it breaks lines unseen"
    raise _error(front, found.start(), problem)


def _check_events(front: str) -> None:
    """Refuse aliases and tags before anything is built of them. Anchors alone do no harm."""
    if not _SPECIAL.search(front):
        return
    try:
        for event in yaml.parse(front, Loader=_TextLoader):
            if isinstance(event, yaml.AliasEvent):
                raise _at(front, event, f"aliases (*{event.anchor}) are not allowed")
            tag = getattr(event, "tag", None)
            if tag:
                raise _at(front, event, f"tags ({tag}) are not allowed")
    except yaml.YAMLError:
        return  # composing says what is wrong


def _compose(front: str) -> yaml.Node | None:
    try:
        loader = _TextLoader(front)
        try:
            node: yaml.Node | None = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        raise _marked(front, error) from None
    except yaml.reader.ReaderError as error:
        # libyaml counts bytes here
        line = front.encode()[: error.position].count(b"\n") + 2
        raise FrontMatterError(line, f"U+{ord(chr(error.character)):04X} may not stand here: {error.reason}") from None
    except RecursionError:
        raise FrontMatterError(2, "lists and keys are nested too deeply") from None
    return node


def _marked(front: str, error: yaml.MarkedYAMLError) -> FrontMatterError:
    # "while scanning" began where the mistake is; otherwise it is where the parser gave up
    scanning = str(error.context).startswith("while scanning")
    mark = (error.context_mark if scanning else None) or error.problem_mark
    problem = str(error.problem)
    hint = _HINTS.get(problem)
    sentence = f"not YAML: {problem}" + (f" ({hint})" if hint else "")
    return _error(front, mark.index if mark is not None else 0, sentence)


def _at(front: str, place: yaml.Node | yaml.Event, problem: str) -> FrontMatterError:
    mark = place.start_mark
    return _error(front, mark.index if mark else 0, problem)


def _error(front: str, index: int, problem: str) -> FrontMatterError:
    return FrontMatterError(front.count("\n", 0, index) + 2, problem)
