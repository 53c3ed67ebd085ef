"""Which words tell what a ticket is about, and how alike others are by them."""

from collections import Counter

from mdtickets.domain.telling import Likeness, alike_by_words, count_words, most_telling


def test_words_of_the_subject_count_three_times() -> None:
    """Spelled as they stand there first; codes stay whole; numbers, addresses, names and stop words do not count."""
    counts = count_words(
        ["Recorder eats tapes"],
        ["Hello, the recorder of Kim shows ERR-4711, see 2026 and kim@lee.example"],
        ["Kim Lee kim@lee.example"],
        {"the", "and", "see"},
    )
    assert counts == {"Recorder": 4, "eats": 3, "tapes": 3, "shows": 1, "ERR-4711": 1}


def test_what_few_have_tells_most() -> None:
    """What every third article has tells nothing, what one alone has ties it to none."""
    known = {"belt": 3, "recorder": 20, "hello": 60, "typo": 1}
    telling = most_telling(Counter({"hello": 9, "recorder": 1, "belt": 1, "typo": 5}), known.__getitem__, 100)
    assert list(telling) == ["belt", "recorder"]
    assert list(most_telling(Counter({"recorder": 1, "belt": 1}), known.__getitem__, 200)) == ["belt", "recorder"]
    assert list(most_telling(Counter({"hello": 1, "belt": 1}), known.__getitem__, 200)) == ["belt"]


def test_the_more_telling_words_the_more_alike() -> None:
    """One word in common is none; the ticket itself is none."""
    telling = {"belt": 1.0, "recorder": 1.0, "noise": 1.0}
    having = {"belt": {"1", "2"}, "recorder": {"1", "2", "3", "4"}, "noise": {"1", "2", "3"}}
    found = alike_by_words(telling, having, "1", 100)
    assert {number: likeness.words for number, likeness in found.items()} == {
        "2": ("belt", "noise", "recorder"),
        "3": ("noise", "recorder"),
    }
    assert found["2"].share == 1


def test_the_same_problem_and_customer_raise() -> None:
    """The score stays between 0 and 1."""
    assert Likeness().score == 0
    assert Likeness(same_problem=True).score > Likeness(same_customer=True).score > 0
    assert round(Likeness(share=1, same_problem=True, same_customer=True).score, 6) == 1
