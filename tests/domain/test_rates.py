"""What work costs: which rate counts, what is rounded, what is unknown."""

from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mdtickets.domain.money import Money, add_up, parse_amount, parse_currency, parse_price
from mdtickets.domain.rates import Rate, Weekday, Work, cost_of, make_tariff, price_of, rate_of

TUESDAY = date(2026, 11, 24)
WORK = Work(
    minutes=60, day=TUESDAY, agent="anna", activity="repair", queue="Support", customer="kim-lee", company="lee-sons"
)
GENERAL = Rate(amount=Decimal(90), currency="EUR")


def _rate(amount: int, **conditions: object) -> Rate:
    return replace(GENERAL, amount=Decimal(amount), **conditions)


def _euros(amount: str) -> Money:
    return Money(currency="EUR", amount=Decimal(amount))


def test_without_a_rate_the_cost_is_unknown() -> None:
    """Nothing is not the same as not known."""
    free = _rate(0, activity="repair")
    assert (cost_of(WORK, make_tariff([])), cost_of(WORK, make_tariff([free]))) == (None, _euros("0.00"))


@pytest.mark.parametrize(
    ("condition", "other"),
    [
        ({"customer": "kim-lee"}, {"customer": "sam"}),
        ({"company": "lee-sons"}, {"company": "moor"}),
        ({"agent": "anna"}, {"agent": "bert"}),
        ({"activity": "Repair"}, {"activity": "travel"}),
        ({"queue": "Support"}, {"queue": "support"}),
        ({"weekdays": frozenset({Weekday.TUE, Weekday.SAT})}, {"weekdays": frozenset({Weekday.MON})}),
        ({"valid_from": TUESDAY}, {"valid_from": date(2026, 11, 25)}),
        ({"valid_to": TUESDAY}, {"valid_to": date(2026, 11, 23)}),
    ],
)
def test_a_rate_counts_for_what_it_names(condition: dict[str, object], other: dict[str, object]) -> None:
    """One condition that is not true, and the rate does not count."""
    tariff = make_tariff([_rate(1, **condition)]), make_tariff([_rate(2, **other)])
    assert [cost_of(WORK, each) for each in tariff] == [_euros("1.00"), None]


def test_who_pays_comes_before_who_works_what_where_and_when() -> None:
    """The order that is documented, whatever the order in the file."""
    conditions: list[dict[str, object]] = [
        {"customer": "kim-lee"},
        {"company": "lee-sons"},
        {"agent": "anna"},
        {"activity": "repair"},
        {"queue": "Support"},
        {"weekdays": frozenset({Weekday.TUE})},
        {},
    ]
    rates = [_rate(place, **condition) for place, condition in enumerate(conditions)]
    for left, right in permutations(rates, 2):
        found = rate_of(WORK, make_tariff([left, right]))
        assert found == min(left, right, key=lambda rate: rate.amount)


def test_what_names_more_besides_counts() -> None:
    """A company's travel costs what its travel costs, not what its hours cost."""
    rates = [_rate(40, company="lee-sons", activity="repair"), _rate(80, company="lee-sons"), _rate(50, agent="anna")]
    assert cost_of(WORK, make_tariff(rates)) == _euros("40.00")


def test_a_customer_has_the_price_of_his_company() -> None:
    """Also where the ticket names none, as when the card came later."""
    ours = _rate(80, company="lee-sons")
    alone = replace(WORK, company="")
    tariff = make_tariff([ours, GENERAL], {"kim-lee": "lee-sons"})
    assert (cost_of(alone, make_tariff([ours])), cost_of(alone, tariff)) == (None, _euros("80.00"))


def test_a_price_that_nobody_can_read_makes_the_cost_unknown() -> None:
    """A general rate would be a wrong number."""
    assert cost_of(WORK, make_tariff([GENERAL], unreadable=["lee-sons"])) is None


def test_the_newest_of_equal_rates_counts() -> None:
    """A raise needs one more table, not an end of the old one."""
    rates = [_rate(95, valid_from=date(2026, 7, 1)), _rate(90), _rate(99, valid_from=date(2027, 1, 1))]
    assert cost_of(WORK, make_tariff(rates)) == _euros("95.00")


def test_the_later_of_equals_counts() -> None:
    """As with any settings that are said twice."""
    assert cost_of(WORK, make_tariff([_rate(80), _rate(85)])) == _euros("85.00")


@pytest.mark.parametrize(
    ("minutes", "amount", "currency", "cost"),
    [
        (1, "90", "EUR", "1.50"),
        (20, "100", "EUR", "33.33"),
        (40, "100", "EUR", "66.67"),
        (3, "0.10", "EUR", "0.01"),  # half a cent
        (-3, "0.10", "EUR", "-0.01"),
        (20, "10000", "JPY", "3333"),
        (20, "10", "KWD", "3.333"),
    ],
)
def test_half_a_cent_goes_up(minutes: int, amount: str, currency: str, cost: str) -> None:
    """In the cents that the currency has."""
    rate = Rate(amount=Decimal(amount), currency=currency)
    assert price_of(minutes, rate) == Money(currency=currency, amount=Decimal(cost))


@given(minutes=st.integers(-100_000, 100_000), hundredths=st.integers(0, 100_000_000))
def test_a_cost_is_the_nearest_cent(minutes: int, hundredths: int) -> None:
    """Reckoned again in whole numbers: cents are |minutes| × hundredths / 60, and a half goes away from zero."""
    cents = (abs(minutes) * hundredths * 2 + 60) // 120 * (1 if minutes >= 0 else -1)
    rate = Rate(amount=Decimal(hundredths).scaleb(-2), currency="EUR")
    assert price_of(minutes, rate).amount == Decimal(cents).scaleb(-2)


def test_currencies_are_never_added() -> None:
    """One sum for each."""
    francs = Money(currency="CHF", amount=Decimal("0.10"))
    assert add_up([_euros("0.10"), francs, _euros("0.20")]) == (francs, _euros("0.30"))


@pytest.mark.parametrize(
    ("text", "amount"), [("80", "80"), (" 80,50 ", "80.50"), ("0.1", "0.1"), ("1000000", "1000000")]
)
def test_amounts_are_read_as_they_are_written(text: str, amount: str) -> None:
    """With a point or a comma."""
    assert parse_amount(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "-1", "1e3", "NaN", "1.000.000", "1000001", "80 EUR", "٣", "1_0", "0.00001"])
def test_nonsense_is_no_amount(text: str) -> None:
    """Nor is what Python would take for a number."""
    with pytest.raises(ValueError, match="no amount"):
        parse_amount(text)


@pytest.mark.parametrize(
    ("text", "price"),
    [("80", "80 CHF"), ("80.50 EUR", "80.50 EUR"), ("EUR 80,50", "80.50 EUR"), ("0 usd", "0 USD"), ("80 €", "80 EUR")],
)
def test_a_card_has_a_price(text: str, price: str) -> None:
    """With its currency on either side, or none."""
    assert str(parse_price(text, "CHF")) == price


@pytest.mark.parametrize("text", ["", "EUR", "80 50", "80 EUR EUR", "80 an hour", "-80 EUR"])
def test_nonsense_is_no_price(text: str) -> None:
    """It is refused, not guessed."""
    with pytest.raises(ValueError, match="is no "):
        parse_price(text, "CHF")


def test_a_currency_is_one_that_there_is() -> None:
    """By its code, in any case."""
    assert {parse_currency("eur"), parse_currency("€")} == {"EUR"}
    for wrong in ("$", "EURO", "EUE", ""):
        with pytest.raises(ValueError, match="no currency"):
            parse_currency(wrong)
