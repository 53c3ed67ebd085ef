"""Times of clocks that ran backwards are made to go on, and the others are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdtickets.domain.steady_times import steady_times


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([], []),
        ([5], [5]),
        ([1, 2, 2, 9], [1, 2, 2, 9]),
        ([1, 2, 900, 3, 4], [1, 2, 3, 3, 4]),  # a clock that was ahead once
        ([101, 102, 0, 103], [101, 102, 102, 103]),  # one that began at nothing
        ([10, 15, 13], [10, 15, 15]),  # of two as long, the one that ends first
        ([100, 3], [100, 100]),
        ([900, 1, 2], [1, 1, 2]),
        ([1, 2, 0], [1, 2, 2]),
    ],
)
def test_times_that_do_not_fit_are_moved(told: list[int], expected: list[int]) -> None:
    """The longest run of times that go on stays; the others come as near as they may."""
    assert expected == steady_times(told)


@given(st.lists(st.integers(0, 30), max_size=12))
def test_as_few_as_possible_are_moved(told: list[int]) -> None:
    """The result never goes back, and as many times stay as the longest run has, by a count of its own."""
    steady = steady_times(told)
    assert steady == sorted(steady)
    longest = [0] * len(told)
    for place, time in enumerate(told):
        longest[place] = 1 + max((longest[at] for at in range(place) if told[at] <= time), default=0)
    assert sum(one == other for one, other in zip(told, steady, strict=True)) >= max(longest, default=0)
