"""Domains that say nothing about a company."""

import pytest

from mdtickets.domain.providers import is_public_provider


@pytest.mark.parametrize(
    "domain",
    [
        "gmail.com",
        "GMX.de",
        "gmx.net",
        "web.de",
        "t-online.de",
        "yahoo.co.uk",
        "outlook.fr",
        "mail.ru",
        "posteo.de",
        "qq.com",
    ],
)
def test_a_provider_of_everybodys_mail_is_no_company(domain: str) -> None:
    """Two customers of the same provider do not work together."""
    assert is_public_provider(domain)


@pytest.mark.parametrize(
    "domain",
    ["lee.example", "schulze-ag.example", "gmail.example", "mail.schulze-ag.example", "live.nation.example", ""],
)
def test_a_firms_own_domain_is_one(domain: str) -> None:
    """A name that only begins like a provider's is somebody's own."""
    assert not is_public_provider(domain)
