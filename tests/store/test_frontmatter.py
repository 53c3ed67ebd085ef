"""Reading and writing front matter without touching what nobody asked to change."""

from typing import Any

import frontmatter
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mdtickets.store.frontmatter import (
    FrontMatterError,
    Value,
    change,
    new_document,
    parse,
    replace,
    write,
    write_document,
)
from mdtickets.store.yaml_read import has_c_parser

TICKET = """\
---
# what the team knows
number: 2026112410000019
title: 'Recorder VR-200 eats tapes'   # as the customer wrote
state: open
owner:        # nobody yet
tags: # our words
  - tape      # the belt
  - vip
participants:
- kim@lee.example
- anna@mustermann-video.example
links: [normal 2026112410000027, 'child 2026112410000035']  # two
serial: 0042
summary: |
  first line
  # not a comment

# ours
warranty: no
---

The belt of batch 7.
---
Not the end.
"""


def read(text: str) -> dict[str, Value]:
    return parse(text.encode()).meta


def changed(changes: dict[str, Value | None], text: str = TICKET) -> str:
    return replace(parse(text.encode()), changes).decode()


def diff(new: str, old: str = TICKET) -> tuple[list[str], list[str]]:
    """Lines only in the old text, lines only in the new one."""
    before, after = old.split("\n"), new.split("\n")
    return [line for line in before if line not in after], [line for line in after if line not in before]


def problem(text: str | bytes) -> tuple[int, str]:
    with pytest.raises(FrontMatterError) as caught:
        parse(text if isinstance(text, bytes) else text.encode())
    return caught.value.line, caught.value.problem


def test_every_scalar_is_text() -> None:
    """Numbers, truth values, nothing and dates are read as they are written."""
    assert read("---\na: 0042\nb: no\nc: ~\nd: 2026-11-24\ne: 1.10\nf:\ng: 12:30\n---\n") == {
        "a": "0042",
        "b": "no",
        "c": "~",
        "d": "2026-11-24",
        "e": "1.10",
        "f": "",
        "g": "12:30",
    }


def test_body_is_what_follows_the_second_fence() -> None:
    """The body keeps its blank lines, and a later fence belongs to it."""
    assert parse(TICKET.encode()).body == "\nThe belt of batch 7.\n---\nNot the end.\n"


@pytest.mark.parametrize(
    "text", [TICKET, TICKET.replace("\n", "\r\n"), "\ufeff" + TICKET, "---\n---", "---\n# c\n---\nx"]
)
def test_no_change_gives_the_same_bytes(text: str) -> None:
    """CR LF, a byte order mark, odd columns and a missing final newline survive."""
    assert replace(parse(text.encode()), {}) == text.encode()


def test_equal_value_is_no_change() -> None:
    """A value written in another style than ours stays in it while it means the same."""
    assert changed({"title": "Recorder VR-200 eats tapes", "warranty": "no"}) == TICKET


@pytest.mark.parametrize(
    ("changes", "old", "new"),
    [
        ({"state": "closed successful"}, ["state: open"], ["state: closed successful"]),
        (
            {"title": "Re: x"},
            ["title: 'Recorder VR-200 eats tapes'   # as the customer wrote"],
            ['title: "Re: x"   # as the customer wrote'],
        ),
        ({"owner": "anna"}, ["owner:        # nobody yet"], ["owner: anna        # nobody yet"]),
        ({"tags": ["tape", "vip", "belt"]}, [], ["  - belt"]),
        ({"tags": ["tape"]}, ["  - vip"], []),
        ({"tags": []}, ["tags: # our words", "  - tape      # the belt", "  - vip"], ["tags: [] # our words"]),
        ({"participants": ["kim@lee.example", "x@y.example"]}, ["- anna@mustermann-video.example"], ["- x@y.example"]),
        (
            {"links": ["normal 1"]},
            ["links: [normal 2026112410000027, 'child 2026112410000035']  # two"],
            ['links: ["normal 1"]  # two'],
        ),
        (
            {"summary": "short"},
            ["summary: |", "  first line", "  # not a comment"],
            ["summary: short"],
        ),
        ({"warranty": None}, ["warranty: no"], []),
        ({"summary": None}, ["summary: |", "  first line", "  # not a comment"], []),
        ({"problem": "tape transport"}, [], ["problem: tape transport"]),
        ({"due": {"first": "1h"}}, [], ["due:", '  first: "1h"']),
    ],
)
def test_only_the_lines_of_a_changed_key_change(
    changes: dict[str, Value | None], old: list[str], new: list[str]
) -> None:
    """A diff shows what was changed and nothing else; comments stay."""
    assert diff(changed(changes)) == (old, new)


def test_new_keys_go_to_the_end_of_the_front_matter() -> None:
    """They stand below the last key, in the line ends of the file."""
    assert changed({"b": "2"}, "---\r\na: 1\r\n---\r\nx") == '---\r\na: 1\r\nb: "2"\r\n---\r\nx'


def test_new_keys_are_indented_like_the_others() -> None:
    """A front matter that somebody indented stays one mapping."""
    assert changed({"b": "x"}, "---\n  a: 1\n---\n") == "---\n  a: 1\n  b: x\n---\n"


