"""Budgets: so many hours of support a month, by contract. What is used of one, and what is left."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

_BUDGET = (
    r"(?P<count>[0-9]{1,5}(?:[.,][0-9]{1,2})?) ?(?P<unit>h|hours?|std|m|min|minutes?)"
    r"(?: ?(?:/|per|a|an|pro) ?(?P<span>week|month|quarter|year|woche|monat|quartal|jahr))?"
)
_HOUR = 60  # minutes


class Span(StrEnum):
    """How long a budget lasts before it begins anew, by the calendar."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_SPANS: Mapping[str, Span] = {
    "woche": Span.WEEK,
    "monat": Span.MONTH,
    "quartal": Span.QUARTER,
    "jahr": Span.YEAR,
    **{span.value: span for span in Span},
}
_MONTHS: Mapping[Span, int] = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}


class Budget(Struct, frozen=True, kw_only=True):
    """Minutes of support that a customer has paid for, each span anew. What is left at its end is gone."""

    minutes: int
    span: Span


class BudgetUse(Struct, frozen=True, kw_only=True):
    """A customer's or a company's budget and what was used of it since its span began."""

    slug: str  # of the card it stands on
    name: str
    budget: Budget
    first: date  # the first day of the span
    last: date
    used: int  # minutes

    @property
    def left(self) -> int:
        """Minutes; below 0 when more was used than there was."""
        return self.budget.minutes - self.used

    @property
    def is_used_up(self) -> bool:
        """Whether nothing is left."""
        return self.left <= 0

    @property
    def line(self) -> str:
        """Whose, how much is used, what is left, in few words."""
        used = f"budget of {self.name}: {hours(self.used)} of {hours(self.budget.minutes)} used this {self.budget.span}"
        if not self.is_used_up:
            return f"{used}, {hours(self.left)} left"
        return f"{used}: used up" + (f", {hours(-self.left)} over" if self.left else "")


def parse_budget(text: str) -> Budget:
    """What a card says: 10h per month, 7.5 h/week, 90 min per quarter; without a span it is a month's. Raises ValueError."""
    matched = re.fullmatch(_BUDGET, " ".join(text.split()), re.IGNORECASE)
    if not matched:
        raise ValueError(f"{text!r} is no budget")
    whole, _, part = matched["count"].replace(",", ".").partition(".")
    unit = _HOUR if matched["unit"][0].lower() in {"h", "s"} else 1
    minutes = int(whole) * unit + int(part.ljust(2, "0")) * unit // 100
    span = _SPANS[(matched["span"] or Span.MONTH).lower()]
    if not minutes:
        raise ValueError(f"{text!r} is no budget")
    return Budget(minutes=minutes, span=span)


def hours(minutes: int) -> str:
    """Minutes as people say them: 45m, 2h, 2h 30m."""
    whole, rest = divmod(abs(minutes), _HOUR)
    told = " ".join(part for part in (f"{whole:,}h" if whole else "", f"{rest}m" if rest or not whole else "") if part)
    return f"-{told}" if minutes < 0 else told


def span_of(day: date, span: Span) -> tuple[date, date]:
    """The first and the last day of the span that a day lies in."""
    if span is Span.WEEK:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    months = _MONTHS[span]
    first = day.replace(month=(day.month - 1) // months * months + 1, day=1)
    return first, month_after(first, months) - timedelta(days=1)


def month_after(first: date, months: int = 1) -> date:
    """The first day of the month that comes so many later."""
    years, month = divmod(first.month - 1 + months, 12)
    return date(first.year + years, month + 1, 1)
