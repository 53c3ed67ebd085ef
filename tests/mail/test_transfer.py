"""Transfer encodings, and what becomes of them on the way."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdtickets.mail.transfer import decode_transfer


@pytest.mark.parametrize(
    ("data", "encoding", "decoded", "note"),
    [
        (b"as it is", "", b"as it is", ""),
        (b"as it is", "8bit", b"as it is", ""),
        (b"Gr=C3=BC=\n=C3=9Fe=20", "quoted-printable", "Grüße ".encode(), ""),
        (b"50 = 100=ZZ", "quoted-printable", b"50 = 100=ZZ", ""),
        (b"SGVsbG8=\n", "base64", b"Hello", ""),
        (b"SGVs\r\n bG8=", "base64", b"Hello", ""),
        (b"SGVsbG8", "base64", b"Hello", "the base64 is damaged"),
        (b"SGVsbG8g\n\nSigned by the list!\n", "base64", b"Hello J", None),
        (b"Hello, this is no base64.\n", "base64", b"Hello, this is no base64.\n", None),
        (b"begin 644 x\n#2&5L\n#;&]\\\n`\nend\n", "x-uuencode", b"Hello|", ""),
        (b"as it is", "x-nonsense", b"as it is", "the transfer encoding 'x-nonsense' is unknown"),
    ],
)
def test_encodings_are_undone(data: bytes, encoding: str, decoded: bytes, note: str | None) -> None:
    """Damage is mended as far as it goes, and told."""
    found, said = decode_transfer(data, encoding)
    assert found.startswith(decoded) if note is None else (found, said) == (decoded, note)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_base64_is_read_back(data: bytes) -> None:
    """Whole lines of it, as every program writes them."""
    assert decode_transfer(base64.encodebytes(data), "base64") == (data, "")


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=100), encoding=st.sampled_from(["base64", "quoted-printable", "uuencode", "x"]))
def test_any_bytes_are_decoded(data: bytes, encoding: str) -> None:
    """Nothing raises."""
    assert isinstance(decode_transfer(data, encoding)[0], bytes)
