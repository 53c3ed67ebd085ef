"""CSV that a spreadsheet may open: what a stranger wrote never becomes a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # https://owasp.org/www-community/attacks/CSV_Injection

Value = str | int | Decimal | None


def format_csv(heading: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """The heading and a line for each row (RFC 4180), UTF-8. Numbers are numbers, what is not known is empty."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(heading)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue().encode()


def harmless(text: str) -> str:
    """The text with a ' in front where a spreadsheet would take it for a formula."""
    # half characters that a hand edit left are no UTF-8
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return f"'{whole}" if whole.startswith(_FORMULA) else whole


def _cell(value: Value) -> str:
    match value:
        case None:
            return ""
        case str():
            return harmless(value)
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)
