"""How the facts follow the catalog: of the tickets whose stamp is another one, the history is read again.

No trigger and no list says which these are, so filing pays nothing; comparing all stamps takes a tenth of a second for
100,000 tickets.
"""

import json
from collections.abc import Callable, Mapping, Sequence

from mdtickets.domain.stretches import KEYS, Present, Standing
from mdtickets.domain.timestamps import parse_time
from mdtickets.errors import NotFoundError
from mdtickets.store.catalog import as_list
from mdtickets.store.facts import Facts
from mdtickets.store.facts_rows import Reckoning, TicketFacts, make_facts
from mdtickets.store.layout import Layout
from mdtickets.store.stamps import written_ns
from mdtickets.store.tickets import load_events

Progress = Callable[[int, int], None]
Stop = Callable[[], bool]

_ROUND = 500  # tickets of one transaction
_NANOSECONDS = 1_000_000_000
_COLUMNS = tuple(key for key in KEYS if key != "tags")
_PRESENT = f"""SELECT number, stamp, created_at, closed_at, broken, tags, {", ".join(_COLUMNS)}
    FROM catalog.ticket WHERE number IN (SELECT value FROM json_each(?))"""  # noqa: S608  # our own names


def catch_up(
    layout: Layout, facts: Facts, by: Reckoning, progress: Progress | None = None, stop: Stop | None = None
) -> int:
    """Read what changed since; returns how many tickets that were. `stop` is asked between two rounds."""
    numbers = facts.behind()
    for start in range(0, len(numbers), _ROUND):
        if stop and stop():
            return start
        _round(layout, facts, numbers[start : start + _ROUND], by)
        if progress:
            progress(min(start + _ROUND, len(numbers)), len(numbers))
    return len(numbers)


def _round(layout: Layout, facts: Facts, numbers: Sequence[str], by: Reckoning) -> None:
    present = _present(facts, numbers)
    found: list[TicketFacts] = []
    for number, (stamp, standing) in present.items():
        try:
            events = load_events(layout, number)
        except NotFoundError:
            continue  # gone since, and so is its row the next time
        found.append(make_facts(number, stamp, standing, events, by))
    known = {each.number for each in found}
    facts.replace(found, gone=[number for number in numbers if number not in known])


def _present(facts: Facts, numbers: Sequence[str]) -> Mapping[str, tuple[str, Present]]:
    """By number: the stamp of the catalog's row, and what it says of the ticket now."""
    rows = facts.query(_PRESENT, (json.dumps(numbers),))
    return {number: (stamp, _present_of(stamp, *rest)) for number, stamp, *rest in rows}


def _present_of(stamp: str, created_at: str, closed_at: str | None, broken: str, tags: str, *values: str) -> Present:
    standing = dict(zip(_COLUMNS, values, strict=True))
    return Present(
        standing=Standing(**standing, tags=as_list(tags)),
        created_at=_seconds(created_at),
        closed_at=_seconds(closed_at) if closed_at else None,
        written_at=(written_ns(stamp)[0] or 0) // _NANOSECONDS,
        broken=bool(broken),
    )


def _seconds(text: str) -> int:
    return int(parse_time(text).timestamp())
