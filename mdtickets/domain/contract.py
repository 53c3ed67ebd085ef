"""What a card says of money: the price of an hour, and a budget."""

from collections.abc import Mapping

from mdtickets.domain.budgets import parse_budget
from mdtickets.domain.money import parse_price
from mdtickets.errors import UsageError

RATE, BUDGET = "rate", "budget"


def check_terms(changes: Mapping[str, object]) -> None:
    """Raises UsageError for a rate or a budget, among the keys to write on a card, that nobody could read."""
    for key in (RATE, BUDGET):
        wrong = mistake_in(key, str(changes.get(key) or ""))
        if wrong:
            raise UsageError(f"{wrong}.")


def mistake_in(key: str, text: str) -> str:
    """What is wrong with a card's rate or budget, "" when nothing is."""
    try:
        if text and key == RATE:
            parse_price(text, "")
        elif text:
            parse_budget(text)
    except ValueError:
        allowed = 'a price such as "80.50 EUR"' if key == RATE else 'hours such as "10h per month"'
        return f'{key}: "{text}" is not {allowed}'
    return ""
