"""Text of strangers made safe to show."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdtickets.domain.plain import plain_line, plain_text

BIDI = [chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))]


@pytest.mark.parametrize(
    ("given_text", "line"),
    [
        ("Grüße aus Köln – 10 €", "Grüße aus Köln – 10 €"),
        ("one\ntwo\r\nthree\tfour\rfive", "one two three four five"),
        ("\x1b[2J\x1b]0;owned\x07", "\ufffd[2J\ufffd]0;owned\ufffd"),
        ("\x9b2J", "\ufffd2J"),  # C1 opens the same sequence in one byte
        ("a\x00b\x7fc", "a\ufffdb\ufffdc"),
        ("exe.\u202egpj", "exe.\ufffdgpj"),
        ("a\u2028b\u2029c\u0085d", "a b c d"),
        ("\ud800", "\ufffd"),
        ("日本語", "日本語"),
        ("", ""),
    ],
)
def test_a_line_is_one_harmless_line(given_text: str, line: str) -> None:
    """Breaks become spaces, what a terminal obeys becomes U+FFFD, everything else stays."""
    assert plain_line(given_text) == line


@pytest.mark.parametrize(
    ("given_text", "text"),
    [
        ("one\r\ntwo\rthree\n\tfour", "one\ntwo\nthree\n\tfour"),
        ("a\u2028b\u0085c\fd", "a\nb\nc d"),
        ("\x1b[31mred", "\ufffd[31mred"),
        ("§ 1: 5 °C „so“", "§ 1: 5 °C „so“"),  # their UTF-8 begins with the bytes that C1 and bidi controls begin with
    ],
)
def test_a_text_keeps_its_lines_and_tabs(given_text: str, text: str) -> None:
    """Newline and tab are the only control characters left, and the newline is the only line end."""
    assert plain_text(given_text) == text


@pytest.mark.parametrize("control", BIDI)
def test_no_text_can_change_its_order(control: str) -> None:
    """Each of the nine bidirectional controls is replaced, in lines and in texts."""
    assert plain_line(f"a{control}b") == plain_text(f"a{control}b") == "a\ufffdb"


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_nothing_unsafe_is_left(text: str) -> None:
    """Whatever goes in, what comes out can be written as UTF-8, read as one line, and has no control characters."""
    line, lines = plain_line(text), plain_text(text)
    assert (line + lines).encode().decode() == line + lines
    assert len(line.splitlines()) <= 1
    assert len(lines.splitlines()) <= lines.count("\n") + 1
    assert not any(ord(char) < 32 and char not in "\n\t" for char in line + lines)


@settings(max_examples=50, deadline=None)
@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    """What is plain stays as it is."""
    assert plain_line(plain_line(text)) == plain_line(text)
    assert plain_text(plain_text(text)) == plain_text(text)
