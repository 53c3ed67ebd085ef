"""Mails of ours as bytes."""

import email
import email.policy
from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mdtickets.domain.model import Address
from mdtickets.domain.outgoing import Outgoing
from mdtickets.mail.compose import compose
from mdtickets.mail.parse import parse

ACK = Outgoing(
    sender=Address(name="Mustermann Video", address="support@mustermann-video.example"),
    to=(Address(name="Max Müller", address="max@kunde.example"),),
    subject="Re: [Ticket#2026112410000420] Fernbedienung für VR-200",
    body="Guten Tag,\n\nwir haben Ihre Nachricht.\n\nGrüße\n",
    message_id="2026112410000420.1@mustermann-video.example",
    in_reply_to="abc@kunde.example",
    references=("one@kunde.example", "abc@kunde.example"),
    date=datetime(2026, 11, 24, 10, 15, tzinfo=timezone(timedelta(hours=1))),
    headers=(("Auto-Submitted", "auto-replied"), ("X-Loop", "support@mustermann-video.example")),
)

AS_BYTES = b"""\
From: Mustermann Video <support@mustermann-video.example>
To: =?utf-8?q?Max_M=C3=BCller?= <max@kunde.example>
Subject: =?utf-8?q?Re=3A_=5BTicket=232026112410000420=5D_Fernbedienung_f?=
 =?utf-8?q?=C3=BCr_VR-200?=
Date: Tue, 24 Nov 2026 10:15:00 +0100
Message-ID: <2026112410000420.1@mustermann-video.example>
In-Reply-To: <abc@kunde.example>
References: <one@kunde.example> <abc@kunde.example>
Auto-Submitted: auto-replied
X-Loop: support@mustermann-video.example
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Guten Tag,

wir haben Ihre Nachricht.

Gr=C3=BC=C3=9Fe
"""


def test_an_acknowledgement() -> None:
    """Byte for byte, with LF, as it is stored."""
    assert compose(ACK) == AS_BYTES


def read(outgoing: Outgoing) -> EmailMessage:
    """What the standard library makes of the bytes."""
    message = email.message_from_bytes(compose(outgoing), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        ("Plain words.\n", "7bit"),
        ("Grüße aus München und Köln\n", "quoted-printable"),
        ("From here on\n", "quoted-printable"),  # mbox files would change it
        ("x" * 2000 + "\n", "quoted-printable"),
        ("日本語のメール\n" * 3, "base64"),
        ("", "7bit"),
    ],
)
def test_the_body_arrives_as_it_was_written(body: str, encoding: str) -> None:
    """In an encoding that every server passes on, readable where it can be."""
    message = read(replace(ACK, body=body))
    assert (message["Content-Transfer-Encoding"], message.get_content()) == (encoding, body)


@pytest.mark.parametrize(
    ("address", "written"),
    [
        (Address(address="a@b.example"), b"To: a@b.example\n"),
        (Address(name="Kim Lee", address="a@b.example"), b"To: Kim Lee <a@b.example>\n"),
        (Address(name="Lee, Kim", address="a@b.example"), b'To: "Lee, Kim" <a@b.example>\n'),
        (Address(name='Kim "K" Lee', address="a@b.example"), b'To: "Kim \\"K\\" Lee" <a@b.example>\n'),
        (Address(name="Kim\r\nBcc: x@y.example", address="a@b.example"), b'To: "Kim Bcc: x@y.example" <a@b.example>\n'),
        (Address(name="\ud800", address="a@b.example"), b"To: =?utf-8?b?77+9?= <a@b.example>\n"),
        (Address(address="a@b.example>\nBcc: x@y.example"), b"To: a@b.exampleBccx@y.example\n"),
        (Address(address="jøran@blåbær.example"), "To: jøran@blåbær.example\n".encode()),
    ],
)
def test_recipients(address: Address, written: bytes) -> None:
    """Quoted or encoded where they must be, and nobody is added by what they are called."""
    assert written in compose(replace(ACK, to=(address,)))


