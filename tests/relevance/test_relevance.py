"""What is meant is found, and stands first: better than by grep, and than by notmuch."""

from pathlib import Path

import pytest

from tests.relevance.letters import LETTERS, QUERIES
from tests.relevance.measure import grep, notmuch, ours, score


def test_the_set_is_whole() -> None:
    """Sixty queries and more, each answered by letters that there are."""
    assert len(QUERIES) >= 60
    assert {number for _query, grades in QUERIES for number in grades} <= {letter.number for letter in LETTERS}


def test_it_finds_what_is_meant(tmp_path: Path) -> None:
    """Nearly all of it, and first."""
    found = score(ours(tmp_path))
    assert min(found.recall, found.ndcg) >= 0.97, found
    assert found.recall > score(grep).recall
    assert found.ndcg > score(grep).ndcg


def test_it_finds_more_than_notmuch(tmp_path: Path) -> None:
    """On the same mails, with the same words."""
    other = notmuch(tmp_path)
    if other is None:
        pytest.skip("notmuch is not installed")
    theirs, found = score(other), score(ours(tmp_path / "store"))
    assert found.recall > theirs.recall
    assert found.ndcg > theirs.ndcg
