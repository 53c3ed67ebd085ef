"""Cards of customers."""

import pytest

from mdtickets.domain.model import Customer
from mdtickets.store.customers import format_card, parse_card
from mdtickets.store.frontmatter import FrontMatterError

KIM = Customer(slug="kim-lee", name="Kim Lee", addresses=("kim@lee.example",), company="lee-sons", language="en")


def test_new_card() -> None:
    """A new card has what is known and nothing else."""
    assert format_card(KIM) == (
        b"---\nname: Kim Lee\naddresses:\n  - kim@lee.example\ncompany: lee-sons\nlanguage: en\n---\n"
    )


def test_card_reads_back() -> None:
    """What is written is what is read, whatever the name."""
    customer = Customer(slug="x", name='"; \x1b[2J\u2028', addresses=("a@b",), domain="b.example")
    assert parse_card(format_card(customer), "x") == customer


def test_card_written_by_hand() -> None:
    """One address needs no list, case does not matter, keys and notes of the team are left alone."""
    card = b"---\naddresses: Kim@Lee.Example\nrate: 80\nlanguage: EN\n---\nLikes tape.\n"
    assert parse_card(card, "kim-lee") == Customer(
        slug="kim-lee", name="kim-lee", addresses=("kim@lee.example",), language="en"
    )


@pytest.mark.parametrize(
    ("card", "line", "problem"),
    [
        (b"---\nname: Kim\naddresses: [[a]]\n---\n", 3, '"addresses" must be a list of texts'),
        (b"---\nname: [Kim]\n---\n", 2, '"name" must be one text'),
        (b"Kim Lee\n", 1, 'the file must begin with a line "---"'),
    ],
)
def test_wrong_card(card: bytes, line: int, problem: str) -> None:
    """A card that cannot be understood is refused with its line."""
    with pytest.raises(FrontMatterError) as caught:
        parse_card(card, "kim-lee")
    assert (caught.value.line, caught.value.problem) == (line, problem)