def test_body_can_be_replaced() -> None:
    """Another body leaves the front matter alone."""
    assert replace(parse(b"---\na: 1 # c\n---"), {}, body="new\n") == b"---\na: 1 # c\n---\nnew\n"


def test_keys_named_like_the_library_s_arguments() -> None:
    """Keys called content, handler and metadata are keys like others."""
    assert changed({"handler": "b"}, "---\ncontent: a\nmetadata: c\n---\n") == (
        "---\ncontent: a\nmetadata: c\nhandler: b\n---\n"
    )


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("", 1, 'the file must begin with a line "---"'),
        ("number: 1\n", 1, 'the file must begin with a line "---"'),
        ("---\nnumber: 1\n", 1, 'the front matter has no end: a second line "---" is missing'),
        ("---\na: 1\nb: 2\na: 3\n---\n", 4, '"a" is there twice'),
        ("---\na: {b: 1, b: 2}\n---\n", 2, '"b" is there twice'),
        ("---\na: &x [1]\nb: *x\n---\n", 3, "aliases (*x) are not allowed"),
        ("---\na: 1\nb: !!python/name:os.system x\n---\n", 3, "tags (tag:yaml.org,2002:python/name:os.system)"),
        ("---\na: !!str 5\n---\n", 2, "tags (tag:yaml.org,2002:str) are not allowed"),
        ("---\n{a: 1}\n---\n", 2, 'the front matter must be lines of "key: value"'),
        ("---\n- a\n---\n", 2, 'the front matter must be lines of "key: value"'),
        ("---\na: 1\n? b\n: 2\n---\n", 3, 'keys must be written "key: value", without "?"'),
        ("---\n[1]: 2\n---\n", 2, "a key must be a word"),
        ("---\na: x\ntitle: Re: x\n---\n", 3, "not YAML: mapping values are not allowed in this context (text with a"),
        ('---\na: 1\nb: "x\nc: y\n---\n', 3, "not YAML: found unexpected end of stream (a quotation mark is missing)"),
        ("---\na: 1\nwords\n---\n", 3, "not YAML: could not find expected ':'"),
        ("---\na: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> x\n---\n", 3, 'an unresolved merge ("<<<<<<<")'),
        ("<<<<<<< HEAD\n---\na: 1\n", 1, 'an unresolved merge ("<<<<<<<")'),
        ("---\na: 1\n...\nb: 2\n---\n", 3, '"..." ends the front matter too early'),
        ("---\na: 1\nb: x\u2028y\n---\n", 3, "U+2028 may not stand here: it breaks lines unseen"),
        ("---\na: 1\rb: 2\n---\n", 2, "U+000D may not stand here"),
        ("---\nä: 1\nb: \x1b[2J\n---\n", 3, "U+001B may not stand here: control characters are not allowed"),
        (b"---\na: 1\nb: \xff\n---\n", 3, "not UTF-8"),
        ("---\na: " + "[" * 5000 + "\n---\n", 2, "not YAML: exceeded maximum nesting depth"),
        ("---\na: " + "[" * 30 + "]" * 30 + "\n---\n", 2, "more than 20 levels of lists and keys"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str | bytes, line: int, sentence: str) -> None:
    """Every mistake is one sentence with the line in the whole file."""
    found = problem(text)
    assert (line, sentence) == (found[0], found[1][: len(sentence)])


def test_new_file() -> None:
    """A new file has its keys in the given order, in block style, and quotes what YAML would misread."""
    meta: dict[str, Value] = {
        "number": "42",
        "title": "Größe: 5",
        "tags": ["no", "vip"],
        "links": [],
        "priority": "3 normal",
    }
    assert write(meta, "\nText\n").decode() == (
        '---\nnumber: "42"\ntitle: "Größe: 5"\ntags:\n  - "no"\n  - vip\nlinks: []\npriority: 3 normal\n---\n\nText\n'
    )


def test_control_characters_are_escaped() -> None:
    """What a stranger puts into a subject cannot end a line or reach a terminal."""
    assert write({"title": "\x1b[2J\u2028\x85\u202e\0"}) == b'---\ntitle: "\\x1b[2J\\u2028\\x85\\u202e\\x00"\n---\n'


def test_c_parser_is_there() -> None:
    """The wheels of PyYAML bring libyaml; a build without it is told by fsck."""
    assert has_c_parser()


TEXTS = st.text(max_size=12) | st.sampled_from(
    ["no", "1e5", "~", "- a", "# x", "a: b", "2026-11-24", "x #y", "'", "&a *b !c", "a\n\n"]
)
KEYS = st.text(min_size=1, max_size=6) | st.sampled_from(["state", "owner", "tags"])
VALUES: st.SearchStrategy[Value] = st.recursive(
    TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=100, deadline=None)
@given(meta=st.dictionaries(KEYS, VALUES, max_size=5), body=st.text(max_size=20))
def test_what_is_written_reads_back(meta: dict[str, Value], body: str) -> None:
    """Any text at all survives, in keys, values, lists and the body."""
    document = parse(write(meta, body))
    assert (meta, body) == (document.meta, document.body)
    assert new_document(meta, body) == document


