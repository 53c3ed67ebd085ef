"""Statistics as a table and as bars."""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo

from msgspec import Struct

from mdtickets.app.statistics import Statistic
from mdtickets.domain.counting import SPREAD, Answer
from mdtickets.domain.measures import MEASURES, Figure, Group
from mdtickets.domain.time_labels import order_of_weekday
from mdtickets.render.table import Cell, Column, format_table
from mdtickets.render.terminal import Screen, Style
from mdtickets.render.width import cut, width_of

_NONE = "(none)"
_LONGEST_BAR = 60
_HOUR, _DAY = 60, 1440  # minutes
_BLOCKS = " ▏▎▍▌▋▊▉█"
_SPREADS = frozenset({Figure.SPAN, Figure.AGE, Figure.PER_TICKET})
_SUMS = frozenset({Figure.COUNT, Figure.MINUTES})


def format_statistic(statistic: Statistic, screen: Screen) -> str:
    """The table; of two groups a matrix. "" when there is nothing."""
    if not statistic.rows:
        return ""
    matrix = len(statistic.question.by) > 1 and statistic.question.measure.figure not in _SPREADS
    columns, rows = (_matrix if matrix else _list)(statistic)
    return "".join(f"{line}\n" for line in format_table(columns, rows, screen))


def format_statistic_remarks(statistic: Statistic, screen: Screen) -> str:
    """The line below the table: what was counted, of which time, and the sum where there is one."""
    question = statistic.question
    if not statistic.rows:
        return screen.paint(f"no {question.measure.title}{_period(statistic)}", Style.DIM) + "\n"
    whole = ""
    if question.measure.figure in _SUMS and question.by and Group.TAG not in question.by:
        whole = f"{_number(sum(row.value or 0 for row in statistic.rows))} "
    return screen.paint(f"{whole}{question.measure.title}{_period(statistic)}", Style.DIM) + "\n"


