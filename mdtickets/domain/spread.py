"""Many numbers in six: count, mean, median, 90th percentile, least and greatest."""

from collections.abc import Sequence

from msgspec import Struct

_DIGITS = 2


class Spread(Struct, frozen=True, kw_only=True):
    """How numbers lie. The median of an even count is the mean of the two in the middle; p90 is the nearest rank."""

    count: int
    mean: float
    median: float
    p90: float
    min: float
    max: float


def spread_of(numbers: Sequence[float], unit: float = 1) -> Spread | None:
    """How they lie, in so large units, to two digits; None when there are none."""
    if not numbers:
        return None
    if len(numbers) == 1:
        one = round(numbers[0] / unit, _DIGITS)
        return Spread(count=1, mean=one, median=one, p90=one, min=one, max=one)
    ordered = sorted(numbers)
    count = len(ordered)
    middle = (ordered[(count - 1) // 2] + ordered[count // 2]) / 2
    rank = -(-9 * count // 10)  # the first that at least nine of ten are not above
    return Spread(
        count=count,
        mean=round(sum(ordered) / count / unit, _DIGITS),
        median=round(middle / unit, _DIGITS),
        p90=round(ordered[rank - 1] / unit, _DIGITS),
        min=round(ordered[0] / unit, _DIGITS),
        max=round(ordered[-1] / unit, _DIGITS),
    )
