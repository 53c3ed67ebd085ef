"""Invoice lines: right one by one, and right in their sum."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mdtickets.domain.event import Event, What
from mdtickets.domain.invoice import Billed, Invoice, make_invoice
from mdtickets.domain.money import Money
from mdtickets.domain.rates import Rate, make_tariff
from mdtickets.domain.spent import settled_entries
from tests.domain.builders import NUMBER

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
GENERAL = Rate(amount=Decimal(90), currency="EUR")
TRAVEL = Rate(amount=Decimal("45.50"), currency="CHF", activity="travel")


def _event(minutes: int, day: date, activity: str = "repair") -> Event:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    details = {"activity": activity, "day": day.isoformat()}
    return Event(at=at, by="anna", what=What.TIME, minutes=minutes, details=details)


def _billed(*events: Event, number: str = NUMBER) -> Billed:
    return Billed(
        number=number,
        title="Recorder VR-200 eats tapes",
        queue="Support",
        customer="kim-lee",
        company="lee-sons",
        entries=settled_entries(events, UTC),
    )


def _invoice(*billed: Billed, rates: tuple[Rate, ...] = (GENERAL, TRAVEL)) -> Invoice:
    return make_invoice(billed, make_tariff(rates), FIRST, LAST)


def test_lines_are_those_of_the_days() -> None:
    """The first and the last day are among them; lines come by day."""
    days = [LAST, FIRST, FIRST - timedelta(days=1), LAST + timedelta(days=1)]
    assert [line.day for line in _invoice(_billed(*(_event(10, day) for day in days))).lines] == [FIRST, LAST]


def test_a_line_has_all_that_it_is_reckoned_from() -> None:
    """Whoever pays can do the sum himself."""
    [line] = _invoice(_billed(_event(40, FIRST, "travel"))).lines
    assert (line.number, line.agent, line.activity, line.minutes, line.rate, str(line.cost)) == (
        NUMBER,
        "anna",
        "travel",
        40,
        TRAVEL,
        "30.33 CHF",
    )


def test_currencies_have_totals_of_their_own() -> None:
    """They are never added."""
    invoice = _invoice(_billed(_event(60, FIRST, "travel"), _event(20, FIRST), _event(20, LAST)))
    assert [str(total) for total in invoice.totals] == ["45.50 CHF", "60.00 EUR"]


def test_what_no_rate_fits_is_told() -> None:
    """It is in no total, but it is there."""
    ended = replace(GENERAL, valid_to=FIRST)
    invoice = _invoice(_billed(_event(60, FIRST), _event(15, LAST)), rates=(ended,))
    assert ([line.minutes for line in invoice.unknown], invoice.minutes) == ([15], 75)
    assert invoice.totals == (Money(currency="EUR", amount=Decimal("90.00")),)


def test_nothing_done_costs_nothing() -> None:
    """No line, no total, in no currency."""
    invoice = _invoice()
    assert (invoice.lines, invoice.totals, invoice.unknown) == ((), (), ())


@given(
    st.lists(
        st.tuples(st.integers(1, 600), st.integers(0, 29), st.sampled_from(["repair", "travel"])),
        min_size=1,
        max_size=12,
    )
)
def test_totals_add_up_to_the_cent(spent: list[tuple[int, int, str]]) -> None:
    """Reckoned again from the entries, each rounded as a customer would round it."""
    events = [_event(minutes, FIRST + timedelta(days=day), activity) for minutes, day, activity in spent]
    expected: dict[str, Decimal] = {}
    for minutes, _day, activity in spent:
        rate = TRAVEL if activity == "travel" else GENERAL
        cost = Decimal(floor(Fraction(rate.amount) * minutes * 100 / 60 + Fraction(1, 2))).scaleb(-2)
        expected[rate.currency] = expected.get(rate.currency, Decimal(0)) + cost
    invoice = _invoice(_billed(*events))
    assert {total.currency: total.amount for total in invoice.totals} == expected
    assert sum(line.minutes for line in invoice.lines) == sum(minutes for minutes, _, _ in spent)
