"""Parameters of Content-Type and Content-Disposition."""

from email.message import Message

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdtickets.mail.parameters import parse_parameters


@pytest.mark.parametrize(
    ("raw", "value", "parameters"),
    [
        (b'Text/Plain; Charset="utf-8"; format=flowed', "text/plain", {"charset": "utf-8", "format": "flowed"}),
        (b"attachment; filename*=utf-8''M%C3%BCller.pdf", "attachment", {"filename": "Müller.pdf"}),
        (b"a; filename=x.pdf; filename*=utf-8''%C3%BC.pdf", "a", {"filename": "ü.pdf"}),
        (b"a; n*0*=iso-8859-1'de'R%FC; n*1=\"ck\"; n*2=.pdf", "a", {"n": "Rück.pdf"}),
        (b"a; n*1=b; n*0=a", "a", {"n": "ab"}),
        (b'a; filename="=?utf-8?b?UsO8Y2sucGRm?="', "a", {"filename": "Rück.pdf"}),
        (b"a; filename=My file.pdf; x", "a", {"filename": "My file.pdf"}),
        (b'a; filename="a;b.pdf"; x=1', "a", {"filename": "a;b.pdf", "x": "1"}),
        (b'a; n="C:\\dir\\x.txt"', "a", {"n": "C:\\dir\\x.txt"}),
        (b'a; n="say \\"x\\""', "a", {"n": 'say "x"'}),
        (b'a; n="unclosed', "a", {"n": "unclosed"}),
        (b"a; n=1; n=2", "a", {"n": "1"}),
        (b"a; n*=bogus''Gr%FC%DFe", "a", {"n": "Grüße"}),
        ("a; n=ü".encode(), "a", {"n": "ü"}),
        (b"a; n*0*=x'y'%00; n*1*=%1B", "a", {"n": "\ufffd\ufffd"}),
        (b";;;;", "", {}),
        (b"text/html;charset", "text/html", {}),
        (b"", "", {}),
    ],
)
def test_parameters_are_read(raw: bytes, value: str, parameters: dict[str, str]) -> None:
    """RFC 2231 by the book, RFC 2047 where it may not stand, quotes left open: the name that was meant."""
    assert parse_parameters(raw) == (value, parameters)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(blacklist_categories=["C", "Z"]), min_size=1, max_size=80))
def test_names_by_the_standard_library_are_read_back(name: str) -> None:
    """A file name as `email.message` writes it (RFC 2231)."""
    message = Message()
    message.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
    assert parse_parameters(message["Content-Disposition"].encode())[1] == {"filename": name}


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([b";", b'"', b"a", b"*", b"0", b"=", b"'", b"%", b"\\", b" ", b"\xff"]), max_size=60))
def test_any_parameters_are_read(pieces: list[bytes]) -> None:
    """Nothing raises."""
    value, parameters = parse_parameters(b"".join(pieces))
    assert (isinstance(value, str), isinstance(parameters, dict)) == (True, True)
