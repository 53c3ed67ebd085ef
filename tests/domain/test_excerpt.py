"""A few words around what was looked for."""

from hypothesis import given
from hypothesis import strategies as st

from mdtickets.domain.excerpt import excerpt
from mdtickets.domain.terms import Analyser

PLAIN = Analyser(lambda word, _language: word)


def marked(text: str, *terms: str, width: int = 60) -> str:
    """The excerpt with brackets around its marks."""
    found = excerpt(text, "en", terms, PLAIN, width)
    shown, place = "", 0
    for start, end in found.marks:
        shown += f"{found.text[place:start]}[{found.text[start:end]}]"
        place = end
    return shown + found.text[place:]


def test_a_short_text_comes_whole() -> None:
    """With everything marked, on one line."""
    assert marked("The belt\n\nslips. A new  belt, please.", "belt") == "The [belt] slips. A new [belt], please."


def test_of_a_long_text_the_stretch_with_most_is_shown() -> None:
    """Both words together are worth more than one of them alone."""
    text = "belt " + "x " * 60 + "and then the drive belt went " + "y " * 60
    assert marked(text, "belt", "drive").startswith("… x x")
    assert "[drive] [belt] went y" in marked(text, "belt", "drive")


def test_without_a_match_the_text_begins_at_its_beginning() -> None:
    """Cut between two words."""
    assert marked("one two three four", "belt", width=9) == "one two …"


def test_nothing_is_no_excerpt() -> None:
    """There are articles without text."""
    assert marked("", "belt") == ""


@given(st.text(max_size=300), st.lists(st.sampled_from(("a", "b", "belt")), min_size=1), st.integers(20, 100))
def test_marks_lie_in_the_excerpt(text: str, terms: list[str], width: int) -> None:
    """Rising, apart, and never longer than asked for by more than the dots."""
    found = excerpt(text, "", terms, PLAIN, width)
    ends = [end for mark in found.marks for end in mark]
    assert ends == sorted(ends)
    assert all(0 <= end <= len(found.text) for end in ends)
    assert len(found.text) <= width + 4
