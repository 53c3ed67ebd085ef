"""What TAB offers, and what it never does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mdtickets.app.completing import complete_numbers, complete_words
from mdtickets.app.freshness import reindex
from mdtickets.app.glance import Glance
from mdtickets.app.session import open_session
from mdtickets.store.layout import Layout
from tests.cli.desk_store import INVOICE, RECORDER, REMOTE, make_store


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """The store of the example firm."""
    return make_store(tmp_path / "store")


def _look(layout: Layout) -> Glance:
    session = open_session(layout.root)
    with session.filing():
        reindex(session)
    session.close()
    return Glance(layout)


@pytest.fixture
def store(layout: Layout) -> Iterator[Glance]:
    """The same, for a look."""
    found = _look(layout)
    yield found
    found.catalog.close()


def test_numbers_come_with_titles_the_newest_first(store: Glance) -> None:
    """TAB on the first digits."""
    assert [number for number, _title in complete_numbers(store, "2026")] == [REMOTE, INVOICE, RECORDER]
    assert complete_numbers(store, RECORDER[:-2]) == [(RECORDER, "Recorder VR-200 eats tapes")]
    assert complete_numbers(store, "x") == []


def test_the_end_of_a_number_will_do_when_it_means_one_ticket(store: Glance) -> None:
    """TAB makes the whole number of what a list shows; what fits none, or is too short, stays."""
    assert [number for number, _title in complete_numbers(store, "0042")] == [RECORDER]
    assert [number for number, _title in complete_numbers(store, RECORDER[-5:])] == [RECORDER]
    assert (complete_numbers(store, "042"), complete_numbers(store, "0099")) == ([], [])


@pytest.mark.parametrize(
    ("kind", "beginning", "expected"),
    [
        ("queue", "s", ["Support", "Sales"]),
        ("agent", "", ["anna", "bert"]),
        ("customer", "le", ["lee-sons"]),
        ("tag", "", ["tape"]),
        ("state", "c", ["closed"]),
        ("priority", "h", ["high"]),
        ("view", "un", ["unanswered", "unlocked"]),
        ("group", "own", ["owner"]),
    ],
)
def test_words_come_from_settings_and_tickets(store: Glance, kind: str, beginning: str, expected: list[str]) -> None:
    """A queue without tickets is offered too."""
    assert expected == complete_words(store, [kind], beginning)


def test_nothing_is_offered_that_a_shell_would_run(layout: Layout) -> None:
    """Zsh evaluates what it is offered: a stranger's title loses every sign, a word with one is left out."""
    path = layout.ticket(RECORDER) / "ticket.md"
    text = path.read_text().replace("title: Recorder VR-200 eats tapes", "title: \"$(rm -rf ~) 'a' `b` ; \\\\ (x) é\"")
    path.write_text(text.replace("tags: [tape]", "tags: ['$(reboot)', 'a b', '--help', fine]"))
    store = _look(layout)
    assert complete_numbers(store, RECORDER) == [(RECORDER, "rm -rf a b x é")]
    assert complete_words(store, ["tag"], "") == ["fine"]
    store.catalog.close()
