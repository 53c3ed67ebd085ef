"""Address lists as people and programs write them."""

from email.utils import formataddr, getaddresses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdtickets.mail.addresses import parse_addresses


def pairs(*values: str) -> list[tuple[str, str]]:
    """Name and address of each mailbox of these fields."""
    found, _ = parse_addresses([value.encode() for value in values])
    return [(mailbox.name, mailbox.address) for mailbox in found]


@pytest.mark.parametrize(
    ("written", "mailboxes"),
    [
        ("kim@lee.example", [("", "kim@lee.example")]),
        ("Kim Lee <kim@lee.example>", [("Kim Lee", "kim@lee.example")]),
        (
            '"Lee, Kim" <kim@lee.example>, max@kunde.example',
            [("Lee, Kim", "kim@lee.example"), ("", "max@kunde.example")],
        ),
        ("Lee, Kim <kim@lee.example>", [("Lee, Kim", "kim@lee.example")]),  # lacks its quotes
        ('"Kim \\"K\\" Lee" <kim@lee.example>', [('Kim "K" Lee', "kim@lee.example")]),
        ("kim@lee.example (Kim Lee)", [("Kim Lee", "kim@lee.example")]),
        ("Kim Lee (kim@lee.example)", [("Kim Lee", "kim@lee.example")]),
        ("=?utf-8?q?M=C3=BCller=2C_Max?= <max@kunde.example>", [("Müller, Max", "max@kunde.example")]),
        ("=?utf-8?q?Max_=3Cmax=40kunde=2Eexample=3E?=", [("Max", "max@kunde.example")]),  # the whole field encoded
        ("'Max' <max@kunde.example>", [("Max", "max@kunde.example")]),
        ("Max <max @ kunde . example>", [("Max", "max@kunde.example")]),
        ("Max max@kunde.example", [("Max", "max@kunde.example")]),
        ("a@evil.example <b@good.example>", [("a@evil.example", "b@good.example")]),
        ("<@relay.example:max@kunde.example>", [("", "max@kunde.example")]),  # a source route of RFC 822
        ('"two words"@kunde.example', [("", '"two words"@kunde.example')]),
        ("<max@kunde.example", [("", "max@kunde.example")]),
        ('"Max <max@kunde.example>', [("Max", "max@kunde.example")]),
        (
            "Team: a@b.example, B <b@b.example>;, c@b.example",
            [("", "a@b.example"), ("B", "b@b.example"), ("", "c@b.example")],
        ),
        ("a@b.example; c@d.example", [("", "a@b.example"), ("", "c@d.example")]),
        ("MAILER-DAEMON (Mail Delivery System)", [("Mail Delivery System", "MAILER-DAEMON")]),
        ("undisclosed-recipients:;", []),
        ("unlisted-recipients:; (no To-header on input)", []),
        ("Kim Lee", []),
        ("<>", []),
        (".Name <kim@lee.example>", [(".Name", "kim@lee.example")]),
        ("jøran@blåbær.example", [("", "jøran@blåbær.example")]),
        ("Kim\x1b[2J <kim@lee.example>", [("Kim\ufffd[2J", "kim@lee.example")]),
        ("", []),
    ],
)
def test_mailboxes_of_a_list(written: str, mailboxes: list[tuple[str, str]]) -> None:
    """The mailboxes that were meant, the same on every Python."""
    assert pairs(written) == mailboxes


NAMES = st.text(alphabet=st.characters(whitelist_categories=["L", "N"], whitelist_characters=' ,."()<>'), max_size=30)


@settings(max_examples=150, deadline=None)
@given(st.lists(NAMES.map(lambda name: " ".join(name.split()).strip('."(<> ')), min_size=1, max_size=5))
def test_lists_by_the_standard_library_are_read_back(names: list[str]) -> None:
    """What `email.utils.formataddr` writes is read as it was meant, as by `getaddresses`."""
    given_pairs = [(name, f"a{number}@kunde.example") for number, name in enumerate(names)]
    written = ", ".join(formataddr((name, address)) for name, address in given_pairs)
    assert pairs(written) == given_pairs
    assert [address for _, address in getaddresses([written])] == [address for _, address in given_pairs]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([*'<>()@,;:"\\ a.é', "=?utf-8?q?=2C?="]), max_size=60).map("".join))
def test_any_list_is_read(written: str) -> None:
    """Nothing raises, and no address has white space outside of quotes."""
    assert not [address for _, address in pairs(written) if " " in address and '"' not in address]
