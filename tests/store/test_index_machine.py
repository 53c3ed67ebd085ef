"""Whatever is written and removed in whichever order: the index finds what one made anew finds."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from mdtickets.domain.query import Phrase, Text, Word
from mdtickets.store.index import Change, Index
from mdtickets.store.index_words import Indexed
from tests.store.index_world import NOW, new_index, number, text

_WORDS = ("kabel", "drucker", "rechnungsdrucker", "toner", "err-12")
_TICKETS = 4

_texts = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=4).map(" ".join)
_steps = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(0, _TICKETS - 1), _texts),
        st.tuples(st.just("remove"), st.integers(0, _TICKETS - 1), st.just("")),
        st.tuples(st.just("merge"), st.just(0), st.just("")),
    ),
    max_size=14,
)


def _do(index: Index, state: dict[int, str], step: tuple[str, int, str]) -> None:
    what, ticket, words = step
    if what == "merge":
        index.merge()
    elif what == "remove":
        index.write([Change(number=number(ticket), indexed=None)])
        state.pop(ticket, None)
    else:
        article = text(ticket, words)
        indexed = Indexed(stamp=words, articles=("a",))
        index.write([Change(number=number(ticket), indexed=indexed, articles=(article,), anew=True)])
        state[ticket] = words


@settings(max_examples=8, deadline=None)
@given(_steps)
def test_it_finds_what_an_index_made_anew_finds(steps: list[tuple[str, int, str]]) -> None:
    """After any history, and with all of its tickets known by their stamps."""
    with TemporaryDirectory() as place:
        index, state = new_index(Path(place) / "one"), dict[int, str]()
        for step in steps:
            _do(index, state, step)
        anew = new_index(Path(place) / "two", [text(ticket, words) for ticket, words in state.items()])
        leaves: list[Text] = [*(Word(word) for word in _WORDS), Phrase("kabel toner")]
        assert [index.tickets(leaf) for leaf in leaves] == [anew.tickets(leaf) for leaf in leaves]
        assert {hit.number for hit in index.rank(leaves, None, NOW)} == {
            hit.number for hit in anew.rank(leaves, None, NOW)
        }
        assert sorted(index.all_numbers()) == sorted(map(number, state))
        index.close()
        anew.close()
