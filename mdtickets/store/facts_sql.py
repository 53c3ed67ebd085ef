"""Questions for the facts as SQL: what is counted, by which columns, within which time, of which tickets.

`fact` is what is counted, `present` how its ticket stands at the last moment that is known of. Limits of time are numbers
and days of ours, so they stand in the text; what people typed stands beside it.
"""

from collections.abc import Callable, Iterator, Mapping

from mdtickets.domain.counting import Question
from mdtickets.domain.measures import Figure, Group, Mark, Source
from mdtickets.store.conditions import Condition

_OF_PRESENT = frozenset({Group.CUSTOMER, Group.COMPANY, Group.PROBLEM, Group.TAG})


def question_sql(question: Question, tickets: Condition | None = None) -> Condition:
    """The SELECT whose rows are the groups and what the figure is made of; `tickets` = those that are meant."""
    columns = [_column(question, group) for group in question.by]
    figures, is_grouped = _FIGURES[question.measure.figure](question)
    grouping = [*columns, *(["fact.number"] if question.measure.figure is Figure.PER_TICKET else [])]
    tail = f" GROUP BY {', '.join(grouping)}" if is_grouped and grouping else ""
    return _select([*columns, *figures], question, tickets, tail)


def series_sql(question: Question, tickets: Condition | None = None) -> Condition:
    """The SELECT of the stretches that may be counted at one moment or another: since, until, and the second group."""
    columns = [_column(question, group) for group in question.by[1:]]
    return _select(["fact.since", "fact.until", *columns], question, tickets, at_any_time=True)


def _select(
    columns: list[str],
    question: Question,
    tickets: Condition | None,
    tail: str = "",
    *,
    at_any_time: bool = False,
) -> Condition:
    conditions = list(_conditions(question, at_any_time=at_any_time))
    if tickets:
        conditions.append(f"fact.number IN (SELECT number FROM catalog.ticket AS ticket WHERE {tickets[0]})")  # noqa: S608  # ours
    where = " AND ".join(conditions) or "1"
    sql = f"SELECT {', '.join(columns)} FROM {_tables(question)} WHERE {where}{tail}"  # noqa: S608  # our own words
    return sql, tickets[1] if tickets else ()


def _conditions(question: Question, *, at_any_time: bool) -> Iterator[str]:
    measure = question.measure
    yield from (_mark(mark, question) for mark in measure.marks)
    if measure.source is not Source.STRETCH:
        yield from _within(question)
    elif not at_any_time:
        yield _stands("fact", question)


def _within(question: Question) -> Iterator[str]:
    first, last = question.days if question.measure.source is Source.SPENT else (None, None)
    if first:
        yield f"fact.day >= '{first.isoformat()}'"
    if last:
        yield f"fact.day <= '{last.isoformat()}'"
    if question.measure.source is not Source.SPENT:
        if question.since is not None:
            yield f"fact.at >= {question.since}"
        if question.until is not None:
            yield f"fact.at < {question.until}"
    if question.at is not None:
        yield f"fact.at <= {question.at}"


def _tables(question: Question) -> str:
    measure = question.measure
    tables = f"{measure.source.value} AS fact"
    if measure.figure is Figure.AGE:
        tables += " JOIN stretch AS first ON first.number = fact.number AND first.position = 0"
    needs_present = any(_is_of_present(question, group) for group in question.by) or measure.share is Mark.MERGED
    if measure.source is not Source.STRETCH and needs_present:
        tables += f" JOIN stretch AS present ON present.number = fact.number AND {_stands('present', question)}"
    if Group.TAG in question.by:
        whose = "fact" if measure.source is Source.STRETCH else "present"
        tables += f" LEFT JOIN json_each({whose}.tags) AS tag ON 1"
    return tables


def _stands(table: str, question: Question) -> str:
    """The stretch of the last moment that is known of."""
    if question.at is None:
        return f"{table}.until IS NULL"
    return f"{table}.since <= {question.at} AND ({table}.until IS NULL OR {table}.until > {question.at})"


def _is_of_present(question: Question, group: Group) -> bool:
    return group in _OF_PRESENT or group in question.measure.stands


def _column(question: Question, group: Group) -> str:
    if question.measure.source is Source.STRETCH:
        return _STANDING.get(group, f"fact.{group.value}")
    if _is_of_present(question, group):
        return _STANDING.get(group, f"fact.{group.value}").replace("fact.", "present.")
    if group.is_clock and question.measure.source is Source.SPENT:
        return "CAST(julianday(fact.day) - 2440587.5 AS INTEGER)"  # since 1970-01-01
    return _THEN.get(group, f"fact.{group.value}")


_STANDING: Mapping[Group, str] = {
    Group.AGENT: "fact.owner",
    Group.TICKET: "fact.number",
    Group.TAG: "ifnull(tag.value, '')",
}
_THEN: Mapping[Group, str] = {
    Group.TICKET: "fact.number",
    Group.HOUR: "fact.hour % 24",
    **dict.fromkeys((Group.DAY, Group.WEEK, Group.MONTH, Group.WEEKDAY), "fact.hour / 24"),
}


def _mark(mark: Mark, question: Question) -> str:
    if mark in {Mark.LASTING, Mark.CAME_BACK}:
        known = "" if question.at is None else f" AND fact.until <= {question.at}"
        came_back = f"fact.until IS NOT NULL{known}"
        return came_back if mark is Mark.CAME_BACK else f"NOT ({came_back})"
    return _MARKS.get(mark, f"fact.what = '{mark.value}'")


_MARKS: Mapping[Mark, str] = {
    Mark.MERGED: "present.state_type = 'merged'",
    Mark.ARTICLE: "fact.kind != ''",
    Mark.RECEIVED: "fact.direction = 'in' AND fact.kind != '' AND NOT fact.copied",
    Mark.SENT: "fact.direction = 'out' AND NOT fact.automatic",
    Mark.AUTOMATIC: "fact.automatic",
    Mark.SECOND_DELIVERY: "fact.what = 'duplicate' AND NOT fact.copied",
    Mark.OPEN: "fact.is_open",
}


def _share(question: Question) -> tuple[list[str], bool]:
    assert question.measure.share  # noqa: S101  # a share is one of something
    return [f"ifnull(sum({_mark(question.measure.share, question)}), 0)", "count(*)"], True


def _age(question: Question) -> tuple[list[str], bool]:
    moment = question.now if question.at is None else question.at
    return [f"max(0, {moment} - first.since)", "NULL"], False


_FIGURES: Mapping[Figure, Callable[[Question], tuple[list[str], bool]]] = {
    Figure.COUNT: lambda _question: (["count(*)"], True),
    Figure.LEVEL: lambda _question: (["count(*)"], True),
    Figure.MINUTES: lambda _question: (["ifnull(sum(fact.minutes), 0)"], True),
    Figure.PER_TICKET: lambda _question: (["fact.number", "sum(fact.minutes)"], True),
    Figure.SPAN: lambda _question: (["fact.seconds", "fact.working"], False),
    Figure.SHARE: _share,
    Figure.AGE: _age,
}
