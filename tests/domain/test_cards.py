"""What may be written on a customer's card, and how two become one."""

import pytest

from mdtickets.domain.agent import Situation
from mdtickets.domain.cards import (
    Neighbours,
    check_neighbours,
    company_of,
    hand_over,
    join_cards,
    parse_assignments,
    set_keys,
)
from mdtickets.domain.model import Customer
from mdtickets.domain.settings import Agent
from mdtickets.errors import MdticketsError, RefusedError, UsageError
from tests.domain.builders import NOW, make_settings, make_ticket

KIM = Customer(slug="kim-lee", name="Kim Lee", addresses=("kim@lee.example",), company="lee-sons")
KIM2 = Customer(slug="kim-lee-2", name="K. Lee", addresses=("kim@home.example",), language="en")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["name=Kim B. Lee"], {"name": "Kim B. Lee"}),
        (["addresses+=Kim@Home.Example"], {"addresses": ["kim@lee.example", "kim@home.example"]}),
        (["addresses-=kim@lee.example"], {"addresses": None}),
        (["addresses=a@b.example, c@d.example"], {"addresses": ["a@b.example", "c@d.example"]}),
        (["language=EN", "rate=80"], {"language": "en", "rate": "80"}),
        (["domain=@Lee.Example"], {"domain": "lee.example"}),
        (["company="], {"company": None}),
        (["mood=fine\x1b[2J\nday"], {"mood": "fine\ufffd[2J day"}),
    ],
)
def test_keys_are_written_as_they_are_kept(words: list[str], expected: dict[str, object]) -> None:
    """Addresses and domains in lower case, lists as lists, what is empty taken away."""
    assert expected == set_keys(KIM, parse_assignments(words))


@pytest.mark.parametrize(
    ("word", "error"),
    [
        ("Kim Lee", UsageError),
        ("name=", UsageError),
        ("addresses=kim", UsageError),
        ("rate+=3", UsageError),
        ("language=englisch?", UsageError),
        ("domain=lee", UsageError),
        ("domain=gmx.de", RefusedError),
        ("merged_into=x", UsageError),
    ],
)
def test_what_cannot_be_is_refused(word: str, error: type[MdticketsError]) -> None:
    """One sentence says which word is wrong."""
    with pytest.raises(error):
        set_keys(KIM, parse_assignments([word]))


@pytest.mark.parametrize(
    "changes",
    [
        {"addresses": ["kim@lee.example", "sam@lee.example"]},
        {"domain": "schulze.example"},
        {"company": "nobody"},
        {"company": "kim-lee"},
    ],
)
def test_nothing_is_taken_from_another_card(changes: dict[str, object]) -> None:
    """Addresses and domains have one card; a company must be there."""
    others = Neighbours(
        holders={"sam@lee.example": "sam"}, domains={"schulze.example": "schulze-ag"}, slugs=frozenset({"kim-lee"})
    )
    with pytest.raises(RefusedError):
        check_neighbours("kim-lee", changes, others)


def test_joined_cards_keep_everything() -> None:
    """What the one that takes over lacks comes from the other; where both have a word, its own stays."""
    taken, left = join_cards(KIM2, {"rate": "80", "mood": "fine"}, KIM, {"mood": "grim"})
    assert taken == {"rate": "80", "language": "en", "addresses": ["kim@lee.example", "kim@home.example"]}
    assert left == {"addresses": None, "domain": None, "merged_into": "kim-lee"}


def test_two_domains_are_not_joined_silently() -> None:
    """Mail of one of them would belong to nobody afterwards."""
    one, two = (Customer(slug=name, name=name, domain=f"{name}.example") for name in ("a", "b"))
    with pytest.raises(RefusedError):
        join_cards(one, {}, two, {})


def test_a_ticket_changes_hands() -> None:
    """The history says from whom to whom."""
    agent = Agent(key="anna", name="Anna", email="anna@mustermann-video.example")
    situation = Situation(ticket=make_ticket(), agent=agent, now=NOW, settings=make_settings())
    [event] = hand_over(situation, "kim-lee", "lee").events
    assert event.details == {"changes": {"customer": ["kim-lee", "lee"]}}


def test_a_person_belongs_to_the_company_whose_domain_he_has() -> None:
    """Unless the card names another."""
    domains = {"home.example": "home-ag"}
    assert (company_of(KIM, domains), company_of(KIM2, domains), company_of(KIM2)) == ("lee-sons", "home-ag", "")
