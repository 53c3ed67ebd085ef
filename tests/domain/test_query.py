"""The query language: what texts mean, and what is said of those that mean nothing."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdtickets.domain.periods import Period, find_period
from mdtickets.domain.query import (
    EVERYTHING,
    And,
    Between,
    Equals,
    Has,
    Is,
    Not,
    Or,
    Own,
    Phrase,
    Prefix,
    Query,
    StartsWith,
    Word,
    names_state,
    sought,
)
from mdtickets.domain.query_fields import FIELDS, FLAGS, THINGS, Context
from mdtickets.domain.query_parser import parse_query
from mdtickets.errors import QueryError

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
WORDS = {"queue": ("Support", "Sales"), "owner": ("anna", "bert"), "own": ("serial",)}


def period(text: str, ahead: bool) -> Period | None:
    return find_period(text, NOW, UTC, ahead=ahead)


CONTEXT = Context(now=NOW, period=period, agent=lambda: "anna", words=lambda field: WORDS.get(field, ()))
CHAPTER = (Path(__file__).parents[2] / "mdtickets" / "docs" / "queries.md").read_text(encoding="utf-8")
EXAMPLES = [
    line[:37].rstrip()
    for language, block in re.findall(r"^```([a-z]*)\n(.*?)^```", CHAPTER, re.MULTILINE | re.DOTALL)
    if not language
    for line in block.splitlines()
]


def parse(text: str) -> Query:
    return parse_query(text, CONTEXT)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", EVERYTHING),
        ("*", EVERYTHING),
        ("belt", Word("belt")),
        ("belt hook", And((Word("belt"), Word("hook")))),
        ("belt AND hook", And((Word("belt"), Word("hook")))),
        ("a b OR c", Or((And((Word("a"), Word("b"))), Word("c")))),
        ("a (b OR c)", And((Word("a"), Or((Word("b"), Word("c")))))),
        ('"drive belt"', Phrase("drive belt")),
        ("„drive belt“", Phrase("drive belt")),
        ('"belt"', Word("belt")),
        ("druck*", Prefix("druck")),
        ("-belt", Not(Word("belt"))),
        ("NOT NOT belt", Not(Not(Word("belt")))),
        ("ERR-1234", Word("ERR-1234")),
        ("https://lee.example/a", Word("https://lee.example/a")),
        ("10:30", Word("10:30")),
        ("and", Word("and")),
        ('"AND"', Word("AND")),
        ("from:kim@lee.example", Word("kim@lee.example", "from")),
        ('title:"drive belt"', Phrase("drive belt", "subject")),
        ("queue:support", Equals("queue", "Support")),
        ("queue:(Support OR Sales)", Or((Equals("queue", "Support"), Equals("queue", "Sales")))),
        ("tag:bel*", StartsWith("tag", "bel")),
        ("problem:none", Equals("problem", "")),
        ("owner:me", Equals("owner", "anna")),
        ("owner:nobody", Equals("owner", "")),
        ("is:mine", Equals("owner", "anna")),
        ("is:unlocked", Not(Is("locked"))),
        ("lock:bert", Is("locked", "bert")),
        ("is:watched", Is("watched", "anna")),
        ("has:note", Has("note")),
        ("state:closed-successful", Equals("state", "closed successful")),
        ("state:pending", Is("pending")),
        ("priority:high", Between("priority", 4, 5)),
        ("priority:>normal", Between("priority", 4, None)),
        ("minutes:>30", Between("minutes", 31, None)),
        ("minutes:<2h", Between("minutes", None, 120)),
        ("articles:2..5", Between("articles", 2, 6)),
        ("number:Ticket#0042", Equals("number", "0042")),
        ("message-id:<a@b>", Equals("message-id", "a@b")),
        ("serial:4711", Own("serial", "4711")),
        ("Serial:47*", Own("serial", "47", is_prefix=True)),
        ("closed:2026-11", Between("closed", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z")),
        ("created:last-week..", Between("created", "2026-11-16T00:00:00Z", None)),
        ("created:>2026-11-24", Between("created", "2026-11-25T00:00:00Z", None)),
        ("created:<=2026-11-24", Between("created", None, "2026-11-25T00:00:00Z")),
        ('created:"last week"..yesterday', Between("created", "2026-11-16T00:00:00Z", "2026-11-25T00:00:00Z")),
        ("created:3d", Between("created", "2026-11-22T08:00:00Z", "2026-11-25T08:00:00Z")),
        ("created:..3d", Between("created", None, "2026-11-22T08:00:00Z")),
        ("due:3d", Between("due", "2026-11-25T08:00:00Z", "2026-11-28T08:00:00Z")),
        ("due:none", Not(Between("due", None, None))),
    ],
)
def test_what_a_query_means(text: str, meant: Query) -> None:
    """Each way of saying it gives one tree."""
    assert parse(text) == meant


@pytest.mark.parametrize(
    ("text", "marked", "hint"),
    [
        ("is:open ownre:anna", "ownre", '"owner"'),
        ("queue:Suport", "queue:Suport", '"Support"'),
        ("a is:opne b", "is:opne", '"open"'),
        ("state:closd", "state:closd", '"closed"'),
        ("has:notes", "has:notes", '"note"'),
        ("priority:hihg", "priority:hihg", '"high"'),
        ("created:soon", "created:soon", "last-week"),
        ("minutes:many", "minutes:many", ">30"),
        ("number:belt", "number:belt", "digits"),
        ("owner:bret", "owner:bret", '"bert"'),
        ("(a b", "(", ")"),
        ("a) b", ")", "("),
        ("a OR", "OR", '"OR"'),
        ("AND a", "AND", '"AND"'),
        ("()", "(", "word"),
        ('a "b', '"', '"'),
        ("b*lt", "b*lt", "druck*"),
        ("ERR:12", "ERR", "quotation marks"),
    ],
)
def test_a_mistake_is_marked(text: str, marked: str, hint: str) -> None:
    """The error knows the place, and what would have been right."""
    with pytest.raises(QueryError) as caught:
        parse(text)
    error = caught.value
    assert text[error.column : error.column + error.length] == marked
    assert hint in error.hint
    assert error.exit_code == 2


def test_the_mark_stands_below_the_mistake() -> None:
    """Sentence, query, mark and suggestion are four lines."""
    with pytest.raises(QueryError) as caught:
        parse("is:open ownre:anna")
    assert str(caught.value).splitlines() == [
        'There is no field "ownre".',
        "  is:open ownre:anna",
        "          ^^^^^",
        'Did you mean "owner"? To look for the text, write "ownre:…" in quotation marks.',
    ]


def test_nobody_has_nothing_that_is_his() -> None:
    """`is:mine` needs to know who asks."""
    with pytest.raises(QueryError, match="--as AGENT"):
        parse_query("is:mine", Context(now=NOW, period=period))


def test_no_depth_breaks_the_parser() -> None:
    """A thousand parentheses are refused in one sentence."""
    with pytest.raises(QueryError, match="too deep"):
        parse("(" * 1000)


@pytest.mark.parametrize("text", EXAMPLES)
def test_the_chapters_examples_are_queries(text: str) -> None:
    """Each line that the chapter shows is understood."""
    parse(text)


def test_the_chapter_names_every_field_and_flag() -> None:
    """What the program understands is written down."""
    assert [name for name in FIELDS if f"`{name}:`" not in CHAPTER] == []
    assert [name for name in (*FLAGS, *THINGS) if f"`{name}`" not in CHAPTER] == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("belt", False),
        ("is:mine", False),
        ("belt state:all", True),
        ("NOT is:open", True),
        ("closed:2026", True),
        ("created:2026", False),
    ],
)
def test_whether_a_query_names_states(text: str, named: bool) -> None:
    """A list adds "open" to those that do not."""
    assert names_state(parse(text)) is named


def test_what_is_denied_is_not_sought() -> None:
    """Only what may stand in a ticket ranks it."""
    assert sought(parse("a (b OR tag:x) -c")) == (Word("a"), Word("b"))


@given(st.text(alphabet='ab:()"-*. ANDORNTis>', max_size=30))
def test_any_text_is_a_query_or_a_marked_mistake(text: str) -> None:
    """Nothing else is ever raised, and the mark lies in the text or just behind it."""
    error = _mistake(text)
    assert error is None or (0 <= error.column <= len(text) and error.length > 0)


def _mistake(text: str) -> QueryError | None:
    try:
        parse(text)
    except QueryError as error:
        return error
    return None
