"""What is meant is found, and stands first: better than by grep, and than by notmuch."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec import Struct

from tests.relevance.harder import HARDER_QUERIES, MORE_LETTERS
from tests.relevance.letters import LETTERS, QUERIES, Letter
from tests.relevance.measure import Queries, Score, Search, grep, notmuch, ours, score


class Labelled(Struct, frozen=True):
    """Letters, what is asked, and how well it is answered at least: what was measured, less one query or so."""

    letters: Sequence[Letter]
    queries: Queries
    least: Score


SETS = {
    "plain": Labelled(LETTERS, QUERIES, Score(0.99, 0.99)),
    "harder": Labelled((*LETTERS, *MORE_LETTERS), HARDER_QUERIES, Score(0.98, 0.97)),
}
every_set = pytest.mark.parametrize("labelled", SETS.values(), ids=SETS)


@every_set
def test_the_set_is_whole(labelled: Labelled) -> None:
    """Sixty queries and more, each asked once and answered by tickets that there are."""
    queries = [query for query, _grades in labelled.queries]
    assert len(set(queries)) == len(queries) >= 60
    answers = {number for _query, grades in labelled.queries for number in grades}
    assert answers <= {letter.home for letter in labelled.letters}


@every_set
def test_it_finds_what_is_meant(labelled: Labelled, tmp_path: Path) -> None:
    """Nearly all of it, and first: as well as it did, and better than by grep."""
    found = score(ours(tmp_path, labelled.letters), labelled.queries)
    assert found.recall >= labelled.least.recall, found
    assert found.ndcg >= labelled.least.ndcg, found
    _is_better(found, grep(labelled.letters), labelled.queries)


@every_set
def test_it_finds_more_than_notmuch(labelled: Labelled, tmp_path: Path) -> None:
    """On the same mails, with the same words."""
    other = notmuch(tmp_path, labelled.letters)
    if other is None:
        pytest.skip("notmuch is not installed")
    _is_better(score(ours(tmp_path / "store", labelled.letters), labelled.queries), other, labelled.queries)


def _is_better(found: Score, other: Search, queries: Queries) -> None:
    theirs = score(other, queries)
    assert found.recall > theirs.recall
    assert found.ndcg > theirs.ndcg
