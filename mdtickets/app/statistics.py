"""Statistics: what is asked in words becomes a question for the facts, and the facts' answer rows with names."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo

from msgspec import Struct
from msgspec.structs import replace

from mdtickets.app.known_facts import Progress, open_facts
from mdtickets.app.session import Session
from mdtickets.app.zone import zone_of
from mdtickets.domain.counting import Answer, Question, answer, in_order
from mdtickets.domain.levels import levels, pieces
from mdtickets.domain.measures import MEASURES, Figure, Group, Measure
from mdtickets.domain.nearest import check_word
from mdtickets.domain.periods import Period, find_period
from mdtickets.errors import UsageError
from mdtickets.store.conditions import Condition, Plan, all_of, one_of
from mdtickets.store.facts import Facts
from mdtickets.store.facts_sql import question_sql, series_sql

_MOST_GROUPS = 2
_LEVELS = frozenset({Figure.LEVEL, Figure.AGE})


class Wanted(Struct, frozen=True, kw_only=True):
    """What somebody asks for, in his words."""

    measure: str
    by: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    at: str = ""


class Shape(Struct, frozen=True, kw_only=True):
    """How the rows are shown: the usual order is that of time, else the most first."""

    sort: str = ""  # group or value
    reverse: bool = False
    limit: int = 0  # 0 = all


class Statistic(Struct, frozen=True, kw_only=True):
    """A question and its rows. `names` has, by group, what a value is called: a customer's name, a ticket's title."""

    question: Question
    rows: tuple[Answer, ...]
    names: Mapping[Group, Mapping[str, str]]
    zone: tzinfo  # the team's


def count(
    session: Session,
    wanted: Wanted,
    plan: Plan | None = None,
    *,
    shape: Shape | None = None,
    progress: Progress | None = None,
) -> Statistic:
    """What the facts say, brought up to date first. `plan` has the tickets that are meant, None = all.

    Raises UsageError for a word that means nothing, with the nearest that does, and for what cannot be asked.
    """
    question = read_question(session, wanted)
    check_word("--sort", shape.sort if shape else "", ["", *_ORDERS])
    facts = open_facts(session, progress)
    try:
        rows = _shaped(_rows(session, facts, question, _tickets(plan)), shape or Shape())
    finally:
        facts.close()
    names = _names(session, question, rows)
    return Statistic(question=question, rows=tuple(rows), names=names, zone=zone_of(session))


def read_question(session: Session, wanted: Wanted) -> Question:
    """The question that is meant. Raises UsageError."""
    check_word("MEASURE", wanted.measure, MEASURES)
    measure = MEASURES[wanted.measure]
    by = _groups(measure, wanted.by)
    now = int(session.now().timestamp())
    since, until = _period(session, "--since", wanted.since), _period(session, "--until", wanted.until)
    at = _moment(session, wanted.at)
    begin = int(since.start.timestamp()) if since else None
    end = int(until.end.timestamp()) if until else None
    if measure.figure in _LEVELS and not (by and any(group.is_time for group in by)):
        if begin is not None:
            raise UsageError(
                f"{measure.name} is counted at one moment, not since one.",
                _MOMENT if measure.figure is Figure.AGE else f"{_MOMENT} How it went on: --by day, week or month.",
            )
        at = end - 1 if at is None and end is not None and end <= now else at
    if begin is not None and end is not None and begin >= end:
        raise UsageError("--since is not before --until.")
    days = (_day(session, begin), _day(session, end - 1 if end is not None else None))
    return Question(measure=measure, by=by, since=begin, until=end, days=days, at=at, now=now)


def _shaped(rows: list[Answer], shape: Shape) -> list[Answer]:
    if shape.sort:
        rows = sorted(rows, key=_ORDERS[shape.sort])
    if shape.reverse:
        rows = rows[::-1]
    return rows[: shape.limit or None]


_ORDERS: Mapping[str, Callable[[Answer], tuple[object, ...]]] = {
    "group": lambda row: row.groups,
    "value": lambda row: (-(row.value or 0), *row.groups),
}
_MOMENT = "Say when: --at 2026-03-01."


def _groups(measure: Measure, words: Sequence[str]) -> tuple[Group, ...]:
    names = [word for text in words for word in text.split(",") if word]
    allowed = [group.value for group in Group if group in measure.groups]
    for name in names:
        if name in {group.value for group in Group} and name not in allowed:
            raise UsageError(f"{measure.name} by {name} makes no sense.", f"Choose of: {', '.join(allowed)}.")
        check_word("--by", name, allowed)
    by = tuple(dict.fromkeys(Group(name) for name in names))
    if len(by) > _MOST_GROUPS:
        raise UsageError("A table has rows and columns: two groups at most.")
    return by


def _period(session: Session, option: str, text: str) -> Period | None:
    if not text:
        return None
    found = find_period(text, session.now(), zone_of(session), ahead=False)
    if found is None:
        raise UsageError(f'{option}: "{text}" is no time.', "Say 2026-03-01, 2026-03, last-month, monday, 3d.")
    return found


def _moment(session: Session, text: str) -> int | None:
    """The last second of what is named; None = now."""
    found = _period(session, "--at", text)
    now = session.now()
    if found is None:
        return None
    if found.start > now:
        raise UsageError(f"--at: {text} is still to come.")
    last = found.end if found.is_moment else found.end - timedelta(seconds=1)
    return int(last.timestamp()) if last < now else None


def _day(session: Session, at: int | None) -> date | None:
    return datetime.fromtimestamp(at, UTC).astimezone(zone_of(session)).date() if at is not None else None


def _tickets(plan: Plan | None) -> Condition | None:
    if plan is None:
        return None
    if plan.within is None:
        return plan.condition
    return all_of([plan.condition, one_of("ticket.number", plan.within)])


def _rows(session: Session, facts: Facts, question: Question, tickets: Condition | None) -> list[Answer]:
    if question.measure.figure is Figure.LEVEL and any(group.is_time for group in question.by):
        return _over_time(session, facts, question, tickets)
    return answer(question, facts.walk(*question_sql(question, tickets)))


def _over_time(session: Session, facts: Facts, question: Question, tickets: Condition | None) -> list[Answer]:
    turned = not question.by[0].is_time
    if all(group.is_time for group in question.by[:_MOST_GROUPS]) and len(question.by) > 1:
        raise UsageError("Days, weeks and months cut the same time: one of them is enough.")
    by = question.by[::-1] if turned else question.by
    found = facts.query(*series_sql(replace(question, by=by), tickets))
    if not found:
        return []
    last = min(
        value for value in (question.now, question.at, question.until and question.until - 1) if value is not None
    )
    first = question.since if question.since is not None else min(row[0] for row in found)
    wanted = pieces(by[0], min(first, last), last, zone_of(session))
    if wanted is None:
        raise UsageError(f"That is very many {by[0]}s.", "Name a shorter time: --since; or --by month.")
    rows = list(levels(found, wanted))
    if turned:
        rows = [replace(row, groups=row.groups[::-1]) for row in rows]
    return in_order(question.by, rows)


def _names(session: Session, question: Question, rows: Sequence[Answer]) -> dict[Group, dict[str, str]]:
    names: dict[Group, dict[str, str]] = {}
    for place, group in enumerate(question.by):
        sql = _NAMES.get(group)
        if sql:
            values = json.dumps(sorted({row.groups[place] for row in rows}))
            names[group] = {value: name for value, name in session.catalog.query(sql, (values,))}  # noqa: C416  # rows are no pairs
    return names


_CARD = "SELECT slug, name FROM card WHERE slug IN (SELECT value FROM json_each(?))"
_TITLE = "SELECT number, title FROM ticket WHERE number IN (SELECT value FROM json_each(?))"
_NAMES = {Group.CUSTOMER: _CARD, Group.COMPANY: _CARD, Group.TICKET: _TITLE}
