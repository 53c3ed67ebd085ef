"""Columns on a terminal: measured, cut, padded and wrapped."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdtickets.render.width import cut, pad, tame, width_of, wrap

_TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("Max Müller", 10),
        ("Mu\u0308ller", 6),  # combining diaeresis
        ("請求書", 6),
        ("ﾊﾝｶｸ", 4),  # half-width katakana
        ("😀", 2),
        ("👍🏽", 2),  # with a skin tone
        ("👩\u200d🔧", 2),  # joined: a woman mechanic
        ("❤\ufe0f", 2),  # a narrow sign in emoji style
        ("🇩🇪", 2),  # two regional letters
        ("한글", 4),
        ("a\u00adb", 2),  # soft hyphen
        ("a\u200bb", 2),  # zero-width space
        ("שלום", 4),
    ],
)
def test_width_counts_columns(text: str, columns: int) -> None:
    """Wide characters take two columns, what is drawn over another none."""
    assert columns == width_of(text)


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [
        ("Rechnung fehlt", 14, "Rechnung fehlt"),
        ("Rechnung fehlt", 9, "Rechnung…"),
        ("Rechnung fehlt", 10, "Rechnung…"),  # no space before the ellipsis
        ("請求書がない", 6, "請求…"),  # half a character is none
        ("Mu\u0308ller", 3, "Mu\u0308…"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
    ],
)
def test_cut_keeps_characters_whole(text: str, columns: int, expected: str) -> None:
    """A cut text ends in an ellipsis and never in half a character."""
    assert expected == cut(text, columns)


def test_pad_fills_with_spaces_on_either_side() -> None:
    """Columns line up whatever the characters."""
    assert (pad("請求", 6), pad("請求", 6, right=True)) == ("請求  ", "  請求")


@settings(max_examples=60)
@given(_TEXTS, st.integers(1, 30))
def test_cut_never_exceeds_its_columns(text: str, columns: int) -> None:
    """Whatever the text, it fits."""
    assert width_of(cut(text, columns)) <= columns


def test_wrap_breaks_at_spaces_and_keeps_the_indent() -> None:
    """A long line continues below its own beginning."""
    text = "  one two three four\nshort"
    assert wrap(text, 12) == ["  one two", "  three four", "short"]


def test_wrap_breaks_a_word_that_fits_nowhere() -> None:
    """An endless word is broken at the edge."""
    assert wrap("a " + "x" * 15, 10) == ["a", "x" * 10, "x" * 5]


def test_wrap_keeps_web_addresses_whole() -> None:
    """Half an address leads nowhere."""
    address = "https://mustermann-video.example/manuals/vr-200"
    assert ["see", address, "please"] == wrap(f"see {address} please", 20)


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=200), st.integers(10, 40))
def test_wrap_loses_no_characters(text: str, columns: int) -> None:
    """Only blanks may go."""
    assert "".join(text.split()) == "".join("".join(wrap(text, columns)).split())


def test_tame_takes_marks_off_a_pile() -> None:
    """A letter under a thousand accents keeps eight of them and hides no other line."""
    assert tame("e" + "\u0301" * 1000 + "x") == "e" + "\u0301" * 8 + "x"
