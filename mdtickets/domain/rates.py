"""What an hour costs, and so what work costs. Pure, and in decimals only.

**Which rate counts.** Of all rates whose every condition is true of the work, and that are valid on its day, the one that
names the customer; else the company; else the agent; else the activity; else the queue; else the weekdays: who pays comes
before who works, that before what is done, where and when. Of two that name the same, one that names more besides; then
the one that became valid last; then the later one, and those of cards come after those of the settings.

**What is rounded.** Minutes × the price of an hour ÷ 60, each entry by itself, half a cent up: the lines of an invoice are
right one by one, and its total is their sum.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from msgspec import Struct, field

from mdtickets.domain.money import Money, rounded
from mdtickets.domain.settings import Rate, Weekday

__all__ = ["Rate", "Tariff", "Weekday", "Work", "cost_of", "make_tariff", "price_of", "rate_of"]


_NONE: Mapping[str, str] = {}
_WEEK = tuple(Weekday)  # date.weekday() is the place in it


class Work(Struct, frozen=True, kw_only=True, gc=False):
    """Some minutes of somebody's work, and all that a rate may ask of them."""

    minutes: int  # of an entry with its corrections; less than 0 only where a history has nothing else
    day: date  # on which it was done
    agent: str = ""
    activity: str = ""
    queue: str = ""  # queue, customer and company are those that the ticket has now
    customer: str = ""
    company: str = ""


class Tariff(Struct, frozen=True):
    """All rates of a store, those that count first. Made by `make_tariff`; it finds quickly what fits."""

    ranked: tuple[Rate, ...] = ()
    by_customer: Mapping[str, tuple[Rate, ...]] = field(default_factory=dict)
    by_company: Mapping[str, tuple[Rate, ...]] = field(default_factory=dict)
    companies: Mapping[str, str] = field(default_factory=dict)  # of customers, where a ticket names none
    unreadable: frozenset[str] = frozenset()  # slugs of cards whose price nobody can read

    def company_of(self, work: Work) -> str:
        """The company that the work was done for, "" when the customer belongs to none."""
        return work.company or self.companies.get(work.customer, "")


def make_tariff(rates: Iterable[Rate], companies: Mapping[str, str] = _NONE, unreadable: Iterable[str] = ()) -> Tariff:
    """The rates in the order in which they count. Of equals, the later of those given comes first.

    `companies` tells which company a customer belongs to: customer → company.
    What is done for a customer or a company with an unreadable price has no known cost, rather than a wrong one.
    """
    ranked = sorted(rates, key=lambda rate: rate.rank)[::-1]
    by_customer: dict[str, list[Rate]] = {}
    by_company: dict[str, list[Rate]] = {}
    rest: list[Rate] = []
    for rate in ranked:
        if rate.customer:
            by_customer.setdefault(rate.customer, []).append(rate)
        elif rate.company:
            by_company.setdefault(rate.company, []).append(rate)
        else:
            rest.append(rate)
    return Tariff(
        tuple(rest),
        {slug: tuple(own) for slug, own in by_customer.items()},
        {slug: tuple(own) for slug, own in by_company.items()},
        companies,
        frozenset(unreadable),
    )


def rate_of(work: Work, tariff: Tariff) -> Rate | None:
    """The rate that counts for this work; None when none fits."""
    company = tariff.company_of(work)
    if tariff.unreadable and not tariff.unreadable.isdisjoint((work.customer, company)):
        return None
    candidates: Sequence[Sequence[Rate]] = (
        tariff.by_customer.get(work.customer, ()),
        tariff.by_company.get(company, ()),
        tariff.ranked,
    )
    return next((rate for rates in candidates for rate in rates if _fits(rate, work, company)), None)


def cost_of(work: Work, tariff: Tariff) -> Money | None:
    """What the work costs, in whole cents; None when no rate fits, which is not the same as nothing."""
    rate = rate_of(work, tariff)
    return price_of(work.minutes, rate) if rate else None


def price_of(minutes: int, rate: Rate) -> Money:
    """What so many minutes cost at that rate, in whole cents."""
    return rounded(rate.amount * minutes / 60, rate.currency)


def _fits(rate: Rate, work: Work, company: str) -> bool:
    return (
        (not rate.customer or rate.customer == work.customer)
        and (not rate.company or rate.company == company)
        and (not rate.agent or rate.agent == work.agent)
        and (not rate.activity or rate.activity.casefold() == work.activity.casefold())
        and (not rate.queue or rate.queue == work.queue)
        and (not rate.weekdays or _WEEK[work.day.weekday()] in rate.weekdays)
        and (rate.valid_from is None or rate.valid_from <= work.day)
        and (rate.valid_to is None or work.day <= rate.valid_to)
    )
