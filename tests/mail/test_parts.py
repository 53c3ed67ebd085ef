"""The body of a mail of ours with several parts, read back by Python's own parser."""

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest

from mdtickets.domain.model import Address
from mdtickets.domain.outgoing import AttachedFile, Outgoing
from mdtickets.mail.compose import compose, resent
from mdtickets.mail.parse import parse

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SUPPORT = Address(name="Support", address="support@mustermann-video.example")
KIM = Address(name="Kim Lee", address="kim@lee.example")


def _compose(**fields: Any) -> bytes:
    defaults: dict[str, Any] = {
        "sender": SUPPORT,
        "to": (KIM,),
        "subject": "x",
        "body": "Grüße\n",
        "message_id": "a@b",
        "date": NOON,
    }
    return compose(Outgoing(**defaults | fields))


def _read(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


@pytest.mark.parametrize(
    "name", ["a.pdf", "Rechnung für Müller.pdf", 'say "hi".txt', "ж" * 90 + ".txt", "a" * 200 + ".bin", "=?x?.txt"]
)
def test_any_name_comes_through(name: str) -> None:
    """Plain, quoted, encoded, in pieces; no line is longer than it may be; we read it as others do."""
    raw = _compose(attachments=(AttachedFile(name=name, type="application/pdf", content=b"\0\r\n"),))
    [part] = _read(raw).iter_attachments()
    assert (part.get_filename(), part.get_content()) == (name, b"\0\r\n")
    assert [one.name for one in parse(raw).attachments] == [name]
    assert max(map(len, raw.split(b"\n"))) <= 100


def test_a_name_cannot_begin_a_header() -> None:
    """Line breaks in it are blanks."""
    raw = _compose(attachments=(AttachedFile(name="a\nX-Evil: 1", type="text/plain", content=b""),))
    [part] = _read(raw).iter_attachments()
    assert (part["X-Evil"], part.get_filename()) == (None, "a X-Evil: 1")


def test_a_mail_in_a_mail_stays_as_it_is() -> None:
    """7-bit or 8-bit, never encoded (RFC 2046 section 5.2.1)."""
    inner = "From: a@b\nSubject: Grüße\n\nüber\n".encode()
    raw = _compose(attachments=(AttachedFile(name="mail.eml", type="message/rfc822", content=inner),))
    assert inner in raw
    [part] = _read(raw).iter_attachments()
    assert (part.get_content_type(), part["Content-Transfer-Encoding"]) == ("message/rfc822", "8bit")


@pytest.mark.parametrize("inner", [b"", b"a\0b", b"x" * 2000, b"bare\rreturn"])
def test_a_mail_that_no_server_takes_unchanged_goes_as_a_file(inner: bytes) -> None:
    """Its bytes arrive all the same."""
    raw = _compose(attachments=(AttachedFile(name="mail.eml", type="message/rfc822", content=inner),))
    [part] = _read(raw).iter_attachments()
    assert (part.get_content_type(), part.get_content()) == ("application/octet-stream", inner)


def test_text_html_and_a_file_are_nested_in_this_order() -> None:
    """multipart/mixed of an alternative and the file; the same value gives the same bytes."""
    fields: dict[str, Any] = {
        "html": "<p>Grüße</p>",
        "attachments": (AttachedFile(name="a.bin", type="nonsense", content=b"x"),),
    }
    raw = _compose(**fields)
    assert raw == _compose(**fields)
    types = [part.get_content_type() for part in _read(raw).walk()]
    assert types == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/octet-stream",
    ]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_resent_fields_stand_in_front_in_the_mails_own_line_ends(ending: str) -> None:
    """What follows is the mail, byte for byte, without an mbox line that would end the headers."""
    raw = ending.join(["From a@b Tue", "From: a@b", "", "text", ""]).encode()
    sent = resent(raw, sender=SUPPORT, to=(KIM,), date=NOON, message_id="new@ours")
    assert sent.endswith(raw.partition(b"\n")[2])
    assert sent.count(ending.encode()) == sent.count(b"\n")
    assert (_read(sent)["Resent-Message-ID"], _read(sent)["From"]) == ("<new@ours>", "a@b")
