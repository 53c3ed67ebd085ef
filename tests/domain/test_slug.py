"""Names of cards."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdtickets.domain.slug import free_slug, is_slug, slug_of


@pytest.mark.parametrize(
    ("name", "address", "slug"),
    [
        ("Kim Lee", "kim@lee.example", "kim-lee"),
        ("Müller, Jörg", "", "mueller-joerg"),
        ("Mu\u0308ller", "", "mueller"),  # the same letter in two code points
        ("Straße & Söhne", "", "strasse-und-soehne"),
        ("Zoë Šimková", "", "zoe-simkova"),
        ("Ayşe Yılmaz", "", "ayse-yilmaz"),
        ("", "Max.Mustermann+tag@example.com", "max-mustermann-tag"),
        ("../../etc/passwd", "", "etc-passwd"),
        (".", "..@example.com", "customer"),
        ("田中", "tanaka@example.com", "tanaka"),
        ("田中", "田中@example.com", "customer"),
        ("\x00\u202e\n", "", "customer"),
        ("CON", "", "customer-con"),
        ("A very long name of a company with many words and no end", "", "a-very-long-name-of-a-company-with-many"),
        ("x" * 5000, "", "x" * 40),
    ],
)
def test_slug_of_a_name(name: str, address: str, slug: str) -> None:
    """Umlauts are spelled out, accents go, everything else parts words."""
    assert slug_of(name, address) == slug


@settings(max_examples=200, deadline=None)
@given(name=st.text(max_size=80), address=st.text(max_size=80))
def test_every_slug_is_one_safe_word(name: str, address: str) -> None:
    """Whatever somebody is called, the slug has only letters, digits and single hyphens within."""
    slug = slug_of(name, address)
    assert is_slug(slug)
    assert "--" not in slug


@pytest.mark.parametrize(
    ("wanted", "taken", "slug"),
    [
        ("kim-lee", set(), "kim-lee"),
        ("kim-lee", {"kim-lee", "kim-lee-2"}, "kim-lee-3"),
        ("x" * 40, {"x" * 40}, "x" * 38 + "-2"),
    ],
)
def test_taken_slugs_are_numbered(wanted: str, taken: set[str], slug: str) -> None:
    """A second customer of the same name gets a number, within the length."""
    assert free_slug(wanted, taken.__contains__) == slug
