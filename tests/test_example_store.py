"""The example store is what the program makes of the story, and it keeps the rules of the format it shows."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from mdtickets.domain.article_name import parse_article_name
from mdtickets.domain.event import What
from mdtickets.domain.history import find_entries
from mdtickets.domain.number import check_digit
from mdtickets.store.earlier import steps
from mdtickets.store.indexing import all_numbers
from mdtickets.store.layout import Layout
from mdtickets.store.tickets import digest_of, load_ticket
from tests.example_store.build import EXAMPLE_STORE, build

LAYOUT = Layout(EXAMPLE_STORE)
NUMBERS = tuple(all_numbers(LAYOUT))

each_ticket = pytest.mark.parametrize("number", NUMBERS)


def test_it_is_what_the_story_makes(tmp_path: Path) -> None:
    """Told again with a fixed clock, the story gives the same files, byte for byte."""
    build(tmp_path)
    expected, actual = _files(EXAMPLE_STORE), _files(tmp_path)
    assert sorted(expected) == sorted(actual)
    assert not [name for name in expected if expected[name] != actual[name]]


@each_ticket
def test_numbers_carry_their_check_digit(number: str) -> None:
    """Each number ends with the digit that the rest asks for."""
    assert check_digit(number[:-1]) == number[-1]


@each_ticket
def test_articles_are_those_the_history_names(number: str) -> None:
    """Every article has an event, every event's article a file, and each name the digest of its bytes."""
    entries = {entry.name for entry in find_entries(load_ticket(LAYOUT, number).events)}
    files = {path.name for path in LAYOUT.ticket(number).iterdir()} - {"ticket.md", "history.jsonl"}
    assert entries == files
    for name in files:
        parsed = parse_article_name(name)
        assert parsed
        assert parsed.digest == hashlib.sha256((LAYOUT.ticket(number) / name).read_bytes()).hexdigest()[:8]


@each_ticket
def test_ticket_md_can_be_followed_through_its_history(number: str) -> None:
    """What later events changed can be taken back, as far as nobody edited by hand: the digests in the events agree."""
    told = list(steps(load_ticket(LAYOUT, number)))
    edits = [place for place, step in enumerate(told) if step.events[0].what == What.EDITED]
    for step in told[max(edits, default=0) :]:
        digests = [event.details["ticket_md"] for event in step.events if "ticket_md" in event.details]
        assert digests[-1] == digest_of(step.ticket_bytes)


def test_it_shows_what_there_is_to_show() -> None:
    """States, notes, calls, acknowledgements, a bounce, a merge: a reader meets each of them."""
    tickets = [load_ticket(LAYOUT, number) for number in NUMBERS]
    states = {str(files.ticket.state) for files in tickets if files.ticket}
    what = {event.what for files in tickets for event in files.events}
    assert states == {
        "new",
        "open",
        "pending reminder",
        "pending auto close+",
        "pending auto close-",
        "closed successful",
        "closed unsuccessful",
        "merged",
        "removed",
    }
    assert what >= {"new", "follow_up", "automatic", "bounce", "auto_reply", "auto_follow_up", "answered", "note", "call", "merged", "edited", "sent", "failed"}  # fmt: skip


def _files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in _walk(root)}


def _walk(root: Path) -> Iterator[Path]:
    return (path for path in sorted(root.rglob("*")) if path.is_file())
