"""Other forms of a word, and how far apart two spellings are."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdtickets.domain.spellings import is_near, other_forms

_WORDS = st.text("abc", max_size=4)


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("absturzen", "abgesturzt"),
        ("abgesturzt", "absturzen"),
        ("herunterladen", "heruntergeladen"),
        ("heruntergeladen", "herunterladen"),
        ("anmelden", "angemeldet"),
        ("angemeldete", "anmelden"),
        ("loschen", "geloschte"),
        ("zahlen", "gezahlt"),
        ("bezahlen", "bezahlt"),
        ("bezahlt", "bezahlen"),
        ("installation", "installieren"),
        ("aktivieren", "aktivierung"),
        ("crash", "gecrasht"),
        ("color", "colour"),
        ("coloured", "colored"),
        ("license", "licence"),
        ("organizing", "organising"),
        ("centre", "center"),
        ("catalogs", "catalogues"),
    ],
)
def test_a_word_has_other_forms(word: str, other: str) -> None:
    """German verbs, and British and American spelling."""
    assert other in other_forms(word)


@pytest.mark.parametrize(
    ("word", "other"),
    [("geraten", "raten"), ("tor", "tour"), ("since", "sinse"), ("word", "word"), ("err4", "geerr4t")],
)
def test_words_that_only_look_alike_are_no_forms(word: str, other: str) -> None:
    """A noun (`Geräten`) is no participle; short words and codes have none at all."""
    assert other not in other_forms(word)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(_WORDS, _WORDS)
def test_near_is_as_many_edits_as_said(one: str, other: str) -> None:
    """The same answer as from the distance by its definition, with either word first."""
    assert is_near(one, other, 2) == is_near(other, one, 2) == (_distance(one, other) <= 2)


def _distance(one: str, other: str) -> int:
    if not one or not other:
        return len(one) + len(other)
    least = min(
        _distance(one[1:], other) + 1,
        _distance(one, other[1:]) + 1,
        _distance(one[1:], other[1:]) + (one[0] != other[0]),
    )
    is_swapped = len(one) > 1 and one[:2] == other[1::-1]
    return min(least, _distance(one[2:], other[2:]) + 1) if is_swapped else least
