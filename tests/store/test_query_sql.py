"""The catalog gives the same tickets as the reference, for any query over random stores."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from mdtickets.domain.article_name import format_article_name
from mdtickets.domain.event import Event, format_event, format_time
from mdtickets.domain.history import summarise
from mdtickets.domain.model import ArticleKind, Customer, Link, Priority, State, Ticket
from mdtickets.domain.overview import Selection
from mdtickets.domain.query import (
    And,
    Between,
    Equals,
    Has,
    Is,
    Leaf,
    Not,
    Or,
    Own,
    Phrase,
    Prefix,
    Query,
    StartsWith,
    Word,
    leaves,
)
from mdtickets.domain.query_fields import FLAGS, THINGS
from mdtickets.store.catalog import Catalog
from mdtickets.store.customers import format_card
from mdtickets.store.indexing import rebuild
from mdtickets.store.layout import HISTORY_FILE, TICKET_FILE, Layout
from mdtickets.store.listing import SORT_KEYS, select, select_numbers
from mdtickets.store.query_sql import needs_finding, plan_query
from mdtickets.store.tickets import format_ticket, load_ticket, own_keys
from tests.reference_query import Case, matches

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
AGENTS = ("", "anna", "bert", "chris")
CARDS = {
    card.slug: card
    for card in (
        Customer(slug="kim", name="Kim Lee", addresses=("kim@lee.example",)),
        Customer(slug="lee", name="Lee & Sons 100%", domain="lee.example"),
        Customer(slug="mueller", name="Erika Müller", addresses=("em@mueller.example", "e_m@mueller.example")),
    )
}
SLUGS = ("", *CARDS, "gone")
TAGS = ("belt", "Belt-2", "100%", "spare_part")
SERIALS = ("4711", "4712-B", "x_y", "Straße")


class Sample(Struct, frozen=True):
    """A random store: its catalog, and its tickets as the reference sees them."""

    catalog: Catalog
    cases: tuple[Case, ...]

    def expected(self, query: Query, found: dict[Leaf, frozenset[str]]) -> set[str]:
        return {case.ticket.number for case in self.cases if matches(query, case, found, NOW)}


@pytest.fixture(scope="module", params=range(3))
def sample(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    """Forty tickets, another forty each time."""
    layout = Layout(tmp_path_factory.mktemp("store"))
    layout.customers.mkdir()
    layout.private.mkdir()
    for slug, card in CARDS.items():
        layout.card(slug).write_bytes(format_card(card))
    rng = Random(request.param)
    states: dict[str, State] = {}
    cases = tuple(_write(layout, rng, place, states) for place in range(40))
    with closing(Catalog(layout.catalog)) as catalog:
        rebuild(layout, catalog)
        yield Sample(catalog, cases)


def _write(layout: Layout, rng: Random, place: int, states: dict[str, State]) -> Case:
    number = f"20261{rng.randrange(2)}{rng.randrange(10, 28)}10{place:05}7"
    directory = layout.ticket(number)
    directory.mkdir(parents=True)
    own = {key: rng.choice(SERIALS) for key in ("serial", "Rack") if rng.random() < 0.4}
    front = format_ticket(_ticket(rng, number), None)
    lines = "".join(f"{key}: {value}\n" for key, value in own.items()).encode()
    (directory / TICKET_FILE).write_bytes(front.replace(b"\n---\n", b"\n" + lines + b"---\n", 1))
    events = list(_events(rng, next(reversed(states), "2026112410000019")))
    (directory / HISTORY_FILE).write_text("".join(map(format_event, events)), encoding="utf-8")
    ids, with_files = set(), False
    for event in events:
        if event.article and event.article.endswith(".eml"):
            has_file = event.article.endswith("customer.eml") and rng.random() < 0.3
            message_id = f"{event.article[17:25]}@lee.example"
            (directory / event.article).write_bytes(_mail(message_id, has_file=has_file))
            ids.add(message_id)
            with_files |= has_file
        elif event.article:
            (directory / event.article).write_text("A note.\n", encoding="utf-8")
    files = load_ticket(layout, number)
    assert files.ticket is not None
    states[number] = files.ticket.state
    return Case(
        ticket=files.ticket,
        summary=summarise(files.events),
        own={key: [str(value)] for key, value in own_keys(files.ticket_bytes).items()},
        message_ids=frozenset(ids),
        with_files=with_files,
        cards=CARDS,
        states=states,
    )


def _ticket(rng: Random, number: str) -> Ticket:
    return Ticket(
        number=number,
        title=f"Ticket {number[-6:]}",
        state=rng.choice(tuple(State)),
        queue=rng.choice(("Support", "Sales")),
        priority=rng.choice(tuple(Priority)),
        owner=rng.choice(AGENTS),
        responsible=rng.choice(AGENTS),
        customer=rng.choice(SLUGS),
        company=rng.choice(SLUGS),
        tags=tuple(rng.sample(TAGS, rng.randrange(3))),
        problem=rng.choice(("", "belt", "lid")),
        watchers=tuple(rng.sample(AGENTS[1:], rng.randrange(3))),
        created_at=_moment(rng),
        updated_at=_moment(rng),
        pending_until=rng.choice((None, _moment(rng))),
        closed_at=rng.choice((None, _moment(rng))),
        due_at=rng.choice((None, _moment(rng))),
        links=(Link(type="normal", number="2026112410000019"),) * rng.randrange(2),
    )


def _events(rng: Random, other: str) -> Iterator[Event]:
    for _turn in range(rng.randrange(6)):
        at = _moment(rng)
        what, kind = rng.choice(_FILED)
        name = format_article_name(at, f"{rng.randrange(16**8):08x}" + "0" * 56, kind)
        details: dict[str, Any] = {}
        if rng.random() < 0.2:
            details["unverified"] = True
        if rng.random() < 0.2:
            details["duplicates"] = [other]
        yield Event(at=at, by="x", what=what, article=name, minutes=rng.choice((None, 5, 40)), details=details)
        if kind is ArticleKind.AGENT:
            yield Event(at=at, by="x", what=rng.choice(("sent", "failed")), article=name)


_FILED = (
    ("new", ArticleKind.CUSTOMER),
    ("follow_up", ArticleKind.CUSTOMER),
    ("bounce", ArticleKind.CUSTOMER),
    ("answered", ArticleKind.AGENT),
    ("note", ArticleKind.NOTE),
    ("call", ArticleKind.CALL),
)


def _mail(message_id: str, *, has_file: bool) -> bytes:
    kind = 'application/pdf; name="a.pdf"' if has_file else "text/plain"
    return f"From: kim@lee.example\nMessage-ID: <{message_id}>\nContent-Type: {kind}\n\nBody\n".encode()


def _moment(rng: Random) -> datetime:
    return NOW + timedelta(days=rng.randrange(-6, 7), hours=rng.randrange(24))


_WORDS = st.sampled_from(
    ("", "anna", "BERT", "belt", "kim", "Lee", "100%", "kim@lee.example", "lee.example", "spare_p")
)
_TIMES = st.integers(-7, 7).map(lambda days: format_time(NOW + timedelta(days=days)))
_LEAVES = st.one_of(
    st.builds(Word, st.sampled_from("ab")),
    st.builds(Phrase, st.just("a b")),
    st.builds(Prefix, st.just("a"), st.just("from")),
    st.builds(Equals, st.sampled_from(("tag", "problem", "customer", "company")), _WORDS),
    st.builds(Equals, st.sampled_from(("queue", "owner", "responsible")), st.sampled_from(("Support", *AGENTS))),
    st.builds(Equals, st.just("state"), st.sampled_from(("all", "pending reminder", *State))),
    st.builds(Equals, st.just("number"), st.sampled_from(("2026", "0003", "117"))),
    st.builds(StartsWith, st.sampled_from(("tag", "problem", "customer", "queue")), _WORDS),
    st.builds(
        Between,
        st.sampled_from(("created", "updated", "closed", "waits", "pending", "due")),
        st.none() | _TIMES,
        st.none() | _TIMES,
    ),
    st.builds(
        Between,
        st.sampled_from(("articles", "minutes", "priority")),
        st.none() | st.integers(0, 6),
        st.none() | st.integers(0, 50),
    ),
    st.builds(Is, st.sampled_from([flag for flag in FLAGS if flag not in {"mine", "unowned"}]), st.just("anna")),
    st.builds(Has, st.sampled_from(THINGS)),
    st.builds(Own, st.sampled_from(("serial", "Rack")), st.sampled_from(("", "47", *SERIALS)), st.booleans()),
)
_QUERIES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=6,
)


def _found(query: Query, sample: Sample, seed: int) -> dict[Leaf, frozenset[str]]:
    """Some tickets for each leaf that the catalog cannot answer."""
    rng = Random(seed)
    numbers = [case.ticket.number for case in sample.cases]
    asked = [leaf for leaf in leaves(query) if needs_finding(leaf)]
    return {leaf: frozenset(rng.sample(numbers, rng.randrange(len(numbers) + 1))) for leaf in asked}


_MANY = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


@_MANY
@given(query=_QUERIES, seed=st.integers(0, 9), few=st.sampled_from((0, 100)))
def test_catalog_and_reference_agree(sample: Sample, query: Query, seed: int, few: int) -> None:
    """Whatever is asked, and whichever way it is joined with what was found elsewhere."""
    found = _found(query, sample, seed)
    plan = plan_query(query, found, NOW, few)
    every = Selection(states=("all",), sort="number")
    total, rows = select(sample.catalog, every, plan)
    assert {row.number for row in rows} == sample.expected(query, found)
    assert total == len(rows)
    assert [row.number for row in rows] == select_numbers(sample.catalog, every, plan)


@pytest.mark.parametrize("few", [0, 100])
@pytest.mark.parametrize("sort", ["waits", "customer_name", "created_at"])
def test_pages_are_parts_of_the_whole(sample: Sample, sort: str, few: int) -> None:
    """Page after page, each ticket comes once, in the order of the whole list."""
    assert sort in SORT_KEYS
    query = Or((Word("a"), Is("open")))
    joined = And((Word("a"), query))
    plan = plan_query(joined, _found(joined, sample, 3), NOW, few)
    whole = [row.number for row in select(sample.catalog, Selection(states=("all",), sort=sort), plan)[1]]
    pages = [[row.number for row in select(sample.catalog, _page(sort, offset), plan)[1]] for offset in range(0, 45, 7)]
    assert [number for page in pages for number in page] == whole
    assert max(map(len, pages)) <= 7


def _page(sort: str, offset: int) -> Selection:
    return Selection(states=("all",), sort=sort, limit=7, offset=offset)
