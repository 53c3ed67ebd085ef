"""What is used of the budgets that stand on cards."""

from collections.abc import Mapping

from mdtickets.app.session import Session
from mdtickets.app.time_accounts import read_accounts
from mdtickets.app.zone import zone_of
from mdtickets.domain.budgets import BudgetUse, parse_budget, span_of
from mdtickets.domain.contract import BUDGET, mistake_in
from mdtickets.store.people import people_of
from mdtickets.store.time_accounts import CardTerms, find_terms


def budgets_of(session: Session, domains: Mapping[str, str]) -> tuple[BudgetUse, ...]:
    """Of these cards, each with its mail domain: what was used of their budgets since they began anew.

    A card without a budget, or with one that nobody can read, is left out; `status` tells of the latter.
    """
    readable = (
        each
        for each in find_terms(session.catalog, list(domains))
        if each.budget and not mistake_in(BUDGET, each.budget)
    )
    return tuple(_use_of(session, each, domains[each.slug]) for each in readable)


def _use_of(session: Session, terms: CardTerms, domain: str) -> BudgetUse:
    budget = parse_budget(terms.budget)
    first, last = span_of(session.now().astimezone(zone_of(session)).date(), budget.span)
    slugs = [terms.slug, *people_of(session.catalog, terms.slug, domain)]
    entries = (entry for account in read_accounts(session, slugs, first) for entry in account.entries)
    used = sum(entry.minutes for entry in entries if first <= entry.day <= last)
    return BudgetUse(slug=terms.slug, name=terms.name, budget=budget, first=first, last=last, used=used)
