"""Statistics equal a slow recount straight from the files.

Long by hand: `MDTICKETS_RECOUNT_TICKETS=10000 MDTICKETS_RECOUNT_SEED=7 pytest tests/recount --timeout 0`.
"""

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec import Struct

from mdtickets.app.freshness import refresh_for_reading
from mdtickets.app.session import Session
from mdtickets.app.statistics import Wanted, count
from mdtickets.domain.counting import Answer
from mdtickets.domain.measures import MEASURES, Group
from tests.recount import recount as slow
from tests.recount.generated import DAYS, START, generate
from tests.world import BERT, SETTINGS, make_world, open_world

TICKETS = int(os.environ.get("MDTICKETS_RECOUNT_TICKETS", "120"))
QUESTIONS = int(os.environ.get("MDTICKETS_RECOUNT_QUESTIONS", "150"))
SEED = int(os.environ.get("MDTICKETS_RECOUNT_SEED", "1"))
NOW = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")


class World(Struct):
    """The store by the program and by the recount."""

    session: Session
    tickets: list[slow.Ticket]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Tickets that lived through everything."""
    root = make_world(tmp_path_factory.mktemp("recount"), SETTINGS + BERT)
    generate(root, TICKETS, SEED)
    with closing(open_world(root, now=NOW)) as session:
        refresh_for_reading(session)
        yield World(session, slow.read_tickets(root))


def _questions() -> Iterator[Wanted]:
    """Each measure once as a whole and by each group, then what chance asks for."""
    for name, measure in MEASURES.items():
        yield Wanted(measure=name)
        yield from (
            Wanted(measure=name, by=(group,)) for group in sorted(measure.groups) if not _is_series(name, group)
        )
    rng = Random(SEED)
    for _ in range(QUESTIONS):
        name = rng.choice(list(MEASURES))
        groups = sorted(MEASURES[name].groups)
        by = tuple(rng.sample(groups, rng.randrange(3)))
        if not any(_is_series(name, group) for group in by):
            yield _at_some_time(rng, name, by)


def _at_some_time(rng: Random, name: str, by: tuple[Group, ...]) -> Wanted:
    first, second, third = sorted(START + timedelta(days=rng.randrange(-5, DAYS)) for _ in range(3))
    is_level = name in {"open", "tickets", "age"}
    return Wanted(
        measure=name,
        by=by,
        since="" if is_level or rng.random() < 0.3 else f"{first:%Y-%m-%d}",
        until="" if is_level or rng.random() < 0.3 else f"{second:%Y-%m-%d}",
        at="" if rng.random() < 0.5 else f"{third:%Y-%m-%d}",
    )


def _is_series(name: str, group: Group) -> bool:
    return group.is_time and name in {"open", "tickets"}


def test_every_statistic_equals_the_recount(world: World) -> None:
    """By every group, in any time, as of any day."""
    for wanted in _questions():
        found = count(world.session, wanted)
        expected = slow.recount(world.tickets, _asked(wanted))
        assert {row.groups: _parts(wanted.measure, row) for row in found.rows} == {
            groups: _told(wanted.measure, parts)
            for groups, parts in expected.items()
            if _is_told(wanted.measure, parts)
        }, wanted


@pytest.mark.parametrize("unit", ["day", "week", "month"])
def test_the_backlog_over_time_equals_a_recount_of_each_day(world: World, unit: str) -> None:
    """The figure of each day, week and month is that of its last second."""
    wanted = Wanted(measure="open", by=(unit, "queue"), since="2026-03-20", until="2026-04-04")
    found = {row.groups: row.value for row in count(world.session, wanted).rows}
    expected: dict[tuple[str, ...], Any] = {}
    for label, last in _ends(unit):
        asked = slow.Asked(measure="open", by=("queue",), at=last, now=int(NOW.timestamp()), zone=ZONE)
        counted = slow.recount(world.tickets, asked)
        expected |= {(label, *groups): value for groups, value in counted.items()}
    assert found == expected


def _ends(unit: str) -> Iterator[tuple[str, int]]:
    """The last second of each day, week or month, cut where the question ends: a change of the clocks lies within."""
    ends: dict[str, int] = {}
    for days in range(16):
        day = datetime(2026, 3, 20, tzinfo=ZONE) + timedelta(days=days)
        label = {"day": f"{day:%Y-%m-%d}", "week": f"{day:%G-W%V}", "month": f"{day:%Y-%m}"}[unit]
        ends[label] = int((day + timedelta(days=1)).timestamp()) - 1
    yield from ends.items()


def _asked(wanted: Wanted) -> slow.Asked:
    since, until, at = (_midnight(text) for text in (wanted.since, wanted.until, wanted.at))
    end = until + timedelta(days=1) if until else None
    last = at + timedelta(days=1) - timedelta(seconds=1) if at else None
    return slow.Asked(
        measure=wanted.measure,
        by=wanted.by,
        since=int(since.timestamp()) if since else None,
        until=int(end.timestamp()) if end else None,
        days=(since.date() if since else None, until.date() if until else None),
        at=int(last.timestamp()) if last else None,
        now=int(NOW.timestamp()),
        zone=ZONE,
    )


def _midnight(text: str) -> datetime | None:
    # times of one zone are added to by the clock on the wall, so a day is a day
    return datetime.fromisoformat(text).replace(tzinfo=ZONE) if text else None


def _parts(measure: str, row: Answer) -> Any:
    if measure in slow.LENGTHS:
        return {key: row.figures.get(key) for key in ("count", "mean", "median", "p90", "min", "max")}
    return (row.figures["part"], row.figures["of"]) if "part" in row.figures else row.value


def _told(measure: str, parts: Any) -> Any:
    """What is made of the numbers of a length, by the definitions of the documentation."""
    if measure not in slow.LENGTHS:
        return parts
    numbers = [number if measure == "minutes_per_ticket" else number / 60 for number in parts]
    half = len(numbers) // 2
    median = numbers[half] if len(numbers) % 2 else (numbers[half - 1] + numbers[half]) / 2
    above = [number for number in numbers if sum(other <= number for other in numbers) * 10 >= 9 * len(numbers)]
    figures = {
        "mean": sum(numbers) / len(numbers),
        "median": median,
        "p90": above[0],
        "min": numbers[0],
        "max": numbers[-1],
    }
    return {"count": len(numbers), **{key: pytest.approx(value, abs=0.006) for key, value in figures.items()}}


def _is_told(measure: str, parts: Any) -> bool:
    """Of nothing there is no length."""
    return measure not in slow.LENGTHS or bool(parts)