def format_bars(statistic: Statistic, screen: Screen) -> str:
    """One bar a row, as long as its value; of two groups a bar for each pair."""
    labels = [" · ".join(_label(statistic, place, row) for place in range(len(row.groups))) for row in statistic.rows]
    values = [row.value or 0 for row in statistic.rows]
    shown = [_value(statistic, row.value) for row in statistic.rows]
    most = max([abs(value) for value in values], default=0)
    left, right = (max(map(width_of, texts), default=0) for texts in (labels, shown))
    left = min(left, screen.width // 3)
    room = max(4, min(_LONGEST_BAR, screen.width - left - right - 4))
    lines = []
    for label, value, text in zip(labels, values, shown, strict=True):
        name = cut(label, left)
        bar = _bar(abs(value) / most * room if most else 0)
        lines.append(f"{name}{' ' * (left - width_of(name))}  {screen.paint(bar, Style.LINK)} {text}\n")
    return "".join(lines)


def format_measures(screen: Screen) -> str:
    """Every measure, what it is, and by what it can be broken down."""
    columns = [Column(title="MEASURE"), Column(title="COUNTS", flexible=True, narrowest=20)]
    rows = [[Cell(name, Style.LINK), Cell(measure.title)] for name, measure in MEASURES.items()]
    groups = ", ".join(group.value for group in Group)
    return "".join(f"{line}\n" for line in format_table(columns, rows, screen)) + (
        f"\n--by {groups}\n" if screen.is_terminal else ""
    )


def duration(minutes: float) -> str:
    """Minutes as people say them: "12 m", "5 h 12 m", "3 d 4 h"."""
    whole = round(minutes)
    if abs(whole) < _HOUR:
        return f"{whole} m"
    large, small, unit = (_DAY, _HOUR, "d h") if abs(whole) >= 2 * _DAY else (_HOUR, 1, "h m")
    first, rest = divmod(whole, large)
    names = unit.split()
    return f"{first:,} {names[0]}" + (f" {rest // small} {names[1]}" if rest // small else "")


# --- tables


class _Figure(Struct, frozen=True):
    """A column of figures: its heading, and the text of a row's."""

    title: str
    text: Callable[[Answer], str]


def _list(statistic: Statistic) -> tuple[list[Column], list[list[Cell]]]:
    by = statistic.question.by
    figures = _figures(statistic)
    columns = [
        *(Column(title=group.value.upper(), flexible=group not in _SHORT) for group in by),
        *(Column(title=figure.title, right=True) for figure in figures),
    ]
    rows = [
        [
            *(_named(statistic, place, row) for place in range(len(by))),
            *(Cell(figure.text(row)) for figure in figures),
        ]
        for row in statistic.rows
    ]
    return columns, rows


def _figures(statistic: Statistic) -> list[_Figure]:
    question = statistic.question
    figure = question.measure.figure
    if figure in _SPREADS:
        spread = [_Figure(key.upper(), _of_spread(key)) for key in SPREAD]
        working = [_Figure("WORKING", _working)] if any(row.working for row in statistic.rows) else []
        return [*spread, *working]
    value = _Figure(question.measure.unit.upper(), lambda row: _value(statistic, row.value))
    if figure is Figure.SHARE:
        return [value, *(_Figure(key.upper(), _of_part(key)) for key in ("part", "of"))]
    return [value]


def _matrix(statistic: Statistic) -> tuple[list[Column], list[list[Cell]]]:
    """Rows of the first group, columns of the second, in the order of their sums or of time; sums at the end."""
    cells = {row.groups: row.value for row in statistic.rows}
    lines = list(dict.fromkeys(row.groups[0] for row in statistic.rows))
    names = _columns(statistic)
    first, second = statistic.question.by
    with_sums = statistic.question.measure.figure in _SUMS | {Figure.LEVEL} and Group.TAG not in statistic.question.by
    columns = [Column(title=f"{first} \\ {second}".upper(), flexible=first not in _SHORT)]
    columns += [Column(title=_text(statistic, 1, name), right=True) for name in names]
    if with_sums:
        columns.append(Column(title="ALL", right=True))
    rows = []
    for line in lines:
        values = [cells.get((line, name)) for name in names]
        texts = ["" if value is None else _value(statistic, value) for value in values]
        if with_sums:
            texts.append(_value(statistic, sum(value or 0 for value in values)))
        rows.append([Cell(_text(statistic, 0, line)), *map(Cell, texts)])
    return columns, rows


def _columns(statistic: Statistic) -> list[str]:
    second = statistic.question.by[1]
    sums: dict[str, float] = {}
    for row in statistic.rows:
        sums[row.groups[1]] = sums.get(row.groups[1], 0) + (row.value or 0)
    if second.is_clock:
        return sorted(sums, key=lambda name: (order_of_weekday(name), name))
    return sorted(sums, key=lambda name: (-sums[name], name))


def _named(statistic: Statistic, place: int, row: Answer) -> Cell:
    text = _label(statistic, place, row)
    return Cell(text, Style.DIM if text == _NONE else Style.NONE)


def _label(statistic: Statistic, place: int, row: Answer) -> str:
    return _text(statistic, place, row.groups[place])


def _text(statistic: Statistic, place: int, value: str) -> str:
    group = statistic.question.by[place]
    name = statistic.names.get(group, {}).get(value, "")
    if group is Group.TICKET:
        return f"{value}  {name}"
    if group is Group.HOUR:
        return f"{value}:00"
    return name or value or _NONE


def _of_spread(key: str) -> Callable[[Answer], str]:
    def text(row: Answer) -> str:
        value = row.figures.get(key)
        return "" if value is None else _number(value) if key == "count" else duration(value)

    return text


def _working(row: Answer) -> str:
    return duration(row.working.median) if row.working else ""


def _of_part(key: str) -> Callable[[Answer], str]:
    return lambda row: _number(row.figures[key] or 0)


def _value(statistic: Statistic, value: float | None) -> str:
    if value is None:
        return ""
    return duration(value) if statistic.question.measure.figure in _SPREADS else _number(value)


def _number(value: float) -> str:
    return f"{value:,}"


def _bar(length: float) -> str:
    """A bar of so many columns, to an eighth."""
    eighths = round(length * 8)
    return _BLOCKS[8] * (eighths // 8) + (_BLOCKS[eighths % 8] if eighths % 8 else "")


def _period(statistic: Statistic) -> str:
    """Of which time, by the team's clock."""
    question = statistic.question
    limits = (("since", question.since), ("before", question.until), ("as of", question.at))
    told = [f"{word} {_moment(moment, statistic.zone)}" for word, moment in limits if moment is not None]
    return f" {', '.join(told)}" if told else ""


def _moment(at: int, zone: tzinfo) -> str:
    local = datetime.fromtimestamp(at, UTC).astimezone(zone)
    return f"{local:%Y-%m-%d}" if local.hour == local.minute == 0 else f"{local:%Y-%m-%d %H:%M}"


_SHORT = frozenset({Group.DAY, Group.WEEK, Group.MONTH, Group.HOUR, Group.WEEKDAY})
