"""What work costs in this store: the prices of the settings and of the cards."""

from msgspec.structs import replace

from mdtickets.app.customers import list_customers
from mdtickets.app.session import Session
from mdtickets.domain.contract import RATE, mistake_in
from mdtickets.domain.money import parse_price
from mdtickets.domain.rates import Rate, Tariff, make_tariff
from mdtickets.store.time_accounts import CardTerms, find_terms


def tariff_of(session: Session) -> Tariff:
    """All prices that count here. A card whose price cannot be read makes the costs of its customer unknown."""
    terms = [each for each in find_terms(session.catalog) if each.rate]
    wrong = {each.slug for each in terms if mistake_in(RATE, each.rate)}
    on_cards = [rate for each in terms if each.slug not in wrong for rate in _rates_of(each, session.settings.currency)]
    return make_tariff([*session.settings.rates, *on_cards], _companies(session), wrong)


def _rates_of(terms: CardTerms, currency: str) -> tuple[Rate, ...]:
    """A card is a person's or a company's; a slug names one of them."""
    price = parse_price(terms.rate, currency)
    rate = Rate(amount=price.amount, currency=price.currency)
    return replace(rate, customer=terms.slug), replace(rate, company=terms.slug)


def _companies(session: Session) -> dict[str, str]:
    cards = (line.customer for line in list_customers(session, ()))
    return {card.slug: card.company for card in cards if card.company}