@settings(max_examples=100, deadline=None)
@given(meta=st.dictionaries(KEYS, TEXTS | st.lists(TEXTS, min_size=1, max_size=3), max_size=5))
def test_places_of_a_new_file_are_known(meta: dict[str, Value]) -> None:
    """Texts and lists of them need not be read to know where they stand."""
    assert new_document(meta) == parse(write(meta))


# One entry in each of the styles that people use, as lines without the key.
STYLES = st.sampled_from(
    [
        " plain",
        "  'single'   # why",
        ' "double \\" quoted"',
        "   # only a comment",
        "",
        ' "over\n  two lines" # c',
        " over\n  two lines",
        " |\n  block\n   text\n  # in it\n",
        " >-\n  folded\n\n  text\n",
        " |+\n  keep\n\n\n",
        " # c\n  # d\n  - a   # first\n  # between\n  - 'b'\n  - c",
        "\n- a\n- b # second\n",
        "\n  -\n    a\n  - b",
        " [a, 'b']  # flow",
        " [a,\n   b]",
        " {x: 1, y: [2]}",
        "\n  x: 1\n  y:\n    - 2\n  z:  # empty",
        "\n  - |\n    block\n  - x: 1\n    y: 2",
    ]
)
CHANGES: st.SearchStrategy[Any] = st.none() | TEXTS | st.lists(st.sampled_from("abcd") | TEXTS, max_size=4) | VALUES


@st.composite
def files(draw: st.DrawFn) -> str:
    """A file as somebody with an editor might leave it."""
    styles = draw(st.lists(STYLES, max_size=5))
    comments = draw(st.lists(st.sampled_from(["", "# note\n", "\n", "\n  # deep\n\n"]), min_size=6, max_size=6))
    text = "".join(
        f"{comment}k{number}:{style}\n" for number, (comment, style) in enumerate(zip(comments, styles, strict=False))
    )
    whole = f"---\n{text}{comments[5]}---\nbody\n"
    if draw(st.booleans()):
        whole = whole.replace("\n", "\r\n")
    return "\ufeff" * draw(st.booleans()) + whole


@settings(max_examples=200, deadline=None)
@given(
    text=files(),
    changes=st.dictionaries(st.sampled_from(["k0", "k1", "k2", "k3", "k4", "new", "w: x"]), CHANGES, max_size=3),
)
@example(text="---\nk2:\n- a\n- b # second\n---\nbody\n", changes={"k2": {"0": ""}})
@example(text="---\nk3: |+\n  keep\n\nk4: plain\n\n---\nbody\n", changes={"k4": None})
@example(text="---\nk3: |\n  block\nk4: plain\n\n  # deep\n---\nbody\n", changes={"k4": None})
@example(text="---\nk2: |\n  block\nk3: x\nk4: plain\n\n  # deep\n---\nbody\n", changes={"k3": None, "k4": None})
def test_any_change_to_any_file_does_just_that(text: str, changes: dict[str, Value | None]) -> None:
    """The result has the changed keys and all others, the body, the comments above other keys, and the line ends."""
    document = parse(text.encode())
    result = replace(document, changes)
    wanted = {key: value for key, value in {**document.meta, **changes}.items() if value is not None}
    again = parse(result)
    assert (wanted, list(wanted), document.body) == (again.meta, list(again.meta), again.body)
    assert text.count("# note") == result.count(b"# note")
    assert ("\r\n" in text) == (b"\r\n" in result)
    assert b"\n" not in result.replace(b"\r\n", b"") or "\r\n" not in text
    assert replace(again, {}) == result
    assert write_document(change(document, changes)) == result
    assert change(document, changes) == again


WORDS = st.none() | TEXTS.filter(bool)


@settings(max_examples=200, deadline=None)
@given(
    text=files(), changes=st.dictionaries(st.sampled_from(["k0", "k1", "k2", "k3", "new", "w: x"]), WORDS, max_size=4)
)
def test_places_follow_changed_words(text: str, changes: dict[str, Value | None]) -> None:
    """What is known of a changed text is what reading it again would say."""
    document = parse(text.encode())
    assert change(document, changes) == parse(replace(document, changes))


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=60) | st.text(max_size=40).map(lambda text: f"---\n{text}\n---\n".encode()))
def test_reading_never_fails_otherwise(data: bytes) -> None:
    """Any bytes are read or refused with a line; what is read is written back the same."""
    lines = range(1, data.count(b"\n") + 3)
    try:
        document = parse(data)
    except FrontMatterError as error:
        outcome = error.line in lines
    else:
        outcome = replace(document, {}) == data
    assert outcome


@pytest.mark.parametrize("data", [TICKET.encode(), write({"title": "Re: no", "tags": ["tape", "1.10"]}, "A note.\n")])
def test_python_frontmatter_finds_the_same_frame(data: bytes) -> None:
    """Programs that know the usual frame read our files, their keys and the text below."""
    post = frontmatter.loads(data.decode())
    assert (list(post.metadata), post.content) == (list(parse(data).meta), parse(data).body.strip())
