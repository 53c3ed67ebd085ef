"""Budgets of contracts: what a card says, and which days it is about."""

from datetime import date

import pytest

from mdtickets.domain.budgets import Budget, BudgetUse, Span, parse_budget, span_of
from mdtickets.domain.contract import check_terms
from mdtickets.errors import UsageError


@pytest.mark.parametrize(
    ("text", "minutes", "span"),
    [
        ("10h per month", 600, Span.MONTH),
        ("10 h", 600, Span.MONTH),
        ("7.5h/week", 450, Span.WEEK),
        ("1,25 Std pro Quartal", 75, Span.QUARTER),
        ("90 min per year", 90, Span.YEAR),
        ("10 Hours a Month", 600, Span.MONTH),
    ],
)
def test_a_budget_is_read(text: str, minutes: int, span: Span) -> None:
    """As people write it."""
    assert parse_budget(text) == Budget(minutes=minutes, span=span)


@pytest.mark.parametrize(
    "text", ["", "10", "h", "0h", "-5h", "10h per", "10h per day", "ten hours", "10h per month net"]
)
def test_nonsense_is_no_budget(text: str) -> None:
    """It is refused, not guessed."""
    with pytest.raises(ValueError, match="no budget"):
        parse_budget(text)


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        (Span.WEEK, date(2026, 12, 28), date(2027, 1, 3)),
        (Span.MONTH, date(2026, 12, 1), date(2026, 12, 31)),
        (Span.QUARTER, date(2026, 10, 1), date(2026, 12, 31)),
        (Span.YEAR, date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_span_goes_by_the_calendar(span: Span, first: date, last: date) -> None:
    """Every day of it has the same one."""
    assert span_of(date(2026, 12, 31), span) == (first, last)
    assert span_of(first, span) == span_of(last, span) == (first, last)


def test_what_is_left_may_be_less_than_nothing() -> None:
    """Used up is used up; how far beyond is told."""
    budget = Budget(minutes=600, span=Span.MONTH)
    use = BudgetUse(
        slug="lee-sons", name="Lee", budget=budget, first=date(2026, 11, 1), last=date(2026, 11, 30), used=630
    )
    assert (use.left, use.is_used_up) == (-30, True)


@pytest.mark.parametrize("wanted", [{"rate": "lots"}, {"budget": "10"}])
def test_a_card_is_not_given_terms_that_nobody_can_read(wanted: dict[str, object]) -> None:
    """The sentence says what is allowed."""
    with pytest.raises(UsageError, match="such as"):
        check_terms(wanted)


def test_a_card_may_be_given_terms_or_none() -> None:
    """Nothing takes them away."""
    check_terms({"rate": "80,50 EUR", "budget": "10h"})
    check_terms({"rate": None, "name": "Lee"})
