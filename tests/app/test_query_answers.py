"""The same query gives the same answer, whichever serves it: text and metadata joined, against a plain reading."""

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from mdtickets.app.committing import recover
from mdtickets.app.filing import file_waiting
from mdtickets.app.freshness import refresh_for_reading
from mdtickets.app.querying import Asked, plan_of
from mdtickets.app.searching import search
from mdtickets.app.session import Session
from mdtickets.app.text_leaves import Texts, find_texts
from mdtickets.domain.overview import Selection
from mdtickets.domain.query import (
    And,
    Between,
    Equals,
    Is,
    Leaf,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Text,
    Word,
    leaves,
    text_leaves,
)
from mdtickets.store.query_sql import needs_finding, plan_query
from tests.world import mail, make_world, open_world, put_mail

# No words of any language: nothing is stemmed, and no other text has them.
WORDS = ("b1", "b12", "c1", "c2x", "d9")
SENDERS = ("k3", "k31", "m5")


class Written(Struct, frozen=True, kw_only=True):
    """A ticket with one mail."""

    number: str
    subject: str
    sender: str
    body: str


class World(Struct):
    """An open store, and what was written into it."""

    session: Session
    written: tuple[Written, ...]

    def find(self, leaf: Text) -> frozenset[str]:
        """The tickets of a leaf, by looking at each."""
        return frozenset(each.number for each in self.written if _has(each, leaf))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Twelve mails of random words, each a ticket."""
    place = tmp_path_factory.mktemp("world")
    make_world(place)
    rng = Random(7)
    for second in range(12):
        subject = f"s{second} " + " ".join(rng.choices(WORDS, k=rng.randrange(3)))
        sender = rng.choice(SENDERS)
        body = " ".join(rng.choices(WORDS, k=rng.randrange(1, 5)))
        put_mail(place, second, mail(subject, sender=f"{sender} <{sender}@{second}.example>", body=body))
    session = open_world(place / "store")
    file_waiting(session)
    with session.filing():
        recover(session)
    refresh_for_reading(session)
    yield World(session, tuple(_written(place / "store")))
    session.close()


def _written(root: Path) -> Iterator[Written]:
    for path in (root / "tickets").glob("*/*/*/*/*-customer.eml"):
        head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
        fields = dict(line.split(": ", 1) for line in head.splitlines())
        sender = fields["From"].partition(" ")[0]
        yield Written(number=path.parent.name, subject=fields["Subject"], sender=sender, body=body)


def _has(each: Written, leaf: Text) -> bool:
    texts = {"subject": [each.subject], "from": [each.sender], "": [each.subject, each.sender, each.body]}[leaf.field]
    wanted = re.escape(leaf.text)
    pattern = rf"\b{wanted}" if isinstance(leaf, Prefix) else rf"\b{wanted}\b"
    return any(re.search(pattern, text) for text in texts)


_WORD = st.sampled_from((*WORDS, *SENDERS, "s3"))
_TEXT = st.one_of(
    st.builds(Word, _WORD, st.sampled_from(("", "", "subject"))),
    st.builds(Word, st.sampled_from(SENDERS), st.just("from")),
    st.builds(Prefix, st.sampled_from(("b1", "c2", "d9", "k3"))),
    st.builds(Phrase, st.lists(st.sampled_from(WORDS), min_size=2, max_size=2).map(" ".join)),
)
_LEAF = st.one_of(
    _TEXT,
    _TEXT,
    st.builds(Equals, st.just("state"), st.sampled_from(("new", "open", "all"))),
    st.builds(Equals, st.just("number"), st.sampled_from(("0003", "1"))),
    st.builds(Between, st.just("articles"), st.just(2), st.none()),
    st.builds(Is, st.sampled_from(("locked", "unanswered", "duplicate"))),
)
_QUERY: st.SearchStrategy[Query] = st.recursive(
    _LEAF,
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=5,
)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(query=_QUERY)
def test_search_finds_what_a_plain_reading_finds(world: World, query: Query) -> None:
    """Whatever is joined with whatever, ranked or sorted, page by page or whole."""
    texts = find_texts(world.session, text_leaves(query))
    plain = {leaf: world.find(leaf) for leaf in text_leaves(query)}
    expected = _answer(world, query, Texts(found=plain))
    assert _answer(world, query, texts, limit=3) == expected
    assert _answer(world, query, texts, sort="title") == expected
    if texts.index:
        texts.index.close()


def _answer(world: World, query: Query, texts: Texts, sort: str = "", limit: int = 0) -> set[str]:
    """All numbers that a search gives, on all its pages."""
    asked = Asked(text="", query=query, plan=plan_of(world.session, query, texts.found))
    found: list[str] = []
    while True:
        selection = Selection(states=("all",), sort=sort, limit=limit, offset=len(found))
        page = search(world.session, asked, texts, selection)
        found += [match.row.number for match in page.matches]
        if len(found) >= page.total or not page.matches:
            break
    assert len(found) == len(set(found)) == page.total
    return set(found)


@given(query=_QUERY)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_few_hits_and_many_are_joined_alike(world: World, query: Query) -> None:
    """Whether the tickets that were found go into the SQL, or are tested on the way."""
    found: dict[Leaf, frozenset[str]] = {leaf: world.find(leaf) for leaf in text_leaves(query)}
    found |= {leaf: frozenset() for leaf in leaves(query) if needs_finding(leaf) and leaf not in found}
    now = world.session.now()
    asked = Asked(text="", query=query, plan=plan_query(query, found, now, few=100))
    many = replace(asked, plan=plan_query(query, found, now, few=0))
    texts, every = Texts(found={}), Selection(states=("all",), sort="number")
    answers = [search(world.session, each, texts, every).matches for each in (asked, many)]
    assert answers[0] == answers[1]
