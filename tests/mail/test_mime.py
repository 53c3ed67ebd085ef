"""The parts of a mail."""

import email
from email.message import EmailMessage, Message

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdtickets.mail.contents import leaves
from mdtickets.mail.defects import Defects
from mdtickets.mail.mime import Part, read_mail
from tests.mail.builders import raw_mail


def tree(part: Part) -> str:
    """The shape of a mail in one line."""
    inner = ", ".join(map(tree, part.children))
    return f"{part.type.partition('/')[2]}({inner})" if inner else part.payload()[0].decode().strip() or "-"


def shape(text: str) -> tuple[str, tuple[str, ...]]:
    """The tree of a mail and what is wrong with it."""
    defects = Defects()
    return tree(read_mail(raw_mail(text), defects)), defects.sentences


TWO = """
Content-Type: multipart/mixed; boundary=cut

preamble
--cut
Content-Type: text/plain

one
--cut

two
--cut--
epilogue
"""


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_parts_between_boundaries(line_end: str) -> None:
    """What stands before, between and after; with any kind of line end."""
    assert shape(TWO.removeprefix("\n").replace("\n", line_end))[0] == "mixed(one, two)"


def test_a_boundary_that_begins_another_is_told_apart() -> None:
    """The inner boundary is longer by a letter."""
    assert shape(
        """
Content-Type: multipart/mixed; boundary=cut

--cut
Content-Type: multipart/alternative; boundary=cuts

--cuts

one
--cuts

two
--cuts--
--cut

three
--cut--
"""
    ) == ("mixed(alternative(one, two), three)", ())


@pytest.mark.parametrize(
    ("text", "shown", "defect"),
    [
        (TWO.replace("--cut--\n", ""), "mixed(one, two\nepilogue)", "A multipart has no end"),
        (TWO.replace("; boundary=cut", ""), TWO.partition("\n\n")[2].strip(), "A multipart names no boundary"),
        (TWO.replace("boundary=cut", "boundary=x"), TWO.partition("\n\n")[2].strip(), "The boundary 'x' is nowhere"),
        (TWO.replace("text/plain", "plain"), "mixed(one, two)", "'plain' is no media type"),
        ("From kim@lee.example Tue Nov 24 10:15:00 2026\n" + TWO.strip(), "mixed(one, two)", 'an mbox "From " line'),
        ("\n\nSubject: x\n\none", "one", ""),
        ("Subject: x\nthis is no field\n", "this is no field", "A line of the header is no field"),
        ("Subject: x\n>From kim Tue Nov 24 10:15:00 2026\nTo: y\n\none", "one", ""),
        ("From \nSubject: x\n\none", "one", 'an mbox "From " line'),
        ("From here on it was broken.\nHelp!\n", "From here on it was broken.\nHelp!", ""),
        ("Subject: a\rb\n\none", "one", "There is a bare CR in the header."),
        ("Subject : x\n\none", "one", ""),
        ("no header at all\n", "no header at all", ""),
        ("", "-", ""),
    ],
)
def test_broken_structure_is_read_as_far_as_it_goes(text: str, shown: str, defect: str) -> None:
    """Nothing of the text is lost, and what is wrong is told."""
    found, defects = shape(text)
    assert (found, defect in " ".join(defects)) == (shown, True)


def by_the_library(message: Message) -> list[tuple[str, bytes]]:
    """Type and decoded bytes of every leaf, as `email` finds them."""
    if message.get_content_maintype() == "multipart":
        parts = message.get_payload()
        assert isinstance(parts, list)
        return [leaf for part in parts if isinstance(part, Message) for leaf in by_the_library(part)]
    payload = message.get_payload(decode=True)
    return [(message.get_content_type(), payload if isinstance(payload, bytes) else b"")]


CONTENT = st.text(alphabet="aä-\n =.", max_size=60).map(lambda text: text + "\n")


def built(contents: list[str], data: list[bytes]) -> EmailMessage:
    """A mail with these texts, one inside the other as alternatives, and these attachments."""
    message = EmailMessage()
    message["Subject"] = "x"
    message.set_content(contents[0])
    for text in contents[1:]:
        message.add_alternative(text, subtype="html")
    for number, attached in enumerate(data):
        message.add_attachment(attached, maintype="application", subtype="x", filename=f"{number}.bin")
    return message


@settings(max_examples=60, deadline=None)
@given(contents=st.lists(CONTENT, min_size=1, max_size=3), data=st.lists(st.binary(max_size=80), max_size=3))
def test_well_formed_mail_has_the_parts_that_the_standard_library_finds(contents: list[str], data: list[bytes]) -> None:
    """Our reader and `email` agree on types and bytes."""
    raw = built(contents, data).as_bytes()
    expected = by_the_library(email.message_from_bytes(raw))
    assert [(part.type, part.payload()[0]) for part in leaves(read_mail(raw, Defects()))] == expected


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                b"Content-Type: multipart/mixed; boundary=b\n",
                b"\n",
                b"--b\n",
                b"--b--\n",
                b"a: b\n",
                b" x\r\n",
                b"\xff\0",
            ],
        ),
        max_size=40,
    )
)
def test_any_pieces_have_a_tree(pieces: list[bytes]) -> None:
    """Nothing raises, and every part lies within the mail."""
    raw = b"".join(pieces)
    assert all(0 <= part.start <= part.end <= len(raw) for part in leaves(read_mail(raw, Defects())))
