"""A full text that several processes make is the one that a single process makes."""

import os
import sys
from pathlib import Path

import pytest

from mdtickets.app import full_text_parts
from mdtickets.app.committing import recover
from mdtickets.app.filing import file_waiting
from mdtickets.app.full_text import make_anew
from mdtickets.app.session import Session
from mdtickets.domain.query import Phrase, Prefix, Text, Word
from mdtickets.store.index import Hit, open_index
from mdtickets.store.index_state import directory_of, state_of
from tests.world import mail, make_world, open_world, put_mail

_BODIES = ("Der Rechnungsdrucker druckt nicht.", "Die Rechnung fehlt.", "Hello from Lörrach.", "The invoice is late.")
_NOW = 1_800_000_000


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A store with four tickets on a machine of two cores, where four are worth two processes."""
    root = make_world(tmp_path)
    for second, body in enumerate(_BODIES):
        put_mail(tmp_path, second, mail(f"Subject {second}", body=body))
    session = open_world(root)
    file_waiting(session)
    with session.filing():
        recover(session)
    monkeypatch.setattr(full_text_parts, "_WORTH", len(_BODIES))
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: {0, 1})
    return session


def _answers(session: Session) -> tuple[int, list[set[str]], list[tuple[str, str, int]], list[str]]:
    index = open_index(session.layout)
    leaves: list[Text] = [Word("rechnung"), Word("druckt"), Phrase("rechnung fehlt"), Prefix("rech")]
    ranked: list[Hit] = index.rank(leaves[:1], None, _NOW)
    found = (
        index.articles,
        [index.tickets(leaf) for leaf in leaves],
        [(hit.number, hit.article, hit.at) for hit in ranked],
        [index.suggest("rechnunk"), *sorted(index.all_numbers())],
    )
    index.close()
    return found


def test_parts_answer_as_one(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes with a segment each, and nothing of theirs left: the same articles, words and ranks."""
    seen: list[int] = []
    make_anew(session, lambda count, _total: seen.append(count))
    in_parts = _answers(session)
    index = open_index(session.layout)
    assert (index.segments, seen, index.torn_files()) == (2, [2, 4], [])
    index.close()
    assert not (directory_of(session.layout) / "parts").exists()
    assert state_of(session.layout, session.catalog).state == "up to date"
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: {0})
    make_anew(session)
    assert _answers(session) == in_parts


def test_what_the_processes_leave_is_done_here(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that comes to no end costs nothing but its time."""
    expected = make_anew(session)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert make_anew(session) == expected
    index = open_index(session.layout)
    assert index.segments == 1
    index.close()
    assert state_of(session.layout, session.catalog).state == "up to date"