def test_nobody_is_told_who_gets_a_blind_copy() -> None:
    """Bcc is for the envelope."""
    assert b"secret@" not in compose(replace(ACK, bcc=(Address(address="secret@kunde.example"),)))


def test_a_mail_to_nobody_in_its_header() -> None:
    """All in Bcc."""
    assert b"\nTo: undisclosed-recipients:;\n" in compose(replace(ACK, to=()))


@pytest.mark.parametrize(
    ("headers", "lines"),
    [
        ((("X-Note", "a\r\nBcc: x@y.example"),), b"X-Note: a Bcc: x@y.example\n"),
        ((("X-No\r\nBcc: te", "a"),), b"X-NoBccte: a\n"),
        ((("Precedence", "bulk"), ("Subject", "another"), ("", "x")), b"Precedence: bulk\nMIME-Version"),
        ((("X-Note", "für"),), b"X-Note: =?utf-8?q?f=C3=BCr?=\n"),
    ],
)
def test_no_value_begins_a_header_line(headers: tuple[tuple[str, str], ...], lines: bytes) -> None:
    """Names and values are cleaned, and ours cannot be replaced."""
    written = compose(replace(ACK, headers=headers))
    assert (lines in written, b"\nBcc" in written, written.count(b"\nSubject:")) == (True, False, 1)


ANY_TEXT = st.text(max_size=200)


@settings(max_examples=150, deadline=None)
@given(subject=ANY_TEXT, name=ANY_TEXT, body=ANY_TEXT, ids=st.lists(ANY_TEXT, max_size=4))
def test_whatever_is_said_is_a_sound_mail(subject: str, name: str, body: str, ids: list[str]) -> None:
    """No line is too long, no header is added, nothing raises."""
    raw = compose(
        replace(ACK, subject=subject, sender=Address(name=name, address=name), body=body, references=tuple(ids)),
    )
    head, _, rest = raw.partition(b"\n\n")
    names = {line.partition(b":")[0] for line in head.split(b"\n") if not line.startswith(b" ")}
    known = b"From To Subject Date Message-ID In-Reply-To References Auto-Submitted X-Loop MIME-Version"
    assert names <= {*known.split(), b"Content-Type", b"Content-Transfer-Encoding"}
    assert max(map(len, head.split(b"\n") + rest.split(b"\n"))) <= 998
    assert b"\r" not in raw


PRINTABLE = st.text(alphabet=st.characters(blacklist_categories=["C", "Zl", "Zp", "Zs"]), min_size=1, max_size=60)


@settings(max_examples=150, deadline=None)
@given(words=st.lists(PRINTABLE, min_size=1, max_size=30), name=PRINTABLE)
def test_what_was_said_is_read_back(words: list[str], name: str) -> None:
    """By our own parser and by the standard library."""
    outgoing = replace(ACK, subject=" ".join(words), to=(Address(name=name, address="max@kunde.example"),))
    ours, library = parse(compose(outgoing)), read(outgoing)
    assert (ours.subject, ours.to[0].name.strip("'"), ours.date) == (outgoing.subject, name.strip("'"), ACK.date)
    assert library["Subject"] == outgoing.subject


def test_ids_are_read_back() -> None:
    """The answer threads in any mail program."""
    mail = parse(compose(ACK))
    assert (mail.message_id, mail.in_reply_to, mail.references) == (
        ACK.message_id,
        ("abc@kunde.example",),
        ACK.references,
    )


def test_the_longest_subject_is_soon_written() -> None:
    """A stranger's subject of 8 KB comes back in our acknowledgement."""
    outgoing = replace(ACK, subject="ü" * 8192, date=datetime(2026, 11, 24, tzinfo=UTC))
    assert parse(compose(outgoing)).subject.startswith("ü" * 600)
