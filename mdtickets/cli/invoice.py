"""`invoice`: what was done for a customer in some days, with the price of each entry."""

import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from mdtickets.app.invoicing import bill
from mdtickets.app.zone import zone_of
from mdtickets.cli import frame
from mdtickets.cli.frame import JsonFlag, completes, examples, new_app, open_for_reading
from mdtickets.domain.periods import find_period
from mdtickets.domain.spent import parse_day
from mdtickets.errors import UsageError
from mdtickets.render.invoice import format_invoice, invoice_as_csv, invoice_as_json, tell_unknown

if TYPE_CHECKING:
    from mdtickets.app.session import Session

app = new_app()

_Who = Annotated[
    str,
    typer.Argument(
        metavar="[SLUG|ADDRESS]",
        help="A person's card, an address on it, a company's card or @domain. Nobody: everybody's sums.",
        show_default=False,
        autocompletion=completes("customer"),
    ),
]
_Month = Annotated[str, typer.Option(metavar="MONTH", help="2026-10, october, this-month; also 2026 or 2026-q3.")]
_Since = Annotated[str, typer.Option(metavar="DATE", help="In place of a month: the first day.", show_default=False)]
_Until = Annotated[str, typer.Option(metavar="DATE", help="The last day; today when not said.", show_default=False)]
_Csv = Annotated[bool, typer.Option("--csv", help="A line an entry, for a spreadsheet.")]


@app.command(
    epilog=examples(
        "mdtickets invoice lee-sons --month 2026-10",
        "mdtickets invoice lee-sons --month 2026-10 --csv > lee-sons.csv",
        "mdtickets invoice kim@lee.example --since 1.11. --json",
        "mdtickets invoice                                everybody's sums of the last month",
    ),
)
def invoice(
    context: typer.Context,
    who: _Who = "",
    *,
    month: _Month = "last-month",
    since: _Since = "",
    until: _Until = "",
    csv: _Csv = False,
    as_json: JsonFlag = False,
) -> None:
    """What was done for a customer or a company, entry by entry, with price and sum. Currencies have sums of their own."""
    session = open_for_reading(context)
    first, last = _days(session, month, since, until)
    billing = bill(session, who, first, last)
    if as_json:
        frame.write_json(invoice_as_json(billing))
    elif csv:
        frame.write_bytes(invoice_as_csv(billing))
    else:
        frame.show(format_invoice(billing, frame.screen()))
    unknown = tell_unknown(billing)
    if unknown:
        print(f"mdtickets: {unknown}", file=sys.stderr)


def _days(session: "Session", month: str, since: str, until: str) -> tuple[date, date]:
    """The first and the last day that are meant."""
    zone, now = zone_of(session), session.now()
    today = now.astimezone(zone).date()
    if since or until:
        first, last = (parse_day(text, today) if text else today for text in (since, until))
        if not since or last < first:
            raise UsageError("The days are none.", "Say --since 2026-10-01 --until 2026-10-31.")
        return first, last
    period = find_period(month, now, zone, ahead=False)
    if period is None or period.is_moment:
        raise UsageError(f'"{month}" is no month.', "Say 2026-10, october or this-month.")
    return period.start.astimezone(zone).date(), (period.end - timedelta(seconds=1)).astimezone(zone).date()
