"""Times that never go back, of events whose clock did: of two machines, of one that was set wrong.

The order of a history is the order of what happened. As many of its times as fit each other count as they are; each
other one counts as near to what it says as its neighbours allow.
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise


def steady_times(times: Sequence[int]) -> list[int]:
    """The times, none earlier than the one before; those that fit in already as they were. Seconds, or any unit.

    Kept is the longest run of times that do not go back; of several as long, the one that ends last.
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
    """The places of the longest run, by patience: of each length, the last place where one as long can end."""
    ends: list[int] = []  # the smallest time at which a run of that length ends
    places: list[int] = []  # and where
    before: list[int | None] = []
    for place, time in enumerate(times):
        length = bisect_right(ends, time)
        before.append(places[length - 1] if length else None)
        ends[length : length + 1] = [time]
        places[length : length + 1] = [place]
    run: list[int] = []
    at: int | None = places[-1]
    while at is not None:
        run.append(at)
        at = before[at]
    return run[::-1]
