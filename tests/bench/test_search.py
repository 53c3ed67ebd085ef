"""The programs that the benchmark of the search runs do what they are measured for."""

import json
from pathlib import Path

import pytest

from mdtickets.app.committing import recover
from mdtickets.app.filing import file_waiting
from tests.bench import corpus
from tests.bench.search import Words, _kinds
from tests.bench.search_programs import PROGRAMS
from tests.world import make_world, open_world, put_mail


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A store with three mails of the benchmark's."""
    root = make_world(tmp_path)
    for second, raw in enumerate(corpus.burst(3)):
        put_mail(tmp_path, second, raw)
    session = open_world(root)
    file_waiting(session)
    with session.filing():
        recover(session)
    session.close()
    return root


def test_the_programs_build_add_and_ask(root: Path, tmp_path: Path) -> None:
    """Every article is in ours and in FTS5, and each mail more is a commit of its own."""
    store = str(root)
    built = PROGRAMS["build"](store)
    fts5 = PROGRAMS["fts5-build"](store, str(tmp_path / "fts5.sqlite"))
    assert built["articles"] == fts5["articles"]
    box = tmp_path / "box"
    box.mkdir()
    for index, raw in enumerate(corpus.burst(12, start=500)):
        (box / f"{index:03}").write_bytes(raw)
    added = PROGRAMS["add"](store, str(box))
    assert added["segments"] < 12
    found = PROGRAMS["warm"](
        store, json.dumps({"word": [["word", "mustermann"]], "AND": [["word", "the"], ["word", "of"]]})
    )
    assert found.keys() == {"word", "AND"}


def test_every_kind_of_question_is_asked() -> None:
    """Words by how common they are, together, in a row, by field, date and state."""
    kinds = _kinds(Words(rare="seldom", middle="middling", common="common", phrase="two words"))
    assert len({kind.name for kind in kinds}) == len(kinds) == 11
