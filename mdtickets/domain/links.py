"""Links between tickets stand in both: what each decides when some are linked to another one."""

from collections.abc import Callable, Collection, Sequence

from mdtickets.domain.agent import OPPOSITE_LINK, Change, Situation, link, unlink
from mdtickets.domain.model import Link


def linking(numbers: Sequence[str], other: str, type_: str) -> Callable[[Situation], Change]:
    """Link each of these tickets to the other one, which is `type_` to them, and the other one to each."""
    opposite = OPPOSITE_LINK[type_]

    def decide(found: Situation) -> Change:
        if found.number == other:
            return link(found, [Link(type=opposite, number=number) for number in numbers])
        return link(found, [Link(type=type_, number=other)])

    return decide


def unlinking(these: Collection[str], others: Collection[str]) -> Callable[[Situation], Change]:
    """Take the links between these tickets and the others out of all of them."""
    return lambda found: unlink(found, others if found.number in these else these)
