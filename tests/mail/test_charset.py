"""Bytes that claim a character set, rightly or not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdtickets.mail.charset import decode


@pytest.mark.parametrize(
    ("text", "written_in", "declared", "note"),
    [
        ("Grüße", "utf-8", "utf-8", ""),
        ("Grüße", "latin-1", "ISO-8859-1", ""),
        ("10 € – „so“", "cp1252", "iso-8859-1", ""),  # what Windows programs mean by it
        ("10 €", "iso8859-15", "iso-8859-15", ""),
        ("한국어", "cp949", "ks_c_5601-1987", ""),
        ("日本語", "iso-2022-jp", "iso-2022-jp", ""),
        ("日本語", "cp932", "Shift_JIS", ""),
        ("简体中文", "gb18030", "gb2312", ""),
        ("Привет", "koi8-r", "koi8-r", ""),
        ("Привет", "mac-cyrillic", "x-mac-cyrillic", ""),
        ("Hello", "ascii", '"utf-8"', ""),
        ("Hello", "ascii", "charset=us-ascii", ""),
        ("Hello", "ascii", "", ""),
        ("Grüße", "utf-8", "", "no character set is declared, it was read as utf-8"),
        ("Grüße", "utf-8", "iso-8859-1", "'iso-8859-1' is declared, it was read as utf-8"),
        ("Grüße", "utf-8", "windows-1251", "'windows-1251' is declared, it was read as utf-8"),
        ("Grüße", "latin-1", "utf-8", "'utf-8' is declared, it was read as cp1252"),
        ("Grüße", "latin-1", "us-ascii", "'us-ascii' is declared, it was read as cp1252"),
        ("Hello", "ascii", "x-nonsense", "the character set 'x-nonsense' is unknown"),
        ("Grüße", "utf-8", "x-nonsense", "the character set 'x-nonsense' is unknown, it was read as utf-8"),
        ("日本語", "iso-2022-jp", "", "no character set is declared, it was read as iso-2022-jp"),
        ("Привет, как дела?", "koi8-r", "", "no character set is declared, it was read as koi8-r"),
        ("Dobrý den, přístroj", "cp1250", "", "no character set is declared, it was read as cp1250"),
    ],
)
def test_text_is_read_whatever_is_declared(text: str, written_in: str, declared: str, note: str) -> None:
    """The declaration counts when it fits; else UTF-8, then a guess, and the note says what was done."""
    assert decode(text.encode(written_in), declared) == (text, note)


def test_one_bad_byte_does_not_spoil_a_text() -> None:
    """UTF-8 with a damaged place stays UTF-8."""
    assert decode("Größe".encode() + b"\xff", "utf-8") == ("Größe\ufffd", "some bytes are not UTF-8")


@pytest.mark.parametrize(
    "declared",
    ["idna", "punycode", "zlib", "base64", "rot13", "unicode_escape", "undefined", "utf-8\x00", "é", "x" * 10_000],
)
def test_what_is_no_character_set_is_unknown(declared: str) -> None:
    """Codecs of Python's that are none, slow or dangerous are not used."""
    text, note = decode(b"a=41", declared)
    assert (text, "is unknown" in note) == ("a=41", True)


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=60), declared=st.sampled_from(["", "utf-8", "utf-16", "iso-2022-jp", "gb2312", "x"]))
def test_any_bytes_are_text(data: bytes, declared: str) -> None:
    """Nothing raises."""
    assert isinstance(decode(data, declared).text, str)
