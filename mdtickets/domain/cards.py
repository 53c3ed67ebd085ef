"""What an agent may write on a customer's card, and what becomes of two cards that are one customer's.

Pure: from the cards as they are to the keys that change; None takes a key away.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from mdtickets.domain.agent import Change, Situation, change_to
from mdtickets.domain.model import Customer
from mdtickets.domain.plain import plain_line
from mdtickets.domain.providers import is_public_provider
from mdtickets.errors import RefusedError, UsageError

Changes = Mapping[str, Any]  # a text, a list of texts, or None

_ASSIGNMENT = re.compile(r"([a-z][a-z0-9_]{0,39})(\+=|-=|=)(.*)", re.DOTALL)
_ADDRESS = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")
_DOMAIN = re.compile(r"[\w-]+(\.[\w-]+)+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_LISTED = "addresses"
_OURS = frozenset({"merged_into", "slug"})
_NOTHING: Mapping[str, str] = {}


class Assignment(Struct, frozen=True, kw_only=True):
    """One KEY=VALUE of a command line. With += and -= an address is added or taken away."""

    key: str
    how: str  # =, += or -=
    value: str


class Neighbours(Struct, frozen=True, kw_only=True):
    """What other cards have already: a card's change must not take it from them."""

    holders: Mapping[str, str] = field(default_factory=dict)  # address → slug
    domains: Mapping[str, str] = field(default_factory=dict)  # mail domain → slug
    slugs: frozenset[str] = frozenset()


def parse_assignments(words: Iterable[str]) -> tuple[Assignment, ...]:
    """What KEY=VALUE words say. Raises UsageError for one that is none."""
    return tuple(map(_parse, words))


def set_keys(card: Customer, assignments: Iterable[Assignment]) -> Changes:
    """The keys to write on the card, each in the form it is kept in. Raises UsageError, RefusedError."""
    wanted: dict[str, Any] = {}
    addresses = card.addresses
    for one in assignments:
        if one.key == _LISTED:
            addresses = _with_addresses(addresses, one)
            wanted[_LISTED] = list(addresses) or None
        else:
            wanted[one.key] = _check_value(one) or None
    if "name" in wanted and not wanted["name"]:
        raise UsageError("A card must have a name.", "Give it one: name='Kim Lee'")
    return wanted


def check_neighbours(slug: str, changes: Changes, others: Neighbours) -> None:
    """Raises RefusedError when an address or a domain belongs to another card, or the company has none."""
    for address in changes.get(_LISTED) or ():
        holder = others.holders.get(address, slug)
        if holder != slug:
            raise RefusedError(
                f"{address} is on the card {holder}.", f"One person? mdtickets customer merge {slug} {holder}"
            )
    owner = others.domains.get(changes.get("domain") or "", slug)
    if owner != slug:
        raise RefusedError(f"{changes['domain']} is the domain of {owner}.", f"mdtickets customer show {owner}")
    company = changes.get("company")
    if company == slug:
        raise RefusedError(f"{slug} cannot be its own company.")
    if company and company not in others.slugs:
        raise RefusedError(
            f'There is no card "{company}".', f"Make it: mdtickets customer set --new {company} name=NAME"
        )


def join_cards(gone: Customer, own: Changes, into: Customer, into_own: Changes) -> tuple[Changes, Changes]:
    """What is written on the card that takes over, and what on the other: it keeps its text and points there."""
    if gone.slug == into.slug:
        raise RefusedError(f"{gone.slug} and {into.slug} are the same card.")
    if gone.domain and into.domain and gone.domain != into.domain:
        raise RefusedError(
            f"{gone.slug} has the domain {gone.domain}, {into.slug} has {into.domain}: one card cannot have both.",
            f"Take one away: mdtickets customer set {gone.slug} domain=",
        )
    taken: dict[str, Any] = {key: value for key, value in own.items() if key not in into_own}
    taken |= {
        key: getattr(gone, key) for key in ("domain", "language") if getattr(gone, key) and not getattr(into, key)
    }
    if into.company == gone.slug:
        taken["company"] = None
    elif gone.company and not into.company and gone.company != into.slug:
        taken["company"] = gone.company
    addresses = list(dict.fromkeys((*into.addresses, *gone.addresses)))
    if addresses != list(into.addresses):
        taken[_LISTED] = addresses
    return taken, {_LISTED: None, "domain": None, "merged_into": into.slug}


def hand_over(situation: Situation, slug: str, into: str) -> Change:
    """A ticket of the card that is merged, as one of the card that takes over."""
    ticket = situation.ticket
    customer = into if ticket.customer == slug else ticket.customer
    company = into if ticket.company == slug else ticket.company
    return change_to(situation, replace(ticket, customer=customer, company=company))


def company_of(card: Customer, domains: Mapping[str, str] = _NOTHING) -> str:
    """The slug of the company a person belongs to: named on the card, else the one that has a domain of his."""
    if card.company:
        return card.company
    found = (domains.get(address.rpartition("@")[2], "") for address in card.addresses)
    return next((slug for slug in found if slug and slug != card.slug), "")


def _parse(word: str) -> Assignment:
    match = _ASSIGNMENT.fullmatch(word)
    if not match:
        raise UsageError(f'"{word}" is not KEY=VALUE.', "For example: name='Kim Lee' or addresses+=kim@lee.example")
    key, how, value = match.groups()
    if key in _OURS:
        raise UsageError(f"{key} is not for setting.", "See `mdtickets customer merge --help`.")
    if how != "=" and key != _LISTED:
        raise UsageError(f"{how} is for addresses only.", f"Write {key}=VALUE.")
    return Assignment(key=key, how=how, value=" ".join(plain_line(value).split()))


def _with_addresses(before: tuple[str, ...], one: Assignment) -> tuple[str, ...]:
    named = tuple(address.strip().lower() for address in one.value.split(",") if address.strip())
    wrong = next((address for address in named if not _ADDRESS.fullmatch(address)), "")
    if wrong:
        raise UsageError(f'"{wrong}" is no mail address.')
    if one.how == "-=":
        return tuple(address for address in before if address not in named)
    return tuple(dict.fromkeys((*before, *named) if one.how == "+=" else named))


def _check_value(one: Assignment) -> str:
    match one.key:
        case "domain":
            return _check_domain(one.value.lower().lstrip("@"))
        case "language":
            return _check_language(one.value.lower())
        case _:
            return one.value


def _check_domain(domain: str) -> str:
    if domain and not _DOMAIN.fullmatch(domain):
        raise UsageError(f'"{domain}" is no mail domain.', "For example: domain=lee.example")
    if is_public_provider(domain):
        raise RefusedError(f"Anybody can have an address at {domain}: it is no company's domain.")
    return domain


def _check_language(language: str) -> str:
    if language and not _LANGUAGE.fullmatch(language):
        raise UsageError(f'"{language}" is no language.', "For example: language=de")
    return language
