"""Header values: encoded words and 8-bit bytes."""

from email.header import Header

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdtickets.mail.words import decode_header


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"plain", "plain"),
        (b"=?utf-8?q?Gr=C3=BC=C3=9Fe?= aus Bonn", "Grüße aus Bonn"),
        (b"=?ISO-8859-1?B?R3L832U=?=", "Grüße"),
        (b"=?utf-8*de?q?Gr=C3=BC?=", "Grü"),  # with a language
        (b"=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        (b"=?utf-8?q?a?= =?iso-8859-1?q?=FC?= b", "aü b"),
        (b"=?utf-8?q?a?= and =?utf-8?q?b?=", "a and b"),
        (b"=?utf-8?b?w?= =?utf-8?b?7w=?=", "ï"),  # one character in two words
        (b"Re:=?utf-8?q?a?=x", "Re:ax"),  # where no word may stand
        (b"=?utf-8?Q?Wie geht's??=", "Wie geht's?"),  # spaces and question marks within
        (b"=?utf-8?b?R3I?=", "Gr"),  # without its padding
        (b"=?x-nonsense?q?=FC?=", "ü"),
        (b"=?iso-2022-jp?b?GyRCRnxLXDhsGyhC?=", "日本語"),
        (b"=?utf-8?q?never closed", "=?utf-8?q?never closed"),
        (b"=?utf-8?q?a=0D=0ABcc:_x?=", "a Bcc: x"),
        (b"=?utf-8?q?=1B[2J?=", "\ufffd[2J"),
        ("Größe".encode(), "Größe"),
        ("Größe".encode("latin-1"), "Größe"),
        (b"\x1b$BF|K\\8l\x1b(B", "日本語"),
        (b"\xff\xfe\x00", "ÿþ\ufffd"),
        (b"", ""),
    ],
)
def test_header_values_are_decoded(raw: bytes, text: str) -> None:
    """One line of plain text, however the program that wrote it understood the standard."""
    assert decode_header(raw) == text


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(blacklist_categories=["C", "Z"]), max_size=120))
def test_what_the_standard_library_encodes_is_read_back(text: str) -> None:
    """Encoded words by `email.header`, folded over several lines."""
    encoded = Header(text, "utf-8", header_name="Subject").encode().replace("\n", "").encode()
    assert decode_header(encoded) == text


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200).map(lambda data: b"=?utf-8?q?" + data + b"?= =?x?b?" + data))
def test_any_value_is_one_line(raw: bytes) -> None:
    """Nothing raises, and no control character comes through."""
    assert all(char >= " " for char in decode_header(raw))
