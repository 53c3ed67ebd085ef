"""Times that never go back, of events whose clock did: of two machines, of one that was set wrong.

The order of a history is the order of what happened. As many of its times as fit each other count as they are; each
other one counts as near to what it says as its neighbours allow.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise


def steady_times(times: Sequence[int]) -> list[int]:
    """The times, none earlier than the one before; those that fit in already as they were. Seconds, or any unit.

    Kept is the longest run of times that do not go back; of several as long, the one that ends first.
    """
    if all(earlier <= later for earlier, later in pairwise(times)):
        return list(times)
    kept = _longest_run(times)
    steady: list[int] = []
    following = iter([*kept, None])
    ahead = next(following)
    for place, time in enumerate(times):
        if place == ahead:
            ahead = next(following)
            steady.append(time)
        else:
            high = times[ahead] if ahead is not None else None
            steady.append(_between(time, steady[-1] if steady else None, high))
    return steady


def _between(time: int, low: int | None, high: int | None) -> int:
    if high is not None and time > high:
        time = high
    return max(time, low) if low is not None else time


def _longest_run(times: Sequence[int]) -> list[int]:
    """The places of the longest run: for each place, the first one before it that ends a run one shorter."""
    levels: list[_Level] = []  # of each length, where a run of it can end
    before: list[int | None] = []
    for place, time in enumerate(times):
        length = bisect_right(levels, time, key=lambda level: level.least)
        before.append(levels[length - 1].first_until(time) if length else None)
        if length == len(levels):
            levels.append(_Level())
        levels[length].add(place, time)
    run: list[int] = []
    at: int | None = levels[-1].places[0]
    while at is not None:
        run.append(at)
        at = before[at]
    return run[::-1]


class _Level:
    """The places where runs of one length end: each later one at an earlier time."""

    def __init__(self) -> None:
        self.places: list[int] = []
        self._negated: list[int] = []  # times, so that they go up

    @property
    def least(self) -> int:
        return -self._negated[-1]

    def add(self, place: int, time: int) -> None:
        self.places.append(place)
        self._negated.append(-time)

    def first_until(self, time: int) -> int:
        return self.places[bisect_left(self._negated, -time)]
