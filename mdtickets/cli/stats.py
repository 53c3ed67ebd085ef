"""`stats`: anything that can be counted, by anything, over any time, as of any day."""

from typing import Annotated

import typer

from mdtickets.app.statistics import Shape, Statistic, Wanted, count
from mdtickets.cli import frame
from mdtickets.cli.asking import ask
from mdtickets.cli.frame import JsonFlag, examples, new_app, open_for_reading, show_progress
from mdtickets.domain.measures import MEASURES, Group
from mdtickets.errors import UsageError
from mdtickets.render.statistics import format_bars, format_measures, format_statistic, format_statistic_remarks
from mdtickets.render.statistics_data import measures_as_json, statistic_as_csv, statistic_as_json

app = new_app()


def _measures(incomplete: str) -> list[str]:
    return [name for name in MEASURES if name.startswith(incomplete)]


def _groups(incomplete: str) -> list[str]:
    return [group.value for group in Group if group.value.startswith(incomplete)]


_Measure = Annotated[
    str,
    typer.Argument(metavar="[MEASURE]", help="What is counted; without it: all there are.", autocompletion=_measures),
]
_By = Annotated[
    list[str] | None,
    typer.Option(metavar="GROUP", help="queue, customer, agent, month …; two make a matrix.", autocompletion=_groups),
]
_Where = Annotated[
    str, typer.Option(metavar="QUERY", help="Only these tickets, in any state: `mdtickets help queries`.")
]
_Since = Annotated[str, typer.Option(metavar="DATE", help="From then on: 2026-03, last-month, monday, 3d.")]
_Until = Annotated[str, typer.Option(metavar="DATE", help="Until then, that day or month included.")]
_At = Annotated[str, typer.Option(metavar="DATE", help="As it was when that day ended, by the histories.")]
_Sort = Annotated[str, typer.Option(metavar="KEY", help="group or value, in place of the usual order.")]
_Reverse = Annotated[bool, typer.Option("--reverse", help="The other way round.")]
_Limit = Annotated[int, typer.Option(metavar="N", min=0, help="At most so many rows; 0 = all.")]
_Csv = Annotated[bool, typer.Option("--csv", help="Print CSV, for spreadsheets.")]
_Plot = Annotated[bool, typer.Option("--plot", help="Draw bars.")]


@app.command(
    epilog=examples(
        "mdtickets stats                                      what can be counted",
        "mdtickets stats created --by month --plot",
        "mdtickets stats open --by queue --at 2026-03-01      as it was that day",
        "mdtickets stats open --by day --since last-month     how the backlog went",
        "mdtickets stats tickets --by state --by queue        a matrix",
        "mdtickets stats first_response --by agent --since last-month --until last-month",
        "mdtickets stats minutes --by ticket --limit 10       what took most of the time",
        "mdtickets stats received --by hour --plot            the busiest hours",
        "mdtickets stats closed --where 'company:lee-sons' --by month --json",
    ),
)
def stats(
    context: typer.Context,
    measure: _Measure = "",
    *,
    by: _By = None,
    where: _Where = "",
    since: _Since = "",
    until: _Until = "",
    at: _At = "",
    sort: _Sort = "",
    reverse: _Reverse = False,
    limit: _Limit = 0,
    csv: _Csv = False,
    plot: _Plot = False,
    as_json: JsonFlag = False,
) -> None:
    """Count tickets, articles, time, and how long things take, by queue, customer, agent, month, over any time."""
    if csv + plot + as_json > 1:
        raise UsageError("Choose one of --json, --csv and --plot.")
    if not measure:
        _show_measures(as_json=as_json)
        return
    wanted = Wanted(measure=measure, by=tuple(by or ()), since=since, until=until, at=at)
    shape = Shape(sort=sort, reverse=reverse, limit=limit)
    statistic = _count(context, wanted, where, shape)
    if as_json:
        frame.write_json(statistic_as_json(statistic))
    elif csv:
        frame.write(statistic_as_csv(statistic))
    else:
        screen = frame.screen()
        text = (format_bars if plot else format_statistic)(statistic, screen)
        frame.show(text, format_statistic_remarks(statistic, screen))


def _count(context: typer.Context, wanted: Wanted, where: str, shape: Shape) -> Statistic:
    session = open_for_reading(context)
    plan = ask(context, session, where).plan if where else None
    return count(session, wanted, plan, shape=shape, progress=show_progress)


def _show_measures(*, as_json: bool) -> None:
    if as_json:
        frame.write_json(measures_as_json())
    else:
        frame.write(format_measures(frame.screen()))
